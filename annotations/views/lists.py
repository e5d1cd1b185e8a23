"""The queue as a list, one's own answers, what one skipped: all paged by the last row's key, never by offset."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations import queue
from annotations.forms import PAGE_SIZES, PairFilter
from annotations.models import Claim, Suspicion, TermPair, Verdict
from annotations.views.members import LEAD, REVIEWER, Member, members_only, page
from annotations.views.review import REVIEWED
from annotations.views.strip import strip


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    older: str  # query string of the next page, empty on the last


@require_safe
@members_only()
def pairs(request: HttpRequest, member: Member) -> HttpResponse:
    wanted = PairFilter(member.project, request.GET)
    rows = _queue_rows(member, wanted)
    after = _key(request)
    if len(after) == 2:
        rows = rows.filter(Q(position__gt=after[0]) | Q(position=after[0], pk__gt=after[1]))
    size = int(wanted.wanted("size", PAGE_SIZES[0]))
    shown = _page(list(rows[: size + 1]), size, wanted.data, lambda row: f"{row.position}-{row.pk}")
    return render(
        request, "annotations/pairs.html", page(member, "pairs", filter=wanted, shown=shown, paged=bool(after))
    )


def _queue_rows(member: Member, wanted: PairFilter) -> QuerySet[Claim]:
    """One claim stands for its pair: the first slot."""
    newest = Suspicion.objects.filter(pair=OuterRef("pair")).order_by("-created_at", "-pk")
    first_slot = Claim.objects.filter(pair=OuterRef("pair")).order_by("slot").values("pk")[:1]
    rows = Claim.objects.filter(project=member.project, pk=Subquery(first_slot), pair__state__in=REVIEWED)
    if language := wanted.wanted("language"):
        rows = rows.filter(pair__target_language=language)
    if state := wanted.wanted("state"):
        rows = rows.filter(pair__state=state)
    if outcome := wanted.wanted("outcome"):
        rows = rows.filter(pair__decision__outcome=outcome)
    return (
        rows.select_related("pair__source_term", "pair__target_term", "pair__concept", "pair__decision")
        .annotate(score=Subquery(newest.values("score")[:1]), reasons=Subquery(newest.values("reasons")[:1]))
        .annotate(my_decision=Subquery(_own_answers(member).values("decision")[:1]))
        .order_by("position", "pk")
    )


@require_safe
@members_only(REVIEWER, LEAD)
def mine(request: HttpRequest, member: Member) -> HttpResponse:
    return _own(request, member, "mine", TermPair.objects.filter(project=member.project))


@require_safe
@members_only(REVIEWER, LEAD)
def skipped(request: HttpRequest, member: Member) -> HttpResponse:
    return _own(request, member, "skipped", queue.skipped(member.project, member.user))


def _own(request: HttpRequest, member: Member, tab: str, among: QuerySet[TermPair]) -> HttpResponse:
    newest = _own_answers(member).values("pk")[:1]
    rows = Verdict.objects.filter(reviewer=member.user, pair__in=among.order_by(), pk=Subquery(newest))
    if after := _key(request):
        rows = rows.filter(pk__lt=after[0])
    rows = rows.select_related("pair__source_term", "pair__target_term", "pair__concept").order_by("-pk")
    shown = _page(list(rows[:26]), 25, {}, lambda row: str(row.pk))
    context = page(member, "review", tab=tab, shown=shown, paged=bool(after), **strip(member))
    return render(request, "annotations/own.html", context)


def _own_answers(member: Member) -> QuerySet[Verdict]:
    return queue.standing_verdicts().filter(pair=OuterRef("pair"), reviewer=member.user).order_by("-pk")


def _key(request: HttpRequest) -> list[int]:
    return [int(part) for part in request.GET.get("after", "").split("-") if part.isdecimal()]


def _page(rows: list[Any], size: int, query: Any, key: Any) -> Page:
    if len(rows) <= size:
        return Page(rows, "")
    kept = {name: query[name] for name in ("language", "state", "outcome", "size") if query.get(name)}
    return Page(rows[:size], urlencode({**kept, "after": key(rows[size - 1])}))
