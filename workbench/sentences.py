"""Sentences that were stored or raised in English, in the reader's language: found again by their templates.

Scans, gates and rounds write English, in processes that have no reader. A template is the sentence with %(places)s,
marked for translation where it is listed; the values found in the places go into its translation.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from django.utils.formats import get_format
from django.utils.translation import get_language, gettext

PLACE = re.compile(r"%\((\w+)\)s")
FIGURE = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?%?")
QUOTES = "«»“”"
REST = "rest"  # a place of this name takes anything, and what is found is worded in turn


class Sentences:
    def __init__(self, templates: Iterable[str], parts: Iterable[str] = ()) -> None:
        """`parts` are what places may hold: they are no sentences of their own."""
        self._templates, self._parts = tuple(templates), tuple(parts)

    def word(self, stored: str) -> str:
        """In the reader's language; as it was stored where no template fits."""
        return stored if _english() else self._filled(stored, self._sentences) or stored

    def knows(self, stored: str) -> bool:
        return any(found.pattern.fullmatch(stored) for found in self._sentences)

    @cached_property
    def _sentences(self) -> list["_Template"]:
        return _compiled(self._templates)

    @cached_property
    def _values(self) -> list["_Template"]:
        return _compiled((*self._parts, *self._templates))

    def _filled(self, text: str, templates: Sequence["_Template"]) -> str | None:
        for template in templates:
            if found := template.pattern.fullmatch(text):
                values = {
                    name: value if name in template.quoted else self._value(value)
                    for name, value in found.groupdict().items()
                }
                return gettext(template.text) % values
        return None

    def _value(self, text: str) -> str:
        if FIGURE.fullmatch(text):
            return _figure(text)
        return self._filled(text, self._values) or text


class _Template:
    def __init__(self, text: str) -> None:
        self.text = text
        pieces = PLACE.split(text)
        self.quoted = {
            name for before, name in zip(pieces[::2], pieces[1::2], strict=False) if before.endswith(tuple(QUOTES))
        }
        literals = [re.escape(piece.replace("%%", "%")) for piece in pieces[::2]]
        places = [f"(?P<{name}>{'.+' if name.startswith(REST) else f'[^{QUOTES}]+?'})" for name in pieces[1::2]]
        self.pattern = re.compile("".join(map("".join, zip(literals, [*places, ""], strict=True))), re.DOTALL)
        self.weight = sum(map(len, literals))


def _compiled(texts: Iterable[str]) -> list[_Template]:
    """Those that begin with words of their own first, of each kind the most particular."""
    return sorted(map(_Template, texts), key=lambda one: (one.text.startswith("%("), -one.weight))


def _english() -> bool:
    return (get_language() or "en").startswith("en")


def _figure(text: str) -> str:
    signs = {".": get_format("DECIMAL_SEPARATOR"), ",": get_format("THOUSAND_SEPARATOR"), "-": "−", "%": "\u00a0%"}
    return "".join(signs.get(sign, sign) for sign in text)
