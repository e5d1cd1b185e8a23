"""The focus view: one pair at a time, the next one fetched ahead."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotations import gold, queue
from annotations.models import Claim, TermPair, Verdict
from annotations.views.card import Card, build_card
from annotations.views.keyboard import keyboard_of
from annotations.views.members import LEAD, REVIEWER, Member, members_only, page
from annotations.views.strip import strip
from annotations.views.words import WORDS

REVIEWED = queue.REVIEWED


@require_safe
@members_only(REVIEWER, LEAD)
def review(request: HttpRequest, member: Member) -> HttpResponse:
    if gold.practice(member.project, member.user).offered:
        return redirect("practice", member.project.slug)
    claim = queue.take_next(member.project, member.user)
    card = build_card(member, claim.pair_id, claim) if claim else None
    return render(request, "annotations/review.html", _page(member, "to_review", card))


@require_safe
@members_only(REVIEWER, LEAD)
def review_pair(request: HttpRequest, member: Member, pair_id: int) -> HttpResponse:
    pair = get_object_or_404(TermPair, pk=pair_id, project=member.project, state__in=REVIEWED)
    claim = queue.take(member.project, member.user, pair)
    return render(request, "annotations/review.html", _page(member, "one", build_card(member, pair.pk, claim)))


@require_POST
@members_only(REVIEWER, LEAD)
def next_card(request: HttpRequest, member: Member) -> HttpResponse:
    """The card after those that the page already holds; 204 when the queue has none."""
    held = [int(pk) for pk in request.POST.get("holding", "").split(",") if pk.isdecimal()]
    claim = queue.take_next(member.project, member.user, beside=held)
    if claim is None:
        return HttpResponse(status=204)
    return card_fragment(request, member, claim.pair_id, claim)


def card_fragment(
    request: HttpRequest, member: Member, pair_id: int, claim: Claim | None, again: Verdict | None = None
) -> HttpResponse:
    card = build_card(member, pair_id, claim, again=again)
    context = page(member, "review", keyboard=keyboard_of(member.user), card=card)
    return render(request, "annotations/card.html", context)


def _page(member: Member, tab: str, card: Card | None) -> dict[str, Any]:
    return page(member, "review", tab=tab, card=card, keyboard=keyboard_of(member.user), words=WORDS, **strip(member))
