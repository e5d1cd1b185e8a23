"""Rounds as the lead sees them: the list, one round with its live state, and what can be done about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotations.views.members import LEAD, Member, members_only, page
from training import actions, pending
from training.forms import StartForm
from training.models import Round
from training.views.round_page import live_part, whole_page
from training.views.sentences import SENTENCES

SHOWN = 25


@require_safe
@members_only()
def rounds(request: HttpRequest, member: Member) -> HttpResponse:
    before = request.GET.get("before", "")
    found = Round.objects.filter(project=member.project).select_related("started_by", "evaluation", "candidate")
    if before.isdecimal():
        found = found.filter(number__lt=int(before))
    rows = list(found[: SHOWN + 1])
    context = page(member, "rounds", rounds=rows[:SHOWN], older=rows[SHOWN - 1].number if len(rows) > SHOWN else None)
    context["start_form"] = StartForm(member.project) if member.role == LEAD else None
    context["open_round"] = pending.open_round(member.project)
    return render(request, "training/rounds.html", context)


@require_POST
@members_only(LEAD)
def start(request: HttpRequest, member: Member) -> HttpResponse:
    form = StartForm(member.project, request.POST)
    if not form.is_valid():
        for name, errors in form.errors.items():
            messages.error(request, f"{form.fields[name].label}: {' '.join(str(error) for error in errors)}")
        return redirect("rounds", member.project.slug)
    auto_promote = form.cleaned_data.get("auto_promote", False)
    try:
        started = actions.start_round(member.project, recipe=form.recipe(), by=member.user, auto_promote=auto_promote)
    except actions.RoundRefused as error:
        messages.error(request, SENTENCES.word(str(error)))
        return redirect("rounds", member.project.slug)
    return redirect("round", member.project.slug, started.number)


@require_safe
@members_only()
def round_page(request: HttpRequest, member: Member, number: int) -> HttpResponse:
    return render(request, "training/round.html", page(member, "rounds", **whole_page(_round(member, number), member)))


@require_safe
@members_only()
def round_live(request: HttpRequest, member: Member, number: int) -> HttpResponse:
    found = _round(member, number)
    response = render(request, "training/round_state.html", page(member, "rounds", **live_part(found)))
    if found.state not in Round.OPEN:
        response["HX-Refresh"] = "true"  # the round has ended: the page has more to show now
    return response


def _round(member: Member, number: int) -> Round:
    rows = Round.objects.select_related(
        "parent", "candidate", "constraint_set", "started_by", "proposed_by", "evaluation"
    )
    return get_object_or_404(rows, project=member.project, number=number)


def _act(request: HttpRequest, member: Member, number: int, act: Callable[..., Any], done: str) -> HttpResponse:
    found = _round(member, number)
    try:
        act(found, member.user)
    except actions.RoundRefused as error:
        messages.error(request, SENTENCES.word(str(error)))
    else:
        messages.success(request, done)
    return redirect("round", member.project.slug, found.number)


@require_POST
@members_only(LEAD)
def cancel(request: HttpRequest, member: Member, number: int) -> HttpResponse:
    return _act(request, member, number, actions.cancel_round, _("The round is cancelled; nothing else changes."))


@require_POST
@members_only(LEAD)
def propose(request: HttpRequest, member: Member, number: int) -> HttpResponse:
    done = _("The promotion is proposed; the other leads are told.")
    return _act(request, member, number, actions.propose_promotion, done)


@require_POST
@members_only(LEAD)
def promote(request: HttpRequest, member: Member, number: int) -> HttpResponse:
    return _act(request, member, number, actions.promote, _("The candidate is live now."))


@require_POST
@members_only(LEAD)
def reject(request: HttpRequest, member: Member, number: int) -> HttpResponse:
    return _act(request, member, number, actions.reject, _("The candidate is rejected; the live encoder stays."))


@require_POST
@members_only(LEAD)
def rollback(request: HttpRequest, member: Member) -> HttpResponse:
    try:
        row = actions.rollback(member.project, member.user, request.POST.get("reason", "")[:500].strip())
    except actions.RoundRefused as error:
        messages.error(request, SENTENCES.word(str(error)))
    else:
        messages.success(request, _("%(encoder)s is live again.") % {"encoder": row.encoder})
    return redirect("overview", member.project.slug)
