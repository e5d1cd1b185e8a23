"""How many constraints an encoder honours, and which it does not. Measures; trains nothing and decides nothing."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from training.ml.measuring.retrieval import TIE, EncodeFn, unit_rows
from training.ml.records import Attract, Constraints, Order, Repel, TermText

Pair = tuple[str, str]  # source language, target language
Constraint = Attract | Repel | Order
ATTRACT_SHARE = 0.05  # of the other targets may be as near to the source as an accepted one
ORDER_SHARE = 0.25  # of the other targets may be as near to the source as a related one
COMPETITORS = 2_000  # other targets compared with, at most: evenly spaced over the sorted list
BLOCK = 1_000  # constraints at a time: 8 MB of cosines


def satisfaction(constraints: Constraints, encode: EncodeFn) -> tuple[float, list[dict[str, Any]]]:
    """(share honoured, 0..1; the constraints that are not, as JSON-able dicts, in the order attract, repel, order).

    Cosines are taken in the encoder's shared space. The *other targets* of a constraint are the target texts of all
    constraints of its language pair, without its own and without those accepted for the same source.

    attract: at most 5 % of the other targets are as near to the source as the accepted one (with fewer than 20: none).
    repel: the rejected target is farther from the source than the better one; where none is known, farther than the
    median accepted pair of the language pair; where nothing is accepted, it must not pass as an attract.
    order: at most 25 % of the other targets are as near, and it is farther than the nearest accepted target of the
    same source and language; where none is known, than the median accepted pair; where nothing is accepted, than
    nothing.

    Cosines within 1e-6 are equal, and equal is not honoured, so a constant encoder honours nothing that has an
    alternative. No constraints: (1.0, []). Each dict has kind, source, source_language, target, target_language,
    pair_id and sentence. Raises UnusableVectors.
    """
    by_pair: dict[Pair, list[Constraint]] = defaultdict(list)
    every: list[Constraint] = [*constraints.attract, *constraints.repel, *constraints.order]
    for constraint in every:
        by_pair[constraint.source.language, constraint.target.language].append(constraint)
    unmet = [one for pair in sorted(by_pair) for one in _unmet(by_pair[pair], encode)]
    unmet.sort(key=lambda one: (("attract", "repel", "order").index(one["kind"]), one["pair_id"]))
    return (1 - len(unmet) / len(constraints) if len(constraints) else 1.0), unmet


@dataclass(frozen=True)
class _Measured:
    """One language pair's geometry, one row a constraint."""

    cosine: np.ndarray  # (c,) float32
    as_near: np.ndarray  # (c,) int64: other targets as near as the constraint's own
    others: np.ndarray  # (c,) int64: other targets compared with
    best: np.ndarray  # (c,) float32: what a repel or order must stay below; NaN where nothing is known
    median: float  # accepted pairs; NaN where nothing is accepted


def _unmet(constraints: Sequence[Constraint], encode: EncodeFn) -> list[dict[str, Any]]:
    measured = _measured(constraints, encode)
    found = []
    for row, constraint in enumerate(constraints):
        sentence = _JUDGES[type(constraint)](constraint, measured, row)
        if sentence:
            found.append(
                {
                    "kind": type(constraint).__name__.lower(),
                    "source": constraint.source.text,
                    "source_language": constraint.source.language,
                    "target": constraint.target.text,
                    "target_language": constraint.target.language,
                    "pair_id": constraint.pair_id,
                    "sentence": f"{sentence[0].upper()}{sentence[1:]}.",
                }
            )
    return found


