"""The blast radius of a round: what its candidate moved, and the constraints that it does not honour."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from annotations import actions as review
from annotations.models import TermPair
from annotations.verdicts import without_coming_gold
from annotations.views.members import LEAD, Member, members_only
from annotations.views.remarks import LOOK_AGAIN
from training.models import Evaluation
from training.views.sentences import SENTENCES

SHOWN = 50  # unmet constraints


@dataclass(frozen=True)
class Unmet:
    pair_id: int
    sentence: str
    state: str  # of the pair now
    label: str


def radius_part(evaluation: Evaluation | None, member: Member) -> dict[str, Any]:
    if evaluation is None:
        return {}
    pairs = TermPair.objects.filter(pk__in=[one["pair_id"] for one in evaluation.unmet])
    told = _unmet(evaluation, pairs if member.role == LEAD else _told_to_all(pairs, member))
    shown = told[:SHOWN]
    return {
        "radius": evaluation.radius,
        "unmet": shown,
        "unmet_more": len(evaluation.unmet) - len(shown),
        "to_ask": len({one.pair_id for one in told if one.state == TermPair.States.DECIDED}),
    }


def _told_to_all(pairs: QuerySet[TermPair], member: Member) -> QuerySet[TermPair]:
    """Each sentence says how its pair was decided, which whoever is to judge it must not read."""
    return without_coming_gold(pairs.filter(state=TermPair.States.DECIDED), member.user)


def _unmet(evaluation: Evaluation, pairs: QuerySet[TermPair]) -> list[Unmet]:
    states = dict(pairs.values_list("pk", "state"))
    return [
        Unmet(
            one["pair_id"],
            SENTENCES.word(one["sentence"]),
            states[one["pair_id"]],
            str(TermPair.States(states[one["pair_id"]]).label),
        )
        for one in evaluation.unmet
        if one["pair_id"] in states
    ]


@require_POST
@members_only(LEAD)
def ask_again(request: HttpRequest, member: Member, number: int) -> HttpResponse:
    """What the candidate could not learn may be decided wrongly: somebody else looks at it."""
    found = get_object_or_404(Evaluation, round__project=member.project, round__number=number)
    ids = {one["pair_id"] for one in found.unmet}
    asked = review.ask_again(member.project, member.user, ids, LOOK_AGAIN % {"n": number})
    said = ngettext("%(n)d pair is back in the queue.", "%(n)d pairs are back in the queue.", asked.back)
    messages.success(request, said % {"n": asked.back})
    if asked.judged_by_all:
        _say_judged_by_all(request, asked.judged_by_all)
    return redirect("round", member.project.slug, number)


def _say_judged_by_all(request: HttpRequest, count: int) -> None:
    said = ngettext(
        "%(n)d pair stays decided: everybody who reviews here has judged it.",
        "%(n)d pairs stay decided: everybody who reviews here has judged them.",
        count,
    )
    messages.warning(request, said % {"n": count})
