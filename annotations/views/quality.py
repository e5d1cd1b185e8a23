"""For the lead: how far reviewers agree, how far each can be relied on, and the gold pairs it is measured by."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotations import actions, reporting
from annotations.answers import Answer
from annotations.figures import work
from annotations.forms import GoldForm
from annotations.models import GoldPair, TermPair
from annotations.queue import REVIEWED
from annotations.verdicts import gold_of
from annotations.views.members import LEAD, Member, members_only, page
from annotations.views.refusals import REFUSALS

GOLD_SHOWN = 100


@require_safe
@members_only(LEAD)
def quality(request: HttpRequest, member: Member) -> HttpResponse:
    rows = gold_of(member.project).select_related("pair__source_term", "pair__target_term")
    gold = list(rows.order_by("-pk")[: GOLD_SHOWN + 1])
    context = page(
        member,
        "quality",
        work=work(member.project),
        reliability=reporting.reliability(member.project),
        gold=gold[:GOLD_SHOWN],
        more_gold=len(gold) > GOLD_SHOWN,
    )
    return render(request, "annotations/quality.html", context)


@require_POST
@members_only(LEAD)
def set_gold(request: HttpRequest, member: Member, pair_id: int) -> HttpResponse:
    pair = get_object_or_404(TermPair, pk=pair_id, project=member.project, state__in=REVIEWED)
    form = GoldForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.sentences())
        return redirect("review-pair", member.project.slug, pair.pk)
    data = form.cleaned_data
    try:
        given = Answer(data["decision"], data["correction"])
        actions.set_gold(pair, member.user, given, data["explanation"], practice=data["practice"])
    except ValueError as error:  # users' errors are its subclasses, each with a sentence
        messages.error(request, REFUSALS.word(str(error)))
        return redirect("review-pair", member.project.slug, pair.pk)
    messages.success(request, _("The pair is a gold pair now."))
    return redirect("quality", member.project.slug)


@require_POST
@members_only(LEAD)
def drop_gold(request: HttpRequest, member: Member, gold_id: int) -> HttpResponse:
    found = get_object_or_404(GoldPair, pk=gold_id, pair__project=member.project)
    actions.drop_gold(found, member.user)
    messages.success(request, _("The pair is no gold pair any more."))
    return redirect("quality", member.project.slug)
