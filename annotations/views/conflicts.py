"""The lead's view of pairs that reviewers disagree on or flagged: each answer side by side, one to take."""

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
from annotations.views.lists import Page
from annotations.views.members import LEAD, Member, members_only, page
from annotations.views.refusals import REFUSALS

OPEN = (TermPair.States.CONFLICT, TermPair.States.FLAGGED)
SHOWN = 20


@require_safe
@members_only(LEAD)
def conflicts(request: HttpRequest, member: Member) -> HttpResponse:
    after = request.GET.get("after", "")
    rows = _open_pairs(member, int(after) if after.isdecimal() else 0)
    older = f"after={rows[SHOWN - 1].pk}" if len(rows) > SHOWN else ""
    decisions = [(value, label) for value, label in Decisions.choices if value not in NO_ANSWER]
    context = page(member, "conflicts", shown=Page(rows[:SHOWN], older), paged=bool(after))
    context |= {"decisions": decisions, "no_answer": NO_ANSWER}
    return render(request, "annotations/conflicts.html", context)


def _open_pairs(member: Member, after: int) -> list[Any]:
    """Pairs with the standing verdicts as `answers`."""
    standing = queue.standing_verdicts().select_related("reviewer").order_by("pk")
    return list(
        TermPair.objects.filter(project=member.project, state__in=OPEN, pk__gt=after)
        .select_related("source_term", "target_term", "concept")
        .prefetch_related(Prefetch("verdicts", queryset=standing, to_attr="answers"))
        .order_by("pk")[: SHOWN + 1]
    )


@require_POST
@members_only(LEAD)
def adjudicate(request: HttpRequest, member: Member, pair_id: int) -> HttpResponse:
    pair = get_object_or_404(TermPair, pk=pair_id, project=member.project, state__in=OPEN)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.sentences())
        return redirect("conflicts", member.project.slug)
    data = form.cleaned_data
    given = Answer(data["decision"], correction=data["correction"], note=data["note"])
    try:
        decision = actions.adjudicate(pair, member.user, given)
    except InvalidAnswer as error:
        messages.error(request, REFUSALS.word(str(error)))
    else:
        outcome = decision.get_outcome_display()
        messages.success(request, _("%(source)s – %(target)s is decided: %(outcome)s.") % {
            "source": pair.source_term.text, "target": pair.target_term.text, "outcome": outcome,
        })  # fmt: skip
    return redirect("conflicts", member.project.slug)
