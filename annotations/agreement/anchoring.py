"""Whether people lean towards what the model says when they see it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from annotations.agreement.intervals import Measured, share
from annotations.agreement.settle import FLAGGED, UNDECIDED

SUSPICIOUS = 0.5  # the score from which the model doubts a pair


@dataclass(frozen=True)
class FirstAnswer:
    decision: str
    suspicion: float
    saw_model: bool


@dataclass(frozen=True)
class Anchoring:
    """Agreement with the model among first answers, blind and with its view; the difference is the effect."""

    blind: Measured
    shown: Measured
    difference: float
    low: float
    high: float


def agrees_with_model(decision: str, suspicion: float) -> bool | None:
    """None where nothing was judged."""
    if decision in UNDECIDED or decision == FLAGGED:
        return None
    return (decision != "equivalent") == (suspicion >= SUSPICIOUS)


def anchoring(answers: Sequence[FirstAnswer]) -> Anchoring | None:
    """None while one of the two groups has no answer. Interval: Newcombe's hybrid score (1998, method 10)."""
    groups: dict[bool, list[bool]] = {True: [], False: []}
    for answer in answers:
        agrees = agrees_with_model(answer.decision, answer.suspicion)
        if agrees is not None:
            groups[answer.saw_model].append(agrees)
    if not groups[True] or not groups[False]:
        return None
    shown, blind = (share(sum(groups[saw]), len(groups[saw])) for saw in (True, False))
    low, high = _newcombe(shown, blind)
    return Anchoring(blind, shown, (shown.value or 0.0) - (blind.value or 0.0), low, high)


def _newcombe(one: Measured, other: Measured) -> tuple[float, float]:
    p1, p2 = one.value or 0.0, other.value or 0.0
    (l1, u1), (l2, u2) = one.interval or (0.0, 1.0), other.interval or (0.0, 1.0)
    difference = p1 - p2
    low = difference - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
    high = difference + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    return low, high
