"""On-boarding: a new expert answers up to five gold pairs, each explained at once. Nothing of it counts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotations import actions, gold
from annotations.answers import Answer, InvalidAnswer
from annotations.forms import AnswerForm
from annotations.models import GoldPair, PracticeAnswer
from annotations.views.card import build_card
from annotations.views.keyboard import keyboard_of
from annotations.views.members import LEAD, REVIEWER, Member, members_only, page
from annotations.views.refusals import REFUSALS
from annotations.views.words import WORDS


@require_safe
@members_only(REVIEWER, LEAD)
def practice(request: HttpRequest, member: Member) -> HttpResponse:
    """The next pair to practise on; `?after=ID` explains the one that was just answered first."""
    state = gold.practice(member.project, member.user)
    context = page(member, "review", practice=state, keyboard=keyboard_of(member.user), words=WORDS)
    after = request.GET.get("after", "")
    context["told"] = _told(member, int(after)) if after.isdecimal() else None
    if context["told"] is None and state.next is not None:
        context["card"] = build_card(member, state.next.pair_id, practising=True)
        context["gold"] = state.next
    return render(request, "annotations/practice.html", context)


def _told(member: Member, answer_id: int) -> PracticeAnswer | None:
    related = ("gold__pair__source_term", "gold__pair__target_term")
    mine = PracticeAnswer.objects.filter(user=member.user, gold__pair__project=member.project)
    return mine.select_related(*related).filter(pk=answer_id).first()


@require_POST
@members_only(REVIEWER, LEAD)
def practise(request: HttpRequest, member: Member, gold_id: int) -> HttpResponse:
    found = get_object_or_404(GoldPair, pk=gold_id, pair__project=member.project, practice=True)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.sentences())
        return redirect("practice", member.project.slug)
    try:
        actions.practise(found, member.user, Answer(form.cleaned_data["decision"], form.cleaned_data["correction"]))
    except InvalidAnswer as error:
        messages.error(request, REFUSALS.word(str(error)))
        return redirect("practice", member.project.slug)
    answer = PracticeAnswer.objects.get(gold=found, user=member.user)
    response = redirect("practice", member.project.slug)
    response["Location"] += f"?after={answer.pk}"
    return response


@require_POST
@members_only(REVIEWER, LEAD)
def finish(request: HttpRequest, member: Member) -> HttpResponse:
    actions.finish_practice(member.project, member.user)
    return redirect("review", member.project.slug)
