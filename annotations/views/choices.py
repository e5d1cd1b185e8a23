"""The decisions of the review card and the keys printed on their buttons."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotations.models import Decisions


@dataclass(frozen=True)
class Choice:
    value: str
    key: str
    label: str | Promise


@dataclass(frozen=True)
class Choices:
    main: tuple[Choice, ...]
    precise: tuple[Choice, ...]
    rest: tuple[Choice, ...]

    def __iter__(self) -> Iterator[Choice]:
        return iter((*self.main, *self.precise, *self.rest))


CHOICES = Choices(
    main=(
        Choice(Decisions.EQUIVALENT, "A", _("Equivalent")),
        Choice(Decisions.NOT_EQUIVALENT, "X", _("Not equivalent")),
        Choice(Decisions.CORRECTED, "C", _("Correct it")),
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
        Choice(Decisions.UNSURE, "U", _("Unsure")),
        Choice(Decisions.SKIPPED, "S", _("Skip")),
        Choice(Decisions.FLAGGED, "F", _("Flag")),
    ),
)
