"""The keys of one reviewer."""

from annotations.views.choices import KEYBOARD, Keyboard
from annotations.views.members import Member


def keyboard_of(member: Member) -> Keyboard:
    return KEYBOARD
