"""How many wrong pairs are left, from the share of the queue that is drawn at random. Pure arithmetic; no model.

What reviewers find at the top of the queue says nothing of the rest, because it was chosen for being doubtful. The
pairs drawn at random do: any first part of the draw is a fair sample of every part of the list that was chosen
without looking at the draw.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, lgamma

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Values = NDArray[np.float64]
CONFIDENCE = 0.95
ROUNDING = 1e-9  # of a chance: a number on the very edge counts as not rejected
OPEN_DRAWS = 0.1  # share of the drawn that may wait for a verdict; the interval allows for either outcome


@dataclass(frozen=True)
class Reviewed:
    score: float  # suspicion, 0..1
    wrong: bool | None  # None: nobody has decided it


@dataclass(frozen=True)
class Estimate:
    """Of the pairs without a verdict. `low` and `high` bound the wrong ones with 95 % confidence."""

    open: int
    left: int  # wrong ones among them, the best guess
    low: int
    high: int
    sampled: int  # pairs drawn at random from the part that was not reviewed for being doubtful …
    sampled_wrong: int  # … those of them that are wrong …
    sampled_from: int  # … and how many pairs that part has
    found: int  # wrong pairs found so far

    @property
    def share(self) -> float:
        return self.left / self.open if self.open else 0.0


def wrong_pairs_left(draw: Sequence[Reviewed]) -> Estimate | None:
    """`draw` holds every pair that is or was up for review, in the random order; None while nothing drawn is decided.

    The list falls in two: the top, which reviewers have gone through by suspicion, and the rest. In the rest the drawn
    pairs that have a verdict are a simple random sample without replacement, so that the interval is the exact one of
    the hypergeometric distribution (Clopper & Pearson 1934, for a finite population). Open pairs of the top count as
    wrong as often as the decided ones there, and in the interval as all right or all wrong.
    """
    wrong = np.array([one.wrong is True for one in draw], dtype=np.bool_)
    decided = np.array([one.wrong is not None for one in draw], dtype=np.bool_)
    drawn = _drawn(decided)
    top = _top(np.array([one.score for one in draw]), decided, drawn)
    sample = drawn & ~top
    size, waiting = int((sample & decided).sum()), int((sample & ~decided).sum())
    if not size:
        return None
    bad, part = int((sample & wrong).sum()), int((~top).sum())
    low, _ = population_interval(part, size + waiting, bad)
    _, high = population_interval(part, size + waiting, bad + waiting)
    known, open_top = int((~top & wrong).sum()), int((top & ~decided).sum())
    share_top = float((top & wrong).sum()) / max(int((top & decided).sum()), 1)
    rest = int((~top & ~decided).sum())
    return Estimate(
        open=rest + open_top,
        left=min(max(round(part * bad / size) - known, 0), rest) + round(open_top * share_top),
        low=max(low - known, 0),
        high=min(max(high - known, 0), rest) + open_top,
        sampled=size,
        sampled_wrong=bad,
        sampled_from=part,
        found=int(wrong.sum()),
    )


def population_interval(population: int, sample: int, wrong: int, confidence: float = CONFIDENCE) -> tuple[int, int]:
    """How many of a population are wrong, from a random sample without replacement in which `wrong` are: the numbers
    that a test at either end would not reject, each at half of 1 − confidence."""
    tail = (1 - confidence) / 2
    fewest, most = wrong, population - (sample - wrong)
    low = _first(fewest, most, lambda count: _at_most(population, sample, count, wrong - 1) <= 1 - tail + ROUNDING)
    high = _first(fewest, most, lambda count: _at_most(population, sample, count + 1, wrong) < tail - ROUNDING)
    return low, high


def _first(start: int, end: int, holds: Callable[[int], bool]) -> int:
    """The smallest number for which it holds, when it holds for all above it; `end` if for none below."""
    while start < end:
        middle = (start + end) // 2
        start, end = (start, middle) if holds(middle) else (middle + 1, end)
    return start


def _at_most(population: int, sample: int, bad: int, found: int) -> float:
    """The chance of at most `found` bad ones in the sample when the population has `bad`."""
    fewest, most = max(0, sample - (population - bad)), min(found, sample, bad)
    logs = [
        _choose(bad, count) + _choose(population - bad, sample - count) - _choose(population, sample)
        for count in range(fewest, most + 1)
    ]
    return min(sum(map(exp, logs)), 1.0)


def _choose(out_of: int, count: int) -> float:
    return lgamma(out_of + 1) - lgamma(count + 1) - lgamma(out_of - count + 1)


def _drawn(decided: Flags) -> Flags:
    """The longest first part of the draw in which hardly any pair waits for a verdict."""
    places = np.arange(1, len(decided) + 1)
    complete = np.flatnonzero(np.cumsum(~decided) <= OPEN_DRAWS * places)
    ends = complete[decided[complete]]
    length = int(ends[-1]) + 1 if len(ends) else 0
    return np.asarray(places <= length)


def _top(scores: Values, decided: Flags, drawn: Flags) -> Flags:
    """The pairs above the score that parts decided and open ones best; those drawn have no say in it."""
    if drawn.all():
        return np.zeros(len(scores), dtype=np.bool_)
    order = np.argsort(-scores[~drawn], kind="stable")
    gain = np.cumsum(np.where(decided[~drawn][order], 1, -1))
    best = int(np.argmax(gain))
    if gain[best] <= 0:
        return np.zeros(len(scores), dtype=np.bool_)
    return np.asarray(scores >= scores[~drawn][order[best]])
