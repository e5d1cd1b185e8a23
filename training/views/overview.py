"""The project at a glance: pairs, verdicts a day, the live encoder, what comes next and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations.figures import pairs_by_state, verdicts_a_day, work
from annotations.models import Project, TermPair
from annotations.queue import REVIEWED
from annotations.views.members import LEAD, Member, members_only, page
from training import pending
from training.forms import StartForm
from training.models import Encoder, Evaluation, Promotion, Round
from training.remaining import remaining
from training.views.charts import bars
from training.views.round_page import can_roll_back, roll_back
from training.views.sentences import SENTENCES
from training.views.upcoming import upcoming


@dataclass(frozen=True)
class StateRow:
    value: str
    label: str
    count: int
    listed: bool  # has rows on the pairs page


@dataclass(frozen=True)
class LiveScore:
    cell: Mapping[str, Any]
    former: float | None  # None: the live encoder came as it is, or again
    live: float


@require_safe
@members_only()
def overview(request: HttpRequest, member: Member) -> HttpResponse:
    project = member.project
    context = page(member, "overview", **_pairs(project), **_verdicts(project), **_models(project))
    context |= {"remaining": remaining(project), "work": work(project)}
    if member.role == LEAD:
        context |= _failed_scan(project)
        context["start_form"] = StartForm(member.project)
        live = context["live"]
        context["possible"] = [roll_back(member)] if live and can_roll_back(member, live.pk) else []
    return render(request, "training/overview.html", context)


def _pairs(project: Project) -> dict[str, Any]:
    pairs = pairs_by_state([project])[project.pk]
    rows = [
        StateRow(state.value, str(state.label), pairs.value.get(state.value, 0), state in REVIEWED)
        for state in TermPair.States
    ]
    return {
        "pairs": pairs,
        "states": [row for row in rows if row.count],
        "most": max(row.count for row in rows),
        "total": sum(row.count for row in rows),
    }


def _verdicts(project: Project) -> dict[str, Any]:
    days = verdicts_a_day(project)
    counts = [count for _, count in days.value]
    return {
        "days": bars([(day.isoformat(), count) for day, count in days.value]),
        "day_count": len(counts),
        "verdicts": sum(counts),
        "verdicts_kept_since": days.kept_since,
        "busiest": max(counts),
    }


def _failed_scan(project: Project) -> dict[str, Any]:
    attempt = pending.scan_attempt(project)
    return {
        "scan_failure": SENTENCES.word(attempt.error) if attempt else "",
        "next_scan_at": pending.next_scan_at(attempt),
    }


def _models(project: Project) -> dict[str, Any]:
    live = pending.live_encoder(project)
    last = Promotion.objects.filter(project=project).select_related("by", "round").first()
    return {
        "live": live,
        "live_scores": _live_scores(live) if live else [],
        "last_promotion": last,
        "upcoming": upcoming(project),
        "latest_rounds": Round.objects.filter(project=project).select_related("started_by", "evaluation")[:3],
        "open_round": pending.open_round(project),
    }


def _live_scores(live: Encoder) -> list[LiveScore]:
    """By the round that trained it, else by the last one that measured its own candidate beside it."""
    rounds = Evaluation.objects.order_by("-pk")
    if trained := rounds.filter(round__candidate=live).first():
        return [LiveScore(cell, cell["before"], cell["after"]) for cell in _at_one(trained)]
    beside = rounds.filter(round__parent=live).first()
    return [LiveScore(cell, None, cell["before"]) for cell in _at_one(beside)] if beside else []


def _at_one(evaluation: Evaluation) -> list[Mapping[str, Any]]:
    return [cell for cell in evaluation.cells if cell["metric"] == "p@1"]
