"""How many judgements a pair wants, by the project's policy and by what has been said. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotations.agreement.settle import UNDECIDED, GivenAnswer

LOW_CONFIDENCE = 1
STRONG = 0.8  # suspicion from which an "equivalent" goes against the model; under 1 - STRONG any fault found does


@dataclass(frozen=True)
class OverlapPolicy:
    wanted: int = 1  # judgements for every pair; where only doubtful ones get a second, for those (at least 2)
    only_doubtful: bool = False
    most: int | None = None  # reviewers who judge, where they disagree; None: the lead decides at once


def answers_wanted(policy: OverlapPolicy, answers: Sequence[GivenAnswer], suspicion: float | None) -> int:
    """Whoever is unsure judges nothing, so somebody else is asked in any case."""
    judged = [answer for answer in answers if answer.decision not in UNDECIDED]
    wanted = 1 if policy.only_doubtful else policy.wanted
    if policy.only_doubtful and any(is_doubtful(answer, suspicion) for answer in judged):
        wanted = max(2, policy.wanted)
    if judged and all(answer.probation for answer in judged):
        wanted = max(2, wanted)
    return wanted


def is_doubtful(answer: GivenAnswer, suspicion: float | None) -> bool:
    return answer.confidence == LOW_CONFIDENCE or goes_against(answer.decision, suspicion)


def goes_against(decision: str, suspicion: float | None) -> bool:
    """Whether the model strongly disagrees with a judgement."""
    if suspicion is None or decision in UNDECIDED:
        return False
    return suspicion >= STRONG if decision == "equivalent" else suspicion <= 1 - STRONG