def _measured(constraints: Sequence[Constraint], encode: EncodeFn) -> _Measured:
    source_language, target_language = constraints[0].source.language, constraints[0].target.language
    sources = sorted({constraint.source.text for constraint in constraints})
    targets = sorted({text for constraint in constraints for text in _target_texts(constraint)})
    source_row = {text: row for row, text in enumerate(sources)}
    target_row = {text: row for row, text in enumerate(targets)}
    source_vectors = unit_rows(encode, sources, source_language)[[source_row[c.source.text] for c in constraints]]
    target_vectors = unit_rows(encode, targets, target_language)
    own = np.array([target_row[c.target.text] for c in constraints])
    cosine = np.einsum("cd,cd->c", source_vectors, target_vectors[own])
    accepted: dict[str, set[int]] = defaultdict(set)
    for constraint in constraints:
        if isinstance(constraint, Attract):
            accepted[constraint.source.text].add(target_row[constraint.target.text])
    exempt = [{int(row), *accepted[c.source.text]} for c, row in zip(constraints, own, strict=True)]
    as_near, others = _as_near(source_vectors, target_vectors, cosine, exempt)
    known = [
        [target_row[text] for text in _better_texts(constraint)] or sorted(accepted[constraint.source.text])
        for constraint in constraints
    ]
    best = [
        float((target_vectors[rows] @ source_vectors[row]).max()) if rows else np.nan for row, rows in enumerate(known)
    ]
    attracted = [isinstance(constraint, Attract) for constraint in constraints]
    median = float(np.median(cosine[attracted])) if any(attracted) else float("nan")
    return _Measured(cosine, as_near, others, np.array(best), median)


def _as_near(
    sources: np.ndarray, targets: np.ndarray, cosine: np.ndarray, exempt: Sequence[set[int]]
) -> tuple[np.ndarray, np.ndarray]:
    """(c,) how many competitors are at least as near as `cosine`, and (c,) of how many; exempt target rows left out."""
    competitors = np.unique(np.linspace(0, len(targets) - 1, min(len(targets), COMPETITORS)).astype(np.int64))
    column = {int(row): number for number, row in enumerate(competitors)}
    masked = [[column[row] for row in rows if row in column] for rows in exempt]
    as_near = np.empty(len(sources), dtype=np.int64)
    for start in range(0, len(sources), BLOCK):
        stop = min(start + BLOCK, len(sources))
        cosines = sources[start:stop] @ targets[competitors].T
        for row in range(start, stop):
            cosines[row - start, masked[row]] = -np.inf
        as_near[start:stop] = np.count_nonzero(cosines >= (cosine[start:stop] - TIE)[:, None], axis=1)
    return as_near, len(competitors) - np.array([len(columns) for columns in masked])


def _better_texts(constraint: Constraint) -> list[str]:
    better: TermText | None = constraint.better if isinstance(constraint, Repel) else None
    return [better.text] if better and better.language == constraint.target.language else []


def _target_texts(constraint: Constraint) -> list[str]:
    return [constraint.target.text, *_better_texts(constraint)]


def _attract(one: Constraint, measured: _Measured, row: int) -> str:
    return _too_far(one, measured, row, ATTRACT_SHARE, "accepted")


def _repel(one: Constraint, measured: _Measured, row: int) -> str:
    if not (np.isnan(measured.best[row]) and np.isnan(measured.median)):
        return _too_near(one, measured, row, "rejected")
    if _too_far(one, measured, row, ATTRACT_SHARE, ""):
        return ""
    near, others, cosine = measured.as_near[row], measured.others[row], measured.cosine[row]
    return f"{_named(one)} is rejected, yet only {near} of {others} other targets are as near (cosine {cosine:.3f})"


def _order(one: Constraint, measured: _Measured, row: int) -> str:
    too_far = _too_far(one, measured, row, ORDER_SHARE, "related")
    return too_far or _too_near(one, measured, row, "related")


def _too_far(one: Constraint, measured: _Measured, row: int, share: float, what: str) -> str:
    near, others = int(measured.as_near[row]), int(measured.others[row])
    if near <= int(share * others):
        return ""
    return (
        f"{_named(one)} is {what}, yet {near} of {others} other targets are as near "
        f"(cosine {measured.cosine[row]:.3f}; at most {int(share * others)} may be)"
    )


def _too_near(one: Constraint, measured: _Measured, row: int, what: str) -> str:
    """Against the known right target, else the median accepted pair, else nothing."""
    known = not np.isnan(measured.best[row])
    ceiling = float(measured.best[row]) if known else measured.median
    if np.isnan(ceiling) or measured.cosine[row] < ceiling - TIE:
        return ""
    against = "the right target" if known else "the median accepted pair"
    return f"{_named(one)} is {what}, yet its cosine {measured.cosine[row]:.3f} is not below {ceiling:.3f}, {against}"


def _named(one: Constraint) -> str:
    return f"“{one.target.text}” for “{one.source.text}”"


_JUDGES: dict[type, Callable[[Constraint, _Measured, int], str]] = {Attract: _attract, Repel: _repel, Order: _order}
