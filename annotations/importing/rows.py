"""The rows that every format's reader yields, and what it says of those it can't read. Pure."""

import hashlib
import unicodedata
from dataclasses import dataclass

MAX_TERM = 1000  # characters
MAX_BYTES = 2500  # of a text in UTF-8: an entry of PostgreSQL's B-tree takes 2,704
MAX_ID = 200  # characters of a concept_id or a family
MAX_PART_OF_SPEECH = 50
MAX_CONTEXT = 4000
MAX_NOTE = 4000


class InvalidFile(ValueError):
    """A file of which nothing can be read; the message says why and what to do."""


class InvalidCell(ValueError):
    """A cell that can't be read; becomes the reason of a RowError."""


@dataclass(frozen=True)
class RowError:
    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class TermRow:
    """One row of a terminology: one term of a concept, or two that belong together.

    The terms of a row with two are a pair. A row with one term pairs with all of its concept in the other languages.
    """

    line: int
    concept_id: str
    family: str  # empty: the file does not say
    default_family: str  # what the family is unless the concept has one already
    terms: tuple[tuple[str, str], ...]  # (language, text), the source language first
    part_of_speech: str = ""  # of a row with one term
    context: str = ""  # a sentence that uses it


@dataclass(frozen=True)
class VerdictRow:
    line: int
    source: str
    target: str
    decision: str
    correction: str = ""
    reviewer: str = ""
    source_language: str = ""
    target_language: str = ""
    note: str = ""
    confidence: int | None = None  # 1 low … 3 high


@dataclass(frozen=True)
class Languages:
    """The languages that a file may use, as the project writes them."""

    source: str
    targets: tuple[str, ...]

    def find(self, code: str) -> str:
        """The project's way to write a code: DE, de → de; pt_BR, pt-br → pt-BR."""
        for known in (self.source, *self.targets):
            if _folded(known) == _folded(code):
                return known
        listed = ", ".join((self.source, *self.targets))
        raise InvalidCell(f"the project has no language {code!r}: it has {listed}")


def clean_text(value: str, column: str, limit: int = MAX_TERM) -> str:
    """NFC, white space folded; InvalidCell when it holds control characters or more than `limit` characters."""
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if len(text) > limit:
        raise InvalidCell(f"{column} has {len(text):,} characters: at most {limit:,} are possible")
    if limit <= MAX_TERM and (size := len(text.encode())) > MAX_BYTES:
        raise InvalidCell(f"{column} has {size:,} bytes in UTF-8: at most {MAX_BYTES:,} are possible")
    for character in text:
        if unicodedata.category(character) == "Cc":
            name = "a NUL" if character == "\0" else f"the control character U+{ord(character):04X}"
            raise InvalidCell(f"{column} holds {name}: take it out")
    return text


def required_text(value: str, column: str, limit: int = MAX_TERM) -> str:
    if text := clean_text(value, column, limit):
        return text
    raise InvalidCell(f"{column} is empty")


def id_of_text(source: str) -> str:
    """The concept_id of a source term that comes without: the same for the same text in every file."""
    return f"src-{hashlib.sha256(source.encode()).hexdigest()[:16]}"


def family_of_text(source: str) -> str:
    """The family of a source term that comes without: the term itself, letter case aside."""
    family = source.casefold()
    if len(family) <= MAX_ID:
        return family
    return f"{family[: MAX_ID - 17]}-{hashlib.sha256(family.encode()).hexdigest()[:16]}"


def _folded(code: str) -> str:
    return code.replace("_", "-").casefold()
