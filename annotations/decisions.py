"""What a reviewer can say of a pair."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Decisions(models.TextChoices):
    """The first twelve are public names in files."""

    EQUIVALENT = "equivalent", _("Equivalent")
    NOT_EQUIVALENT = "not_equivalent", _("Not equivalent")
    CORRECTED = "corrected", _("Corrected")
    BROADER = "broader", _("Broader")
    NARROWER = "narrower", _("Narrower")
    RELATED = "related", _("Related")
    ANTONYM = "antonym", _("Antonym")
    FALSE_FRIEND = "false_friend", _("False friend")
    WRONG_FORM = "wrong_form", _("Wrong form")
    WRONG_LANGUAGE = "wrong_language", _("Wrong language")
    NOT_A_TERM = "not_a_term", _("Not a term")
    UNSURE = "unsure", _("Unsure")
    SKIPPED = "skipped", _("Skipped")
    FLAGGED = "flagged", _("Flagged for the lead")


NO_ANSWER = (Decisions.UNSURE, Decisions.SKIPPED, Decisions.FLAGGED)  # say nothing of what the pair is
