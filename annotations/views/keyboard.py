"""The keys of one person."""

from django.contrib.auth.models import User

from annotations import keys
from annotations.views.choices import KEYBOARD, Keyboard


def keyboard_of(user: User) -> Keyboard:
    own = keys.of(user)
    return KEYBOARD.with_keys(own.keys, on=not own.off)
