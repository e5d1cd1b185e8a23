"""The decisions of the review card, and the keys printed on what they press."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotations.models import Decisions

ARROWS = {"arrowleft": "←", "arrowright": "→", "arrowup": "↑", "arrowdown": "↓"}


@dataclass(frozen=True)
class Choice:
    value: str
    key: str  # as KeyboardEvent.key gives it, in lower case; empty: none
    label: str | Promise

    @property
    def printed(self) -> str:
        return ARROWS.get(self.key, self.key.upper())


@dataclass(frozen=True)
class Keyboard:
    """What can be pressed, with the keys that one reviewer has chosen."""

    main: tuple[Choice, ...]
    precise: tuple[Choice, ...]
    rest: tuple[Choice, ...]
    page: tuple[Choice, ...]
    on: bool = True

    def __iter__(self) -> Iterator[Choice]:
        return iter((*self.main, *self.precise, *self.rest, *self.page))

    @property
    def decisions(self) -> tuple[Choice, ...]:
        return (*self.main, *self.precise, *self.rest)

    @property
    def key(self) -> dict[str, Choice]:
        """By name, for the parts of the page that are no decisions."""
        return {choice.value: choice for choice in self.page}

    def with_keys(self, changed: Mapping[str, str], on: bool = True) -> "Keyboard":
        def fit(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
            return tuple(replace(choice, key=changed.get(choice.value, choice.key)) for choice in choices)

        return Keyboard(fit(self.main), fit(self.precise), fit(self.rest), fit(self.page), on)


KEYBOARD = Keyboard(
    main=(
        Choice(Decisions.EQUIVALENT, "a", _("Equivalent")),
        Choice(Decisions.NOT_EQUIVALENT, "x", _("Not equivalent")),
        Choice(Decisions.CORRECTED, "c", _("Correct it")),
    ),
    precise=(
        Choice(Decisions.BROADER, "1", _("Broader")),
        Choice(Decisions.NARROWER, "2", _("Narrower")),
        Choice(Decisions.RELATED, "3", _("Related")),
        Choice(Decisions.ANTONYM, "4", _("Antonym")),
        Choice(Decisions.FALSE_FRIEND, "5", _("False friend")),
        Choice(Decisions.WRONG_FORM, "6", _("Wrong form")),
        Choice(Decisions.WRONG_LANGUAGE, "7", _("Wrong language")),
        Choice(Decisions.NOT_A_TERM, "8", _("Not a term")),
    ),
    rest=(
        Choice(Decisions.UNSURE, "u", _("Unsure")),
        Choice(Decisions.SKIPPED, "s", _("Skip")),
        Choice(Decisions.FLAGGED, "f", _("Flag")),
    ),
    page=(
        Choice("note", "m", _("Write a note")),
        Choice("next", "arrowright", _("The pair after this, unanswered")),
        Choice("previous", "arrowleft", _("The pair before this")),
        Choice("words", "w", _("Show which words carry the similarity")),
        Choice("search", "/", _("Search the terms")),
        Choice("help", "?", _("List of the keys")),
    ),
)
CHOICES = KEYBOARD.decisions
