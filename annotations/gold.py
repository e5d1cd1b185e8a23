"""Gold pairs: setting them, and practising on five of them before the first real verdict."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from annotations.access import NotAllowed, may_lead, may_review
from annotations.agreement.gold import is_right
from annotations.answering import adjudicate
from annotations.answers import Answer, InvalidAnswer, checked
from annotations.models import Claim, GoldPair, Membership, PracticeAnswer, Project, TermPair
from annotations.verdicts import gold_of

WANTED = 5  # pairs to practise on
MAX_EXPLANATION = 4000  # characters


@dataclass(frozen=True)
class Practised:
    right: bool
    gold: GoldPair


@dataclass(frozen=True)
class Practice:
    """How far somebody's practice is; offered to whoever may review and has neither finished nor passed it over."""

    offered: bool
    finished: bool
    done: int
    right: int
    wanted: int
    next: GoldPair | None


@transaction.atomic
def set_gold(pair: TermPair, lead: User, given: Answer, explanation: str, *, practice: bool = False) -> GoldPair:
    """Makes the lead's word on a pair the known answer. The pair counts as decided."""
    if not explanation.strip():
        raise InvalidAnswer("A gold pair needs an explanation: say in a sentence why the answer is right.")
    if len(explanation) > MAX_EXPLANATION:
        raise InvalidAnswer(f"The explanation has {len(explanation):,} characters: shorten it to {MAX_EXPLANATION:,}.")
    decision = adjudicate(pair, lead, given)
    values = {"decision": decision.outcome, "correction": decision.correction, "explanation": explanation.strip()}
    return GoldPair.objects.update_or_create(
        pair=pair, defaults={**values, "practice": practice, "set_by": lead}
    )[0]  # fmt: skip


@transaction.atomic
def drop_gold(gold: GoldPair, lead: User) -> None:
    """The pair stays decided; what people said of it stays in the history and counts no longer."""
    if not may_lead(lead, gold.pair.project):
        raise NotAllowed(f"{lead.get_username()} does not lead {gold.pair.project}: only a lead drops gold pairs.")
    Claim.objects.filter(pair=gold.pair_id, answered=False).delete()
    gold.delete()


def practice(project: Project, user: User) -> Practice:
    pairs = gold_of(project).filter(practice=True)
    given = list(PracticeAnswer.objects.filter(user=user, gold__in=pairs).values_list("gold", "right"))
    wanted = min(WANTED, pairs.count())
    membership = Membership.objects.filter(project=project, user=user).first()
    finished = membership is not None and membership.practised_at is not None
    done = min(len(given), wanted)
    left = pairs.exclude(pk__in=[gold for gold, _ in given])
    return Practice(
        offered=wanted > 0 and membership is not None and not finished and may_review(user, project),
        finished=finished or (wanted > 0 and done >= wanted),
        done=done,
        right=sum(right for _, right in given[:wanted]),
        wanted=wanted,
        next=left.order_by("pk").first() if done < wanted else None,
    )


@transaction.atomic
def practise(gold: GoldPair, user: User, given: Answer) -> Practised:
    """The first answer to each pair counts; none becomes a verdict. After the last, practice is finished."""
    pair = TermPair.objects.select_related("project", "target_term").get(pk=gold.pair_id)
    if not gold.practice:
        raise InvalidAnswer("This is no pair to practise on.")
    if not may_review(user, pair.project):
        raise NotAllowed(f"{user.get_username()} does not review {pair.project}.")
    given = checked(given, pair)
    right = is_right(gold.decision, gold.correction, given.decision, given.correction) is True
    answer, _ = PracticeAnswer.objects.get_or_create(
        gold=gold, user=user, defaults={"decision": given.decision, "correction": given.correction, "right": right}
    )
    if practice(pair.project, user).finished:
        finish_practice(pair.project, user)
    return Practised(answer.right, gold)


def finish_practice(project: Project, user: User) -> None:
    """Also for those who pass it over."""
    Membership.objects.filter(project=project, user=user, practised_at=None).update(practised_at=timezone.now())
