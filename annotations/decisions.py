"""What a reviewer can say of a pair."""

from django.db import models


class Decisions(models.TextChoices):
    """The first twelve are public names in files."""

    EQUIVALENT = "equivalent", "Equivalent"
    NOT_EQUIVALENT = "not_equivalent", "Not equivalent"
    CORRECTED = "corrected", "Corrected"
    BROADER = "broader", "Broader"
    NARROWER = "narrower", "Narrower"
    RELATED = "related", "Related"
    ANTONYM = "antonym", "Antonym"
    FALSE_FRIEND = "false_friend", "False friend"
    WRONG_FORM = "wrong_form", "Wrong form"
    WRONG_LANGUAGE = "wrong_language", "Wrong language"
    NOT_A_TERM = "not_a_term", "Not a term"
    UNSURE = "unsure", "Unsure"
    SKIPPED = "skipped", "Skipped"
    FLAGGED = "flagged", "Flagged for the lead"
