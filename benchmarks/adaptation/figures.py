"""Results of cells → rows of a table: means over seeds, and paired intervals against the untrained encoder."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.adaptation.metrics import hits
from training.ml.measuring.bootstrap import interval, resampled_means

SAME_FOR_ALL = ("raw encoder", "CSLS", "centred + CSLS", "known translations alone")  # which see no verdict
CELLS = ("trained", "zero-shot", "other domain", "control")
Column = tuple[str, int, float]  # domain, verdicts, share wrong
Interval = tuple[float, float]
RESAMPLES = 10_000


@dataclass(frozen=True)
class Row:
    """One arm in one column; figures are means over seeds."""

    arm: str
    seeds: int
    n: dict[str, int]  # queries, by cell
    p_at_1: dict[str, float]
    difference: dict[str, tuple[float, Interval]]  # P@1 to the untrained encoder's, centred, under CSLS
    spread: float  # of the trained cell's P@1 over seeds: largest minus smallest
    p_at_5: float
    mrr: float
    near_miss: float
    order: float
    neighbourhoods_kept: float
    hubness: float
    seconds: float  # of the first seed's training
    once: float  # seconds before an encoder's first round: its vectors of the known translations
    timed: bool  # on as many threads as any run, so that its seconds can be compared
    memory_mb: float


def columns(results: Sequence[dict[str, Any]]) -> dict[Column, dict[str, list[dict[str, Any]]]]:
    """Results by column and arm. What sees no verdict stands in every column of its domain."""
    found: dict[Column, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for one in results:
        found[one["domain"], one["verdicts"], one["wrong"]][one["arm"]].append(one)
    for (domain, *_), arms in found.items():
        for one in results:
            if one["arm"] in SAME_FOR_ALL and one["domain"] == domain:
                arms[one["arm"]] = [one]
    return {column: dict(arms) for column, arms in found.items()}


def row(arm: str, results: Sequence[dict[str, Any]], base: dict[str, Any], threads: int) -> Row:
    """`threads`: of the runs whose seconds can be compared."""
    trained = [one["cells"]["trained"] for one in results]
    values = [cell["p@1"] for cell in trained]
    first = min(results, key=lambda one: one["seed"])
    return Row(
        arm=arm,
        seeds=len(results),
        n={name: base["cells"][name]["n"] for name in CELLS},
        p_at_1={name: _mean([one["cells"][name]["p@1"] for one in results]) for name in CELLS},
        difference={name: difference(results, [base], name) for name in CELLS},
        spread=max(values) - min(values),
        p_at_5=_mean([cell["p@5"] for cell in trained]),
        mrr=_mean([cell["mrr"] for cell in trained]),
        near_miss=_mean([one["near_miss"]["right"] for one in results]),
        order=_mean([one["order"]["right"] for one in results]),
        neighbourhoods_kept=_mean([one["neighbourhoods_kept"] for one in results]),
        hubness=_mean([cell["hubness"] for cell in trained]),
        seconds=first["about"].get("seconds", 0.0),
        once=first["about"].get("once", 0.0),
        timed=first["threads"] == threads,
        memory_mb=_mean([one["memory_mb"] for one in results]),
    )


def difference(ours: Sequence[dict[str, Any]], theirs: Sequence[dict[str, Any]], cell: str) -> tuple[float, Interval]:
    """P@1 of the one minus the other's, each averaged over its seeds; 95 % paired bootstrap over queries."""
    one, other = (np.mean([hits(found["cells"][cell]) for found in side], axis=0) for side in (ours, theirs))
    differences = (one - other)[:, None]
    drawn = resampled_means(differences, np.ones_like(differences), resamples=RESAMPLES)
    return float(differences.mean()), interval(drawn[:, 0])


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
