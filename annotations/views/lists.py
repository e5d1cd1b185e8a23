"""The queue as a list, one's own answers, what one skipped: all paged by the last row's key, never by offset."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations import queue
from annotations.forms import PAGE_SIZES, PairFilter
from annotations.models import Claim, Suspicion, TermPair, Verdict
from annotations.views.members import LEAD, REVIEWER, Member, members_only, page
from annotations.views.review import REVIEWED
from annotations.views.strip import strip

RELATED = ("pair__source_term", "pair__target_term", "pair__concept", "pair__decision")


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
    first = list(rows.values_list("pk", flat=True)[: size + 1])  # the terms are joined to these few alone
    found = list(Claim.objects.filter(pk__in=first).select_related(*RELATED).order_by("position", "pk"))
    shown = _page(found, size, wanted.data, lambda row: f"{row.position}-{row.pk}")
    answered, doubts = _answered_of(member, shown.rows), _suspicions_of(shown.rows)
    listed = [(row.pair, doubts.get(row.pair_id), row.pair_id in answered) for row in shown.rows]
    context = page(member, "pairs", filter=wanted, shown=shown, paged=bool(after), listed=listed)
    return render(request, "annotations/pairs.html", context)


def _queue_rows(member: Member, wanted: PairFilter) -> QuerySet[Claim]:
    """One claim stands for its pair: the first slot."""
    earlier = Claim.objects.filter(pair=OuterRef("pair"), slot__lt=OuterRef("slot"))
    rows = Claim.objects.filter(~Exists(earlier), project=member.project, pair__state__in=REVIEWED)
    if language := wanted.wanted("language"):
        rows = rows.filter(pair__target_language=language)
    if state := wanted.wanted("state"):
        rows = rows.filter(pair__state=state)
    if outcome := wanted.wanted("outcome"):
        rows = rows.filter(pair__decision__outcome=outcome)
    return rows.order_by("position", "pk")


def _answered_of(member: Member, rows: list[Claim]) -> set[int]:
    mine = queue.standing_verdicts().filter(reviewer=member.user, pair__in=[row.pair_id for row in rows])
    return set(mine.values_list("pair", flat=True))


def _suspicions_of(rows: list[Claim]) -> dict[int, Suspicion]:
    """The newest of each pair."""
    found = Suspicion.objects.filter(pair__in=[row.pair_id for row in rows]).defer("signals", "neighbours")
    return {suspicion.pair_id: suspicion for suspicion in found.order_by("created_at", "pk")}


@require_safe
@members_only(REVIEWER, LEAD)
def mine(request: HttpRequest, member: Member) -> HttpResponse:
    return _own(request, member, "mine", queue.latest_answers(member.project, member.user))


@require_safe
@members_only(REVIEWER, LEAD)
def skipped(request: HttpRequest, member: Member) -> HttpResponse:
    undecided = queue.latest_answers(member.project, member.user).filter(decision__in=queue.UNDECIDED)
    return _own(request, member, "skipped", undecided.filter(pair__state=TermPair.States.QUEUED))


def _own(request: HttpRequest, member: Member, tab: str, rows: QuerySet[Verdict]) -> HttpResponse:
    if after := _key(request):
        rows = rows.filter(pk__lt=after[0])
    rows = rows.select_related("pair__source_term", "pair__target_term", "pair__concept").order_by("-pk")
    shown = _page(list(rows[: PAGE_SIZES[0] + 1]), PAGE_SIZES[0], {}, lambda row: str(row.pk))
    context = page(member, "review", tab=tab, shown=shown, paged=bool(after), **strip(member))
    return render(request, "annotations/own.html", context)


def _key(request: HttpRequest) -> list[int]:
    return [int(part) for part in request.GET.get("after", "").split("-") if part.isdecimal()]


def _page(rows: list[Any], size: int, query: Any, key: Any) -> Page:
    if len(rows) <= size:
        return Page(rows, "")
    kept = {name: query[name] for name in ("language", "state", "outcome", "size") if query.get(name)}
    return Page(rows[:size], urlencode({**kept, "after": key(rows[size - 1])}))
