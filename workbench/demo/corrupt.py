"""Plants wrong translations into a copy of a terminology, so that finding them can be counted. Pure and seeded.

Only families that are not held out are touched. Most errors swap the terms of two siblings; the rest take the term
with the nearest spelling, or any term of another family.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from workbench.demo.rows import Row, terms_of

SIBLING_SHARE = 0.8
RANDOM_TRIES = 100  # for a term of another family; a list of one family has none


@dataclass(frozen=True)
class Injected:
    concept_id: str
    language: str
    term: str  # the wrong one, as the copy lists it
    original: str
    kind: str  # sibling, nearest, random


@dataclass(frozen=True)
class Plan:
    source_language: str
    languages: Collection[str]  # target languages that are reviewed
    held_out: Callable[[str], bool]  # family → set aside
    share: float = 0.05  # of the reviewable pairs
    seed: int = 0


def corrupt(rows: Sequence[Row], plan: Plan) -> tuple[list[Row], list[Injected]]:
    """The corrupted copy, in the same order, and every wrong term in it with the right one."""
    return _Corruption(rows, plan).run()


class _Corruption:
    def __init__(self, rows: Sequence[Row], plan: Plan) -> None:
        self._rows = list(rows)
        self._terms = terms_of(rows)
        self._plan = plan
        self._random = random.Random(plan.seed)  # noqa: S311 seeded on purpose
        self._open = [index for index, row in enumerate(rows) if self._reviewable(row)]
        self._random.shuffle(self._open)
        self._injected: dict[int, Injected] = {}
        self._pairs = 0
        self._accepted: dict[tuple[str, str], set[str]] = defaultdict(set)  # (source text, language) → right targets
        for row in rows:
            for source in self._sources(row):
                self._accepted[source, row.language].add(row.term.casefold())

    def run(self) -> tuple[list[Row], list[Injected]]:
        wanted = self._plan.share * sum(self._weight(index) for index in self._open)
        self._swap_siblings(wanted * SIBLING_SHARE)
        borrowers = (index for index in self._open if index not in self._injected)
        nearest = _NearestSpelling([self._rows[index] for index in self._open])
        while self._pairs < wanted and (index := next(borrowers, None)) is not None:
            kind = self._random.choice(("nearest", "random"))
            row = self._rows[index]
            for other in nearest.of(row) if kind == "nearest" else self._anything():
                if other.language == row.language and other.family != row.family and self._wrong(row, other.term):
                    self._plant(index, other.term, kind)
                    break
        corrupted = [
            replace(row, term=self._injected[index].term) if index in self._injected else row
            for index, row in enumerate(self._rows)
        ]
        return corrupted, [self._injected[index] for index in sorted(self._injected)]

    def _swap_siblings(self, wanted: float) -> None:
        waiting: dict[tuple[str, str], list[int]] = defaultdict(list)
        for index in self._open:
            if self._pairs >= wanted:
                return
            row = self._rows[index]
            others = waiting[row.family, row.language]
            partner = next((other for other in others if self._swappable(index, other)), None)
            if partner is None:
                others.append(index)
                continue
            others.remove(partner)
            self._plant(index, self._rows[partner].term, "sibling")
            self._plant(partner, row.term, "sibling")

    def _swappable(self, one: int, other: int) -> bool:
        first, second = self._rows[one], self._rows[other]
        return self._wrong(first, second.term) and self._wrong(second, first.term)

    def _wrong(self, row: Row, term: str) -> bool:
        """Wrong for every source term of the concept, also where another concept has the same source term."""
        return all(term.casefold() not in self._accepted[source, row.language] for source in self._sources(row))

    def _plant(self, index: int, term: str, kind: str) -> None:
        row = self._rows[index]
        self._injected[index] = Injected(row.concept_id, row.language, term, row.term, kind)
        self._pairs += self._weight(index)

    def _anything(self) -> Iterator[Row]:
        for _ in range(RANDOM_TRIES):
            yield self._rows[self._random.choice(self._open)]

    def _reviewable(self, row: Row) -> bool:
        in_scope = row.language in self._plan.languages and not self._plan.held_out(row.family)
        return in_scope and bool(self._sources(row))

    def _weight(self, index: int) -> int:
        return len(self._sources(self._rows[index]))

    def _sources(self, row: Row) -> list[str]:
        return self._terms.get((row.concept_id, self._plan.source_language), [])


class _NearestSpelling:
    """Rows by shared character trigrams, most similar first."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._holders: dict[tuple[str, str], list[int]] = defaultdict(list)
        for index, row in enumerate(rows):
            for gram in _trigrams(row.term):
                self._holders[row.language, gram].append(index)

    def of(self, row: Row, count: int = 20) -> list[Row]:
        grams = _trigrams(row.term)
        shared = Counter(index for gram in grams for index in self._holders[row.language, gram])

        def likeness(index: int) -> float:
            return shared[index] / (len(grams) + len(_trigrams(self._rows[index].term)) - shared[index])

        candidates = [index for index, _ in shared.most_common(10 * count)]
        return [self._rows[index] for index in sorted(candidates, key=likeness, reverse=True)[:count]]


def _trigrams(text: str) -> set[str]:
    padded = f"  {text.casefold()} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}
