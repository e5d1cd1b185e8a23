"""The focus view: one pair at a time, the next one fetched ahead."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from annotations import queue
from annotations.models import Claim, TermPair, Verdict
from annotations.views.card import build_card
from annotations.views.choices import CHOICES
from annotations.views.members import LEAD, REVIEWER, Member, members_only, page
from annotations.views.strip import strip

REVIEWED = (
    TermPair.States.QUEUED,
    TermPair.States.CONFLICT,
    TermPair.States.FLAGGED,
    TermPair.States.DECIDED,
)


@require_safe
@members_only(REVIEWER, LEAD)
def review(request: HttpRequest, member: Member) -> HttpResponse:
    claim = queue.take_next(member.project, member.user)
    context = page(member, "review", tab="to_review", choices=CHOICES, **strip(member))
    context["card"] = build_card(claim.pair_id, claim) if claim else None
    return render(request, "annotations/review.html", context)


@require_safe
@members_only(REVIEWER, LEAD)
def review_pair(request: HttpRequest, member: Member, pair_id: int) -> HttpResponse:
    pair = get_object_or_404(TermPair, pk=pair_id, project=member.project, state__in=REVIEWED)
    claim = queue.take(member.project, member.user, pair)
    context = page(member, "review", tab="one", choices=CHOICES, **strip(member))
    context |= {"card": build_card(pair.pk, claim), "mine": own_answer(member, pair.pk)}
    return render(request, "annotations/review.html", context)


@require_POST
@members_only(REVIEWER, LEAD)
def next_card(request: HttpRequest, member: Member) -> HttpResponse:
    """The card after those that the page already holds; 204 when the queue has none."""
    held = [int(pk) for pk in request.POST.get("holding", "").split(",") if pk.isdecimal()]
    claim = queue.take_next(member.project, member.user, beside=held)
    if claim is None:
        return HttpResponse(status=204)
    return card_fragment(request, member, claim.pair_id, claim)


def card_fragment(request: HttpRequest, member: Member, pair_id: int, claim: Claim | None) -> HttpResponse:
    context = page(member, "review", choices=CHOICES, card=build_card(pair_id, claim))
    context["mine"] = own_answer(member, pair_id)
    return render(request, "annotations/card.html", context)


def own_answer(member: Member, pair_id: int) -> Verdict | None:
    mine = queue.standing_verdicts().filter(pair_id=pair_id, reviewer=member.user)
    return mine.order_by("-pk").first()
