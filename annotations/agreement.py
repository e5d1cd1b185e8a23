"""What the answers to one pair amount to: a decision, a wish for another reviewer, or work for the lead. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

UNDECIDED = frozenset({"unsure", "skipped"})  # say nothing of the pair, so another reviewer is asked
FLAGGED = "flagged"
MAX_UNDECIDED = 3  # reviewers who could not say, before the lead is asked
WEIGHT_OF_ONE = 0.7  # METHODS: one expert .7, two who agree 1.0
WEIGHT_OF_SEVERAL = 1.0


@dataclass(frozen=True)
class GivenAnswer:
    reviewer: int
    decision: str
    correction: str = ""


@dataclass(frozen=True)
class Settled:
    outcome: str
    correction: str
    weight: float


@dataclass(frozen=True)
class NeedsAnother:
    missing: int


@dataclass(frozen=True)
class NeedsLead:
    reason: str


@dataclass(frozen=True)
class Conflict:
    answers: tuple[GivenAnswer, ...]


Settlement = Settled | NeedsAnother | NeedsLead | Conflict


def settle(answers: Sequence[GivenAnswer], wanted: int) -> Settlement:
    """`answers` holds one for each reviewer, the one that stands; their order does not matter."""
    if any(answer.decision == FLAGGED for answer in answers):
        return NeedsLead("A reviewer flagged this pair.")
    judged = [answer for answer in answers if answer.decision not in UNDECIDED]
    views = {(answer.decision, answer.correction) for answer in judged}
    if len(views) > 1:
        return Conflict(tuple(judged))
    if judged and len(judged) >= wanted:
        ((outcome, correction),) = views
        return Settled(outcome, correction, WEIGHT_OF_ONE if len(judged) == 1 else WEIGHT_OF_SEVERAL)
    undecided = len(answers) - len(judged)
    if undecided >= MAX_UNDECIDED:
        return NeedsLead(f"{undecided} reviewers could not say.")
    return NeedsAnother(max(wanted, 1) - len(judged))
