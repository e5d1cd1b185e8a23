"""The project at a glance: pairs, verdicts a day, the live encoder, what comes next and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import CharField, Count
from django.db.models.functions import Cast, Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from annotations import queue
from annotations.figures import figures
from annotations.models import Project, TermPair
from annotations.views.members import LEAD, Member, members_only, page
from training import pending
from training.forms import StartForm
from training.models import Evaluation, Promotion, Round, Schedule
from training.remaining import remaining
from training.views.charts import bars, effects
from training.views.round_page import can_roll_back, roll_back
from training.views.upcoming import upcoming

DAYS = 30


@dataclass(frozen=True)
class StateRow:
    value: str
    label: str
    count: int
    listed: bool  # has rows on the pairs page


@require_safe
@members_only()
def overview(request: HttpRequest, member: Member) -> HttpResponse:
    context = page(member, "overview", **_figures(member.project), **_models(member.project))
    context["remaining"] = remaining(member.project)
    context["figures"] = figures(member.project)
    if member.role == LEAD:
        context["start_form"] = StartForm(member.project)
        live = context["live"]
        context["possible"] = [roll_back(member)] if live and can_roll_back(member, live.pk) else []
    return render(request, "training/overview.html", context)


def _figures(project: Project) -> dict[str, Any]:
    counted = dict(TermPair.objects.filter(project=project).values_list("state").annotate(n=Count("pk")).order_by())
    in_queue = (TermPair.States.QUEUED, TermPair.States.CONFLICT, TermPair.States.FLAGGED, TermPair.States.DECIDED)
    rows = [
        StateRow(state.value, str(state.label), counted.get(state.value, 0), state in in_queue)
        for state in TermPair.States
    ]
    days = _verdicts_a_day(project)
    return {
        "states": [row for row in rows if row.count],
        "most": max((row.count for row in rows), default=0),
        "total": sum(row.count for row in rows),
        "days": bars([(day.isoformat(), count) for day, count in days]),
        "verdicts": sum(count for _, count in days),
        "busiest": max((count for _, count in days), default=0),
        "day_count": DAYS,
    }


def _verdicts_a_day(project: Project) -> Sequence[tuple[date, int]]:
    today = timezone.now().date()
    first = today - timedelta(days=DAYS - 1)
    counted = dict(
        queue.standing_verdicts()
        .filter(pair__project=project, created_at__gte=datetime.combine(first, time.min, tzinfo=UTC))
        .annotate(
            day=Left(Cast("created_at", CharField()), 10)
        )  # in Python, SQLite's TruncDate takes five times as long
        .values_list("day")
        .annotate(n=Count("pk"))
        .order_by()
    )
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return [(day, counted.get(day.isoformat(), 0)) for day in days]


def _models(project: Project) -> dict[str, Any]:
    live = pending.live_encoder(project)
    measured = Evaluation.objects.filter(round__project=project, round__candidate=live).order_by("-pk").first()
    last = Promotion.objects.filter(project=project).select_related("by", "round").first()
    return {
        "live": live,
        "live_scores": effects(measured.cells, "p@1") if live and measured else [],
        "last_promotion": last,
        "upcoming": upcoming(project),
        "schedule": Schedule.objects.filter(project=project).first(),
        "latest_rounds": Round.objects.filter(project=project)[:3],
        "open_round": pending.open_round(project),
    }
