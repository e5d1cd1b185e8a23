"""Encoders on held-out references: P@1, P@5 and MRR under CSLS, with paired intervals. Decides nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from training.ml.measuring.bootstrap import RESAMPLES, interval, resampled_means
from training.ml.measuring.radius import Radius as Radius
from training.ml.measuring.radius import radius as radius
from training.ml.measuring.references import References, references, references_digest
from training.ml.measuring.retrieval import EncodeFn as EncodeFn
from training.ml.measuring.retrieval import csls_ranks, for_cell, unit_rows
from training.ml.measuring.satisfaction import satisfaction as satisfaction
from training.ml.records import Cell, TestList

MACRO = "macro"
CellName = Literal["trained", "zero-shot", "control"]
MetricName = Literal["p@1", "p@5", "mrr"]
CELLS: tuple[CellName, ...] = ("trained", "zero-shot", "control")
METRICS: tuple[MetricName, ...] = ("p@1", "p@5", "mrr")
Progress = Callable[[int, int], None]  # lists embedded and searched, of all


class InvalidTestLists(ValueError):
    """Test lists that cannot be measured; the message says which."""


@dataclass(frozen=True)
class Evaluation:
    """Two encoders on the same references. `left_out`: "cell/language pair/what" → how many."""

    cells: tuple[Cell, ...]
    references_digest: str
    left_out: dict[str, int]


@dataclass(frozen=True)
class Measurement:
    """One metric of one encoder alone; `interval` is the 95 % bootstrap over concepts, of the value."""

    cell: CellName
    language_pair: str
    metric: MetricName
    n: int
    value: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class _Scored:
    """One list's scores: (q, 3) float64 a side, columns as METRICS."""

    references: References
    before: np.ndarray
    after: np.ndarray


def evaluate(
    lists: Sequence[TestList],
    before: EncodeFn,
    after: EncodeFn,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    progress: Progress | None = None,
) -> Evaluation:
    """Both encoders on the same frozen lists: a Cell for each metric, language pair and macro mean.

    The macro mean is over a cell's language pairs, each counting the same; always given for "trained", for the others
    with more than one. Intervals are 95 %, percentile, paired: each resample draws concepts, the same for both
    encoders and for all languages of the macro mean. Where `before` is `after`, every difference and interval is
    exactly 0. A list without a query left has no cells, only counts in `left_out`.

    Scores are shares, 0..1; n counts queries. Deterministic by seed, whatever the order of lists and pairs.
    Raises InvalidTestLists (no list, or two for one cell and language pair) and UnusableVectors.
    """
    frozen = _frozen(lists)
    encoders = (before,) if before is after else (before, after)
    scored = _scored(frozen, encoders, progress)
    cells = [cell for name in CELLS for cell in _cells(name, scored, resamples, seed)]
    return Evaluation(tuple(cells), references_digest(lists), _left_out(frozen))


def measure(
    lists: Sequence[TestList],
    encode: EncodeFn,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[Measurement, ...]:
    """One encoder alone, otherwise as `evaluate`: the intervals are those of the values."""
    scored = [_against_nothing(one) for one in _scored(_frozen(lists), (encode,), progress)]
    cells = [cell for name in CELLS for cell in _cells(name, scored, resamples, seed)]
    return tuple(Measurement(c.cell, c.language_pair, c.metric, c.n, c.after, c.interval) for c in cells)


def scores(one: References, encode: EncodeFn) -> np.ndarray:
    """(q, 3) float64: P@1, P@5 and reciprocal rank of each query. Raises UnusableVectors."""
    encode = for_cell(encode, one.cell)
    sources = unit_rows(encode, one.sources, one.source_language)
    targets = unit_rows(encode, one.targets, one.target_language)
    ranks = csls_ranks(sources[list(one.queries)], targets, sources, one.right, one.ignored)
    return np.stack([ranks == 1, ranks <= 5, 1 / ranks], axis=1).astype(np.float64)


def _frozen(lists: Sequence[TestList]) -> list[References]:
    if not lists:
        raise InvalidTestLists("There is no test list: hold out concepts, or import a control list, before evaluating.")
    frozen = sorted((references(test) for test in lists), key=lambda one: (one.cell, one.language_pair))
    names = [(one.cell, one.language_pair) for one in frozen]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidTestLists(f"Two test lists for {twice[0][0]} {twice[0][1]}: join their pairs into one list.")
    return frozen


def _scored(frozen: Sequence[References], encoders: Sequence[EncodeFn], progress: Progress | None) -> list[_Scored]:
    asked = [one for one in frozen if one.queries]
    total = len(asked) * len(encoders)
    scored = []
    for number, one in enumerate(asked):
        sides = []
        for side, encode in enumerate(encoders, start=1):
            sides.append(scores(one, encode))
            if progress:
                progress(number * len(encoders) + side, total)
        scored.append(_Scored(one, sides[0], sides[-1]))
    return scored


def _against_nothing(one: _Scored) -> _Scored:
    return _Scored(one.references, np.zeros_like(one.after), one.after)


def _left_out(frozen: Sequence[References]) -> dict[str, int]:
    return {f"{one.cell}/{one.language_pair}/{what}": count for one in frozen for what, count in one.left_out.items()}


def _cells(name: CellName, scored: Sequence[_Scored], resamples: int, seed: int) -> list[Cell]:
    mine = [one for one in scored if one.references.cell == name]
    groups = [(one.references.language_pair, [one]) for one in mine]
    if mine and (name == "trained" or len(mine) > 1):
        groups.append((MACRO, mine))
    return [cell for pair, group in groups for cell in _group_cells(name, pair, group, resamples, seed)]


def _group_cells(name: CellName, pair: str, group: Sequence[_Scored], resamples: int, seed: int) -> list[Cell]:
    """The metrics of one language pair, or of the mean over several."""
    before = np.mean([one.before.mean(axis=0) for one in group], axis=0)
    after = np.mean([one.after.mean(axis=0) for one in group], axis=0)
    differences = _resampled_differences(group, resamples, seed)
    n = sum(len(one.references.queries) for one in group)
    return [
        Cell(
            *(name, pair, metric, n, float(before[column]), float(after[column])),
            difference=float(after[column] - before[column]),
            interval=interval(differences[:, column]),
        )
        for column, metric in enumerate(METRICS)
    ]


def _resampled_differences(group: Sequence[_Scored], resamples: int, seed: int) -> np.ndarray:
    """(resamples, 3): mean over the group's language pairs; one with no concept drawn is left out."""
    concepts = sorted({concept for one in group for concept in one.references.concepts})
    row = {concept: number for number, concept in enumerate(concepts)}
    sums = np.zeros((len(concepts), len(group), len(METRICS)))
    counts = np.zeros_like(sums)
    for number, one in enumerate(group):
        rows = [row[concept] for concept in one.references.concepts]
        np.add.at(sums[:, number], rows, one.after - one.before)
        np.add.at(counts[:, number], rows, 1)
    flat = (len(concepts), len(group) * len(METRICS))
    means = resampled_means(sums.reshape(flat), counts.reshape(flat), resamples=resamples, seed=seed)
    return cast(np.ndarray, np.nanmean(means.reshape(resamples, len(group), len(METRICS)), axis=1))
