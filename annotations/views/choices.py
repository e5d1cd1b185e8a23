"""The decisions of the review card, and the keys printed on what they press."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotations.keys import DEFAULTS
from annotations.models import Decisions

ARROWS = {"arrowleft": "←", "arrowright": "→", "arrowup": "↑", "arrowdown": "↓"}
FIXED = {"next": "arrowright", "previous": "arrowleft"}  # which nobody moves


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


def _usual(value: str, label: str | Promise) -> Choice:
    return Choice(value, FIXED.get(value) or DEFAULTS[value], label)


KEYBOARD = Keyboard(
    main=(
        _usual(Decisions.EQUIVALENT, _("Equivalent")),
        _usual(Decisions.NOT_EQUIVALENT, _("Not equivalent")),
        _usual(Decisions.CORRECTED, _("Correct it")),
    ),
    precise=(
        _usual(Decisions.BROADER, _("Broader")),
        _usual(Decisions.NARROWER, _("Narrower")),
        _usual(Decisions.RELATED, _("Related")),
        _usual(Decisions.ANTONYM, _("Antonym")),
        _usual(Decisions.FALSE_FRIEND, _("False friend")),
        _usual(Decisions.WRONG_FORM, _("Wrong form")),
        _usual(Decisions.WRONG_LANGUAGE, _("Wrong language")),
        _usual(Decisions.NOT_A_TERM, _("Not a term")),
    ),
    rest=(
        _usual(Decisions.UNSURE, _("Unsure")),
        _usual(Decisions.SKIPPED, _("Skip")),
        _usual(Decisions.FLAGGED, _("Flag")),
    ),
    page=(
        _usual("note", _("Write a note")),
        _usual("next", _("The pair after this, unanswered")),
        _usual("previous", _("The pair before this")),
        _usual("words", _("Show which words carry the similarity")),
        _usual("search", _("Search the terms")),
        _usual("help", _("List of the keys")),
    ),
)
CHOICES = KEYBOARD.decisions
