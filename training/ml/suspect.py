"""For each listed pair of one language pair: how doubtful it is, 0..1, and why, in sentences."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import compress

import numpy as np

from training.ml.records import Neighbour, PairSuspicion
from training.ml.scoring.direction import BLOCK
from training.ml.scoring.examination import IDS as IDS
from training.ml.scoring.examination import Examined, examine
from training.ml.scoring.geometry import GeometrySettings, Nearest
from training.ml.scoring.listing import Listing, Rows
from training.ml.scoring.listing import Vocabulary as Vocabulary
from training.ml.scoring.reasons import Reasons
from training.ml.scoring.refitting import Lessons as Lessons
from training.ml.scoring.refitting import learn as learn
from training.ml.scoring.signals import SIGNALS
from training.ml.scoring.weighing import DEFAULT, Weights

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
    progress: Progress | None = None,
) -> list[PairSuspicion]:
    """One PairSuspicion for each row of pairs (p, 2): a row of the source's list and one of the target's.

    Both lists need unit rows of one shared space, (n, d) and (m, d) float32. The score is a logistic of signals that
    are measured against the lists as they are given: the more pairs, the more is known of each. `progress` counts
    the searches of all terms. Raises InvalidListing for lists that don't fit each other.
    """
    settings = settings or SuspectSettings()
    return weigh(examine_pairs(source, target, pairs, settings=settings, progress=progress), settings.weights)


def examine_pairs(
    source: Vocabulary,
    target: Vocabulary,
    pairs: Rows,
    *,
    settings: SuspectSettings | None = None,
    progress: Progress | None = None,
) -> Examined:
    """The first half of `score_pairs`: all that is measured, so that weights can be learned from several lists."""
    listing = Listing(source, target, np.asarray(pairs, dtype=np.int64).reshape(-1, 2))
    return examine(listing, (settings or SuspectSettings()).geometry, progress)


def weigh(examined: Examined, weights: Weights = DEFAULT) -> list[PairSuspicion]:
    """The second half: a score, and what adds up to it.

    The log-odds of a pair are the intercept plus what each signal contributes; `PairSuspicion.log_odds` names them,
    summed up by reason: "start", the reasons in their order, and "rest". score = 1 / (1 + exp(−calm(their sum))).
    """
    if not len(examined.listing):
        return []
    scores = weights.score(IDS, examined.doubts).tolist()
    reasons = Reasons(examined, weights.contributions(IDS, examined.doubts), weights.intercept)
    forward, backward = (
        _neighbours(one) for one in (examined.evidence.geometry.there, examined.evidence.geometry.back)
    )
    return [
        PairSuspicion(score, reasons.of(row), signals, forward[from_], backward[to], reasons.log_odds(row))
        for row, (score, signals, (from_, to)) in enumerate(
            zip(scores, _signals(examined), examined.listing.pairs.tolist(), strict=True)
        )
    ]


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
