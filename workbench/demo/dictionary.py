"""Heads of the German–English dictionary trans-de-en → rows of a domain, or of general language. Pure.

A line is `German :: English`; sub-entries are split by `|`, synonyms by `;`; grammar stands in {}, subjects in [],
notes in (), spellings in <>, abbreviations in //. Only the first sub-entry of a line, the head, is read.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from workbench.demo.rows import Row, folded

MARKED = re.compile(r"\{[^}]*\}|\[[^\]]*\]|\([^)]*\)|<[^>]*>|/[^/\s]+/")
SUBJECT = re.compile(r"\[([a-z][^\]]*\.)\]")
UNUSABLE = re.compile(r"[\x7f-\x9f]|/|…|\.\.\.|[(){}\[\]<>]|\b(sb|sth|so|etw|jd|jdm|jdn|jds|esp|usw)\.")
FAMILY_LETTERS = 5


@dataclass(frozen=True)
class Head:
    german: tuple[str, ...]
    english: tuple[str, ...]
    subjects: frozenset[str]


def heads(lines: Iterable[str]) -> Iterator[Head]:
    for line in lines:
        german, separator, english = line.partition(" :: ")
        if line.startswith("#") or not separator:
            continue
        first = german.split(" | ")[0]
        head = Head(_synonyms(first), _synonyms(english.split(" | ")[0]), frozenset(SUBJECT.findall(first)))
        if head.german and head.english:
            yield head


def _synonyms(text: str) -> tuple[str, ...]:
    """Clean terms; those that name several at once, hold a placeholder (sb., sth.) or a stray byte are left out."""
    whole = (part for part in MARKED.sub(" ", text).split(";") if not UNUSABLE.search(part))
    terms = (folded(part).strip(" ,.!?") for part in whole)
    return tuple(dict.fromkeys(term for term in terms if len(term) > 1))


def family(german: str) -> str:
    """The first letters of the head's first noun, so that Klage and Klageschrift are never split."""
    words = german.split()
    noun = next((word for word in words if word[0].isupper()), words[0])
    return noun.casefold()[:FAMILY_LETTERS]


def domain_rows(found: Sequence[Head], subject: str, synonyms: int) -> list[Row]:
    return _rows((head for head in found if subject in head.subjects), synonyms)


def general_rows(found: Sequence[Head], synonyms: int) -> list[Row]:
    """Heads that carry no subject at all."""
    return _rows((head for head in found if not head.subjects), synonyms)


def _rows(found: Iterable[Head], synonyms: int) -> list[Row]:
    """Each line is a concept of its own: two lines with the same head are two senses of a word."""
    rows: list[Row] = []
    senses: Counter[str] = Counter()
    for head in found:
        name, root = head.german[0], family(head.german[0])
        senses[name] += 1
        concept = name if senses[name] == 1 else f"{name} {senses[name]}"
        for language, terms in (("en", head.english), ("de", head.german)):
            rows.extend(Row(concept, root, language, term) for term in terms[:synonyms])
    return rows
