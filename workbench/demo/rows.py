"""Terminology rows as the public import format has them: concept_id, family, language, term. Pure."""

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from hashlib import sha256
from pathlib import Path

from annotations.exporting.csv import unquote_cell, write_csv

COLUMNS = ("concept_id", "family", "language", "term")


class InvalidDemo(ValueError):
    """The demo cannot go on; the sentence says what to do."""


@dataclass(frozen=True)
class Row:
    concept_id: str
    family: str
    language: str
    term: str


def folded(text: str) -> str:
    """As an import keeps it: NFC, white space folded."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return [Row(*(unquote_cell(line[name]) for name in COLUMNS)) for line in csv.DictReader(file)]


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        write_csv(file, COLUMNS, (astuple(row) for row in rows))


def terms_of(rows: Iterable[Row]) -> Mapping[tuple[str, str], list[str]]:
    """(concept, language) → its terms, in file order."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        found[row.concept_id, row.language].append(row.term)
    return found


def unit(*key: str) -> float:
    """A number in [0, 1) that depends on the key alone."""
    return int.from_bytes(sha256(":".join(key).encode()).digest()[:8]) / 2**64


def sample_families(rows: Sequence[Row], concepts: int, seed: str) -> list[Row]:
    """Whole families, in a seeded order, until they hold that many concepts."""
    sizes: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        sizes[row.family].add(row.concept_id)
    kept: set[str] = set()
    left = concepts
    for family in sorted(sizes, key=lambda name: unit(seed, name)):
        if left <= 0:
            break
        kept.add(family)
        left -= len(sizes[family])
    return [row for row in rows if row.family in kept]
