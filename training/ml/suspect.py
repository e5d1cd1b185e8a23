"""For each listed pair of one language pair: how doubtful it is, 0..1, and why, in sentences."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import compress

import numpy as np

from training.ml.direction import BLOCK
from training.ml.examination import IDS, Examined, examine
from training.ml.geometry import GeometrySettings, Nearest
from training.ml.listing import Listing, Rows
from training.ml.listing import Vocabulary as Vocabulary
from training.ml.reasons import Reasons
from training.ml.records import Neighbour, PairSuspicion
from training.ml.refitting import fit_weights
from training.ml.signals import SIGNALS
from training.ml.weighing import DEFAULT, Weights

Progress = Callable[[int, int], None]
DECIMALS = 4  # of the signals that are kept


@dataclass(frozen=True)
class SuspectSettings:
    geometry: GeometrySettings = field(default_factory=GeometrySettings)
    weights: Weights = DEFAULT


def score_pairs(
    source: Vocabulary,
    target: Vocabulary,
    pairs: Rows,
    *,
    settings: SuspectSettings | None = None,
    verdicts: Mapping[int, bool] | None = None,
    progress: Progress | None = None,
) -> list[PairSuspicion]:
    """One PairSuspicion for each row of pairs (p, 2): a row of the source's list and one of the target's.

    Both lists need unit rows of one shared space, (n, d) and (m, d) float32. The score is a logistic of signals that
    are measured against the lists as they are given: the more pairs, the more is known of each. `verdicts` holds rows
    of pairs that reviewers have found wrong (True) or right; from 50 on the weights learn from them. `progress` counts
    the searches of all terms. Raises InvalidListing for lists that don't fit each other.
    """
    settings = settings or SuspectSettings()
    listing = Listing(source, target, np.asarray(pairs, dtype=np.int64).reshape(-1, 2))
    if not len(listing):
        return []
    examined = examine(listing, settings.geometry, progress)
    weights = _learned(examined, settings.weights, verdicts or {})
    scores = weights.score(IDS, examined.doubts).tolist()
    reasons = Reasons(examined, weights.contributions(IDS, examined.doubts))
    forward, backward = (
        _neighbours(one) for one in (examined.evidence.geometry.there, examined.evidence.geometry.back)
    )
    return [
        PairSuspicion(score, reasons.of(row), signals, forward[from_], backward[to])
        for row, (score, signals, (from_, to)) in enumerate(
            zip(scores, _signals(examined), listing.pairs.tolist(), strict=True)
        )
    ]


def _learned(examined: Examined, prior: Weights, verdicts: Mapping[int, bool]) -> Weights:
    rows = np.array(list(verdicts), dtype=np.int64)
    return fit_weights(IDS, examined.doubts[rows], np.array(list(verdicts.values()), dtype=np.bool_), prior)


def _signals(examined: Examined) -> Iterator[dict[str, float]]:
    """Of each pair the signals that have an opinion, and the surface checks that found something."""
    for start in range(0, len(examined.values), BLOCK):
        rows = np.round(examined.values[start : start + BLOCK].astype(np.float64), DECIMALS)
        said = np.isfinite(rows) & ((rows != 0) | (np.arange(len(IDS)) < len(SIGNALS)))
        for values, tells in zip(rows.tolist(), said.tolist(), strict=True):
            yield dict(compress(zip(IDS, values, strict=True), tells))


def _neighbours(nearest: Nearest) -> list[tuple[Neighbour, ...]]:
    columns = zip(nearest.rows.tolist(), nearest.cosine.tolist(), strict=True)
    return [tuple(map(Neighbour, rows, cosines)) for rows, cosines in columns]
