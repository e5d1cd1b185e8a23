"""The queue as a list, paged by the last row's key, never by offset."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotations import blind, queue
from annotations.forms import DEFAULT_SIZE, PairFilter
from annotations.models import Decisions, SavedFilter, Suspicion, TermPair
from annotations.paging import Slice, keyset
from annotations.verdicts import judgements
from annotations.views.choices import CHOICES
from annotations.views.keyboard import keyboard_of
from annotations.views.members import LEAD, OBSERVER, Member, members_only, page
from annotations.views.reasons import SENTENCES
from annotations.views.words import WORDS

SHOWN = (
    "state", "outcome", "source_language", "target_language",
    "source_term__text", "target_term__text", "concept__external_id",
)  # fmt: skip
CHIPS = {TermPair.States.DECIDED: "good", TermPair.States.QUEUED: "going"}
FIELDS = ("language", "state", "outcome", "size")  # what a filter consists of
NEEDS_TEXT = "corrected"  # an answer of its own for each pair


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    older: str  # query string of the next page, empty on the last
    first: str = ""  # query string of the first page


@dataclass(frozen=True)
class Line:
    """Ready to be written: a page has up to a hundred, and a template takes its time for each question it asks."""

    pair: TermPair
    choose: str
    chip: str
    verdict: str
    doubt: Suspicion | None
    reason: str
    judged: bool  # by the viewer


@require_safe
@members_only()
def pairs(request: HttpRequest, member: Member) -> HttpResponse:
    wanted = PairFilter(member.project, request.GET, DEFAULT_SIZE)
    query = filter_query(request.GET)
    shown = shown_page(_wanted_rows(member, wanted), wanted, request.GET)
    context = page(member, "pairs", filter=wanted, shown=shown, paged="after" in request.GET)
    context |= {"lines": _lines(member, shown.rows), "query": query, "words": WORDS}
    context["saved"] = [_named(row) for row in saved_filters(member)]
    if member.role != OBSERVER:
        context["keyboard"] = keyboard_of(member.user)
        context["bulk_choices"] = [choice for choice in CHOICES if choice.value != NEEDS_TEXT]
    return render(request, "annotations/pairs.html", context)


def shown_page(rows: Any, wanted: PairFilter, data: QueryDict) -> Page:
    size = int(wanted.wanted("size", DEFAULT_SIZE))
    found: Slice[TermPair] = keyset(rows, ("position", "pk"), size=size, after=data.get("after", ""))
    kept = filter_query(data)
    older = urlencode({"after": found.after}) if found.after else ""
    return Page(found.rows, "&".join(filter(None, (kept, older))) if older else "", kept)


def filter_query(data: QueryDict) -> str:
    return urlencode({name: data[name] for name in FIELDS if data.get(name)})


def _wanted_rows(member: Member, wanted: PairFilter) -> Any:
    chosen = {name: wanted.wanted(name) for name in ("language", "state", "outcome")}
    viewer = None if member.role == LEAD else member.user
    rows = queue.listed(member.project, viewer=viewer, **chosen)
    return rows.select_related("source_term", "target_term", "concept").only(*SHOWN)


def _lines(member: Member, rows: Sequence[TermPair]) -> list[Line]:
    judged = _judged_of(member, rows)
    doubts = _suspicions_of(_with_model_view(member, rows, judged))
    states, outcomes = ({value: str(label) for value, label in kind.choices} for kind in (TermPair.States, Decisions))
    choose = _("Choose %(source)s – %(target)s")
    return [
        Line(
            pair,
            choose % {"source": pair.source_term.text, "target": pair.target_term.text},
            CHIPS.get(TermPair.States(pair.state), "waits"),
            outcomes.get(pair.outcome) or states[pair.state],
            doubts.get(pair.pk),
            _reason(doubts.get(pair.pk)),
            pair.pk in judged,
        )
        for pair in rows
    ]


def _reason(doubt: Suspicion | None) -> str:
    return SENTENCES.word(doubt.reasons[0]) if doubt and doubt.reasons else ""


def _judged_of(member: Member, rows: Sequence[TermPair]) -> set[int]:
    mine = judgements(member.user).filter(pair__in=[pair.pk for pair in rows])
    return set(mine.values_list("pair", flat=True))


def _with_model_view(member: Member, rows: Sequence[TermPair], judged: Collection[int]) -> list[TermPair]:
    return [pair for pair in rows if not blind.hides_model(member.project, pair.pk, judged=pair.pk in judged)]


def _suspicions_of(rows: Sequence[TermPair]) -> dict[int, Suspicion]:
    """The newest of each pair."""
    found = Suspicion.objects.filter(pair__in=[pair.pk for pair in rows]).only("pair", "score", "reasons")
    return {suspicion.pair_id: suspicion for suspicion in found.order_by("created_at", "pk")}


def saved_filters(member: Member) -> Any:
    return SavedFilter.objects.filter(project=member.project, user=member.user, page="pairs")


def _named(row: SavedFilter) -> dict[str, Any]:
    return {"pk": row.pk, "name": row.name, "query_string": urlencode(sorted(row.query.items()))}
