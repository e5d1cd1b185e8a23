"""What the pages' scripts say, in the reader's language: a page writes it into #words for them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "unreached": _("The server could not be reached. Nothing is lost: it is tried again."),
    "refused": _("The server refused this (%(status)s). Answer again, or reload the page."),
    "not_saved": _("Not saved."),
    "not_saved_next": _("Not saved: %(pair)s. It comes back after this pair."),
    "unsent_one": _("No connection: 1 answer waits here and is sent again by itself. You can go on."),
    "unsent_many": _("No connection: %(n)s answers wait here and are sent again by themselves. You can go on."),
    "sent_late": _("The answers of your last visit that had not reached the server are saved now."),
    "typed": _("A correction is in the field. Press Enter to save it, or clear the field first."),
    "note_kept": _("The note is kept. Now press the key of your decision."),
    "taken_back": _("Your last answer is taken back."),
    "undo_unreached": _(
        "The server did not answer, and this is not tried again: reload the page to see what is taken back."
    ),
    "nothing_to_undo": _("There is nothing to undo."),
    "lapsed": _("Your hold on this pair has lapsed. Your answer still counts."),
    "asking": _("A worker is asked …"),
    "unasked": _("The server could not be reached: no worker was asked. Ask again."),
    "no_other": _("No other pair is here yet."),
    "choose": _("Choose pairs to give them one answer."),
    "type_number_one": _("Type 1 to answer the pair that you chose."),
    "type_number_many": _("Type %(n)s to answer the %(n)s pairs that you chose."),
    "chosen_one": _("1 pair is chosen."),
    "chosen_many": _("%(n)s pairs are chosen."),
}
