"""The keys of the review card: what they do by default, what somebody has moved them to, or all of them off."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import QuerySet

from annotations.composed import composed
from annotations.models import Decisions, KeyBindings

DEFAULTS: Mapping[str, str] = {
    Decisions.EQUIVALENT.value: "a",
    Decisions.NOT_EQUIVALENT.value: "x",
    Decisions.CORRECTED.value: "c",
    Decisions.BROADER.value: "1",
    Decisions.NARROWER.value: "2",
    Decisions.RELATED.value: "3",
    Decisions.ANTONYM.value: "4",
    Decisions.FALSE_FRIEND.value: "5",
    Decisions.WRONG_FORM.value: "6",
    Decisions.WRONG_LANGUAGE.value: "7",
    Decisions.NOT_A_TERM.value: "8",
    Decisions.UNSURE.value: "u",
    Decisions.SKIPPED.value: "s",
    Decisions.FLAGGED.value: "f",
    "note": "m",
    "words": "w",
    "search": "/",
    "help": "?",
}
ACTIONS = tuple(DEFAULTS)


class InvalidKeys(ValueError):
    """Keys that can't be used like this; the message says which and why."""


@dataclass(frozen=True)
class Keys:
    keys: Mapping[str, str]  # action → one character
    off: bool


def of(user: User) -> Keys:
    row = next(iter(_own(user.pk)), None)
    moved = (
        {} if row is None else {action: key for action, key in row.keys.items() if action in DEFAULTS and len(key) == 1}
    )
    return Keys({**DEFAULTS, **moved}, row is not None and row.off)


@composed
def _own(user: int) -> QuerySet[KeyBindings]:
    return KeyBindings.objects.filter(user=user)


def set_keys(user: User, keys: Mapping[str, str], *, off: bool = False) -> KeyBindings:
    """`keys` names the moved ones; the others have their defaults."""
    moved: dict[str, str] = {}
    for action, given in keys.items():
        key = given.lower()
        if action not in DEFAULTS:
            raise InvalidKeys(f"{action!r} has no key: choose among {', '.join(ACTIONS)}.")
        if len(key) != 1 or not key.isprintable() or key.isspace():
            raise InvalidKeys(f"{key!r} is no key for {action!r}: give one character, such as a letter or a digit.")
        if key != DEFAULTS[action]:
            moved[action] = key
    used: dict[str, str] = {}
    for action, key in {**DEFAULTS, **moved}.items():
        if key in used:
            raise InvalidKeys(f"{key!r} would do two things, {used[key]!r} and {action!r}: give one another key.")
        used[key] = action
    return KeyBindings.objects.update_or_create(user=user, defaults={"keys": moved, "off": off})[0]
