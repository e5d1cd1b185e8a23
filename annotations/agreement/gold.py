"""What gold pairs say of a reviewer, and what a measured reliability weighs. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotations.agreement.settle import FLAGGED, UNDECIDED

MINIMUM = 8  # gold answers before they count
LAST = 20  # the newest that count, so that nobody stays on probation for what is long past
PASS = 0.7  # share right under which a reviewer is on probation
PROBATION_WEIGHT = 0.5  # at most
FULL, NOTHING = 0.9, 0.5  # share right from which an answer has full weight, and under which it has none
CALLS_IT_WRONG = frozenset({"not_equivalent", "corrected"})


@dataclass(frozen=True)
class Standing:
    seen: int
    right: int
    probation: bool


def is_right(expected: str, expected_correction: str, decision: str, correction: str) -> bool | None:
    """None for answers that judge nothing. Rejecting a pair without knowing the right term counts as right."""
    if decision in UNDECIDED or decision == FLAGGED:
        return None
    if decision in CALLS_IT_WRONG and expected in CALLS_IT_WRONG:
        return decision != expected or not expected_correction or correction == expected_correction
    return decision == expected


def standing(results: Sequence[bool]) -> Standing:
    """`results`: whether each gold answer was right, the newest last."""
    last = results[-LAST:]
    right = sum(last)
    return Standing(len(last), right, len(last) >= MINIMUM and right < PASS * len(last))


def weight(gold: Standing, accuracy: float | None, rated: int) -> float:
    """1.0 until enough is known, then from the pooled share of right answers: 0 at one half, 1 at nine in ten."""
    known = gold.seen + (rated if accuracy is not None else 0)
    if known < MINIMUM:
        return 1.0
    share = (gold.right + (accuracy or 0.0) * (known - gold.seen)) / known
    scaled = min(1.0, max(0.0, (share - NOTHING) / (FULL - NOTHING)))
    return min(scaled, PROBATION_WEIGHT) if gold.probation else scaled
