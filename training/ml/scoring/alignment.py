"""Word alignment over the listed pairs: IBM model 1 (Brown et al. 1993), each pair judged without its own counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.ml.scoring.listing import Rows

ROUNDS = 5  # of expectation and maximisation
SMOOTHING = 4.0  # occurrences that a piece's overall frequency is worth

Values = NDArray[np.float64]
Short = NDArray[np.int32]  # there are many cells


@dataclass(frozen=True, eq=False)
class Side:
    """The pieces of one side of all pairs, end to end: o occurrences."""

    piece: Rows  # (o,)
    pair: Rows  # (o,) ascending

    @classmethod
    def of(cls, pieces: Sequence[Rows], rows: Rows) -> "Side":
        """`pieces` holds the piece numbers of each term, `rows` (p,) the term of each pair."""
        counts = np.array([len(one) for one in pieces], dtype=np.int64)
        ends = np.cumsum(counts)
        flat = np.concatenate([*pieces, np.zeros(0, dtype=np.int64)])
        within = counts[rows]
        return cls(flat[ranges((ends - counts)[rows], within)], np.repeat(np.arange(len(rows)), within))


@dataclass(frozen=True, eq=False)
class Cells:
    """Every piece given on a pair's one side beside every piece told on its other side: c cells."""

    given: Side
    told: Side
    given_at: Short  # (c,) occurrence
    told_at: Short  # (c,)
    kind: Short  # (c,) number of this couple of pieces
    given_of: Rows  # (kinds,) the couple's pieces
    told_of: Rows

    @classmethod
    def of(cls, given: Side, told: Side) -> "Cells":
        counts = np.bincount(given.pair, minlength=told.pair.max(initial=0) + 1)
        beside = counts[told.pair]
        told_at = np.repeat(np.arange(len(told.pair), dtype=np.int32), beside)
        given_at = ranges((np.cumsum(counts) - counts)[told.pair], beside).astype(np.int32)
        width = told.piece.max(initial=0) + 1
        kinds, kind = np.unique(given.piece[given_at] * width + told.piece[told_at], return_inverse=True)
        return cls(given, told, given_at, told_at, kind.astype(np.int32), kinds // width, kinds % width)

    @property
    def reversed(self) -> "Cells":
        return Cells(self.told, self.given, self.told_at, self.given_at, self.kind, self.told_of, self.given_of)


@dataclass(frozen=True, eq=False)
class Explained:
    lift: Values  # (t,) log of how much likelier the best given piece makes each told occurrence; never below 0
    mass: Values  # (kinds,) how often the couple was aligned


def explain(cells: Cells) -> Explained:
    """IBM model 1 (Brown et al. 1993, section 4.1) over the cells, beside a null word that says each piece as often
    as it comes: how much each told occurrence gains by the given side, in nats, the counts of its own pair taken out.
    """
    often = np.bincount(cells.told.piece)
    frequency = (often / max(often.sum(), 1))[cells.told.piece]
    choices = np.bincount(cells.given_of)
    chance: Values = 1.0 / choices[cells.given_of]
    mass: Values = np.zeros(len(chance))
    for _ in range(ROUNDS):
        share = chance[cells.kind]
        share /= (np.bincount(cells.told_at, share, len(frequency)) + frequency)[cells.told_at]
        mass = _sums(cells.kind, share, len(chance))
        total = np.bincount(cells.given_of, mass)
        chance = mass / total[cells.given_of]
    own = np.bincount(cells.given_at, share, len(cells.given.piece))[cells.given_at]
    others = np.maximum(mass[cells.kind] - share, 0)
    out_of = np.maximum(total[cells.given_of[cells.kind]] - own, 0)
    base = frequency[cells.told_at]
    lift = np.zeros(len(frequency))
    np.maximum.at(lift, cells.told_at, np.log((others / base + SMOOTHING) / (out_of + SMOOTHING)))
    return Explained(lift, mass)


def _sums(places: Short, values: Values, size: int) -> Values:
    return np.bincount(places, values, size).astype(np.float64)


def shifted(numbers: Rows, by: int) -> Rows:
    """Numbers as they are in a list that follows `by` others; below 0 stands for none."""
    return np.where(numbers < 0, numbers, numbers + by)


def ranges(starts: Rows, counts: Rows) -> Rows:
    """The numbers start, start + 1, … of every range, end to end."""
    shifts = np.repeat(starts - (np.cumsum(counts) - counts), counts)
    found: Rows = np.arange(counts.sum()) + shifts
    return found
