"""What the answers to one pair amount to: a decision, a wish for another reviewer, or work for the lead. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

UNDECIDED = frozenset({"unsure", "skipped"})  # say nothing of the pair, so another reviewer is asked
FLAGGED = "flagged"
MAX_UNDECIDED = 3  # reviewers who could not say, before the lead is asked
WEIGHT_OF_ONE = 0.7  # METHODS: one expert .7, two who agree 1.0
WEIGHT_OF_SEVERAL = 1.0
MAJORITY = 2 / 3  # of the weights, when no more reviewers may be asked


@dataclass(frozen=True)
class GivenAnswer:
    reviewer: int
    decision: str
    correction: str = ""
    confidence: int | None = None  # 1 low … 3 high
    weight: float = 1.0  # 0..1: the reviewer's measured reliability in this language pair
    probation: bool = False  # failed gold pairs: decides nothing alone


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
View = tuple[str, str]  # decision, correction


def settle(
    answers: Sequence[GivenAnswer],
    wanted: int,
    most: int | None = None,
    undecided_limit: int = MAX_UNDECIDED,
    asked_again: int = 0,
) -> Settlement:
    """`answers` holds one for each reviewer, the one that stands; their order does not matter.

    Where two disagree, the lead is asked at once; with `most`, reviewers are added up to that many, and then two
    thirds of the weights decide. `asked_again`: judgements without which the pair stays open, whatever those that are
    there amount to.
    """
    if any(answer.decision == FLAGGED for answer in answers):
        return NeedsLead("A reviewer flagged this pair.")
    judged = [answer for answer in answers if answer.decision not in UNDECIDED]
    undecided = len(answers) - len(judged)
    lead_is_asked = NeedsLead(f"{undecided} reviewers could not say.") if undecided >= undecided_limit else None
    if len(judged) < asked_again:
        return lead_is_asked or NeedsAnother(asked_again - len(judged))
    views = {(answer.decision, answer.correction) for answer in judged}
    if len(views) > 1:
        if most is not None and len(judged) < most and lead_is_asked is None:
            return NeedsAnother(1)
        return (_majority(judged) if most is not None else None) or Conflict(tuple(judged))
    if judged and len(judged) >= wanted:
        return _settled(views.pop(), judged)
    return lead_is_asked or NeedsAnother(max(wanted, 1) - len(judged))


def _majority(judged: Sequence[GivenAnswer]) -> Settled | None:
    """At least two people, not all of them on probation, with two thirds of all weights."""
    supporters: dict[View, list[GivenAnswer]] = defaultdict(list)
    for answer in judged:
        supporters[answer.decision, answer.correction].append(answer)
    whole = sum(answer.weight for answer in judged)
    for view, answers in supporters.items():
        share = sum(answer.weight for answer in answers) / whole if whole else 0.0
        trusted = not all(answer.probation for answer in answers)
        if len(answers) > 1 and trusted and share >= MAJORITY - 1e-9:
            return _settled(view, answers, share)
    return None


def _settled(view: View, answers: Sequence[GivenAnswer], share: float = 1.0) -> Settled:
    base = WEIGHT_OF_ONE if len(answers) == 1 else WEIGHT_OF_SEVERAL
    return Settled(*view, base * share * sum(answer.weight for answer in answers) / len(answers))
