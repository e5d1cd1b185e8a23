"""What an evaluation asks of an encoder: queries, frozen lists and right answers. Texts in, rows of lists out."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from training.ml.records import TestList
from training.ml.texts import normalise


@dataclass(frozen=True)
class References:
    """One test list, frozen: sorted distinct texts, and for each query the rows of `targets` that answer it."""

    cell: str
    language_pair: str
    source_language: str
    target_language: str
    sources: tuple[str, ...]  # all source texts: the neighbourhoods of CSLS
    targets: tuple[str, ...]  # all target texts: the list searched
    queries: tuple[int, ...]  # rows of sources
    right: tuple[np.ndarray, ...]  # int64 rows of targets a query
    ignored: tuple[np.ndarray, ...]  # identical listed targets a query: neither right nor wrong
    concepts: tuple[str, ...]  # the concept each query is resampled with
    left_out: dict[str, int]


def references(test: TestList) -> References:
    """The references of one list. The same for any order of its pairs.

    A query is a distinct source text; right is every target listed for any of its concepts. Sides are identical when
    they are equal after normalisation and casefold: such a pair is left out and counted ("identical_pairs"), its
    target stays in the list but neither counts nor competes for that query, and a query with no other right target is
    left out and counted ("identical_queries"). A query of several concepts is resampled with the first of them.
    """
    pairs = sorted({(p.concept_id, normalise(p.source.text), normalise(p.target.text)) for p in test.pairs})
    sources = tuple(sorted({source for _, source, _ in pairs}))
    targets = tuple(sorted({target for _, _, target in pairs}))
    row = {target: number for number, target in enumerate(targets)}
    concepts_of: dict[str, list[str]] = defaultdict(list)
    targets_of: dict[str, set[str]] = defaultdict(set)
    for concept, source, target in pairs:
        targets_of[concept].add(target)
        if concept not in concepts_of[source]:
            concepts_of[source].append(concept)
    queries, right, ignored, concepts = [], [], [], []
    for number, source in enumerate(sources):
        listed = set().union(*(targets_of[concept] for concept in concepts_of[source]))
        identical = {target for target in listed if _identical(source, target)}
        if listed > identical:
            queries.append(number)
            right.append(_rows(row, listed - identical))
            ignored.append(_rows(row, identical))
            concepts.append(concepts_of[source][0])
    left_out = {
        "identical_pairs": len({(source, target) for _, source, target in pairs if _identical(source, target)}),
        "identical_queries": len(sources) - len(queries),
    }
    return References(
        *(test.cell, test.language_pair, test.source_language, test.target_language, sources, targets),
        *(tuple(queries), tuple(right), tuple(ignored), tuple(concepts), left_out),
    )


def references_digest(lists: Sequence[TestList]) -> str:
    """sha256, in hex, over the sorted references of all lists, and so over the retrieval lists: the same for any order.

    Two evaluations with one digest asked the same queries of the same lists.
    """
    content = sorted(
        [
            [test.cell, test.source_language, test.target_language],
            sorted({(p.concept_id, p.family, normalise(p.source.text), normalise(p.target.text)) for p in test.pairs}),
        ]
        for test in lists
    )
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


def _identical(source: str, target: str) -> bool:
    return normalise(source.casefold()) == normalise(target.casefold())


def _rows(row: dict[str, int], texts: Iterable[str]) -> np.ndarray:
    return np.array(sorted(row[text] for text in texts), dtype=np.int64)
