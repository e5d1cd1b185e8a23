"""For each listed pair of one language pair: how doubtful it is, 0..1, and why, in sentences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import overload

import numpy as np

from training.ml.records import Neighbour, PairSuspicion
from training.ml.scoring.examination import IDS as IDS
from training.ml.scoring.examination import Examined, examine
from training.ml.scoring.geometry import GeometrySettings, Nearest
from training.ml.scoring.listing import Listing, Rows
from training.ml.scoring.listing import Vocabulary as Vocabulary
from training.ml.scoring.reasons import Reasons
from training.ml.scoring.refitting import Lessons as Lessons
from training.ml.scoring.refitting import learn as learn
from training.ml.scoring.signals import SIGNALS
from training.ml.scoring.standard import Standard
from training.ml.scoring.weighing import DEFAULT, Weights

Progress = Callable[[int, int], None]
DECIMALS = 4  # of the signals that are kept
IS_SIGNAL = np.arange(len(IDS)) < len(SIGNALS)


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
    the searches of all terms. Raises InvalidListing for lists that don't fit each other,
    InvalidVectors for values that aren't finite, and ReadingFailed where the process that reads the texts ends.
    """
    settings = settings or SuspectSettings()
    return list(weigh(examine_pairs(source, target, pairs, settings=settings, progress=progress), settings.weights))


def examine_pairs(
    source: Vocabulary,
    target: Vocabulary,
    pairs: Rows,
    *,
    settings: SuspectSettings | None = None,
    progress: Progress | None = None,
) -> Examined:
    """The first half of `score_pairs`: all that is measured, so that weights can be learned from several lists.

    Raises as `score_pairs` does.
    """
    return examine(listed(source, target, pairs), (settings or SuspectSettings()).geometry, progress)


def examine_part(part: Listing, standards: Sequence[Standard], progress: Progress | None = None) -> Examined:
    """The same of a part of a longer list (`scoring.growth`), by the standards that the whole was found to have."""
    return examine(part, GeometrySettings(), progress, standards)


def listed(source: Vocabulary, target: Vocabulary, pairs: Rows) -> Listing:
    """Two lists and rows of them, (p, 2). Raises InvalidListing for rows that there aren't."""
    return Listing(source, target, np.asarray(pairs, dtype=np.int64).reshape(-1, 2))


def weigh(examined: Examined, weights: Weights = DEFAULT) -> "Weighed":
    """The second half: a score, and what adds up to it."""
    return Weighed(examined, weights)


class Weighed(Sequence[PairSuspicion]):
    """What is said of each pair, put into words when it is asked for: a million pairs' sentences fill the memory.

    The log-odds of a pair are the intercept plus what each signal contributes; `PairSuspicion.log_odds` names them,
    summed up by reason: "start", the reasons in their order, and "rest". score = 1 / (1 + exp(−calm(their sum))).
    """

    def __init__(self, examined: Examined, weights: Weights) -> None:
        self.scores = weights.score(IDS, examined.doubts)  # (p,)
        self._examined = examined
        self._reasons = Reasons(examined, weights.contributions(IDS, examined.doubts), weights.intercept)

    def __len__(self) -> int:
        return len(self._examined.listing)

    @overload
    def __getitem__(self, row: int) -> PairSuspicion: ...
    @overload
    def __getitem__(self, row: slice) -> list[PairSuspicion]: ...
    def __getitem__(self, row: int | slice) -> PairSuspicion | list[PairSuspicion]:
        if isinstance(row, slice):
            return [self[one] for one in range(*row.indices(len(self)))]
        geometry = self._examined.evidence.geometry
        source, target = self._examined.listing.pairs[row].tolist()
        return PairSuspicion(
            float(self.scores[row]),
            self._reasons.of(row),
            self._signals(row),
            _neighbours(geometry.there, source),
            _neighbours(geometry.back, target),
            self._reasons.log_odds(row),
        )

    def _signals(self, row: int) -> dict[str, float]:
        """The signals that have an opinion, and the surface checks that found something."""
        values = np.round(self._examined.values[row].astype(np.float64), DECIMALS)
        said = np.isfinite(values) & ((values != 0) | IS_SIGNAL)
        return dict(compress(zip(IDS, values.tolist(), strict=True), said.tolist()))


def _neighbours(nearest: Nearest, row: int) -> tuple[Neighbour, ...]:
    return tuple(map(Neighbour, nearest.rows[row].tolist(), nearest.cosine[row].tolist()))
