"""The lead's view of pairs that reviewers disagree on or flagged: each answer side by side, one to take."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotations import actions, queue
from annotations.answers import Answer, InvalidAnswer
from annotations.decisions import NO_ANSWER
from annotations.forms import AnswerForm
from annotations.models import Decisions, TermPair
from annotations.verdicts import last_words, standing_verdicts
from annotations.views.lists import Page
from annotations.views.members import LEAD, Member, members_only, page
from annotations.views.refusals import REFUSALS

SHOWN = 20


@require_safe
@members_only(LEAD)
def conflicts(request: HttpRequest, member: Member) -> HttpResponse:
    after = _after(request)
    rows = _open_pairs(member, int(after or 0))
    if after and not rows:  # the last of this page is decided
        return redirect("conflicts", member.project.slug)
    older = f"after={rows[SHOWN - 1].pk}" if len(rows) > SHOWN else ""
    decisions = [(value, label) for value, label in Decisions.choices if value not in NO_ANSWER]
    context = page(member, "conflicts", shown=Page(rows[:SHOWN], older), paged=bool(after), after=after)
    context |= {"decisions": decisions, "no_answer": NO_ANSWER}
    return render(request, "annotations/conflicts.html", context)


def _after(request: HttpRequest) -> str:
    after = request.GET.get("after", "")
    return after if after.isascii() and after.isdecimal() else ""


def _open_pairs(member: Member, after: int) -> list[Any]:
    """Pairs with the last word of each reviewer as `answers`."""
    standing = standing_verdicts().select_related("reviewer").order_by("pk")
    rows: list[Any] = list(
        TermPair.objects.filter(project=member.project, state__in=queue.FOR_LEAD, pk__gt=after)
        .select_related("source_term", "target_term", "concept")
        .prefetch_related(Prefetch("verdicts", queryset=standing, to_attr="answers"))
        .order_by("pk")[: SHOWN + 1]
    )
    for pair in rows:
        pair.answers = last_words(pair.answers)
    return rows


@require_POST
@members_only(LEAD)
def adjudicate(request: HttpRequest, member: Member, pair_id: int) -> HttpResponse:
    pair = get_object_or_404(TermPair, pk=pair_id, project=member.project, state__in=queue.REVIEWED)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.sentences())
    elif pair.state == TermPair.States.DECIDED:  # by another lead, or by reviewers, since the page was opened
        said = _("%(source)s – %(target)s was decided meanwhile: %(outcome)s. Your answer was not taken.")
        messages.warning(request, said % _named(pair))
    else:
        _decide(request, member, pair, form.cleaned_data)
    response = redirect("conflicts", member.project.slug)
    if after := _after(request):
        response["Location"] += f"?after={after}"
    return response


def _decide(request: HttpRequest, member: Member, pair: TermPair, data: Mapping[str, Any]) -> None:
    try:
        given = Answer(data["decision"], correction=data["correction"], note=data["note"])
        actions.adjudicate(pair, member.user, given)
    except InvalidAnswer as error:
        messages.error(request, REFUSALS.word(str(error)))
    else:
        messages.success(request, _("%(source)s – %(target)s is decided: %(outcome)s.") % _named(pair))


def _named(pair: TermPair) -> dict[str, str]:
    """A decided pair, for a sentence."""
    source, target = pair.source_term.text, pair.target_term.text
    return {"source": source, "target": target, "outcome": pair.get_outcome_display()}
