"""What the card's page sends: answers, undo, heartbeats. Fragments for its script, redirects for a browser without."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annotations import actions, queue
from annotations.answers import Answer, InvalidAnswer, Shown
from annotations.forms import AnswerForm
from annotations.models import Claim, TermPair
from annotations.views.members import LEAD, REVIEWER, Member, members_only, page
from annotations.views.refusals import REFUSALS
from annotations.views.review import REVIEWED, card_fragment
from annotations.views.strip import strip
from workbench.signed_out import wants_fragment


@require_POST
@members_only(REVIEWER, LEAD)
def answer(request: HttpRequest, member: Member, pair_id: int) -> HttpResponse:
    pair = get_object_or_404(TermPair, pk=pair_id, project=member.project, state__in=REVIEWED)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _refused(request, pair, form.sentences())
    data = form.cleaned_data
    given = Answer(data["decision"], data["correction"], data["note"], data["confidence"])
    shown = Shown(data["encoder_digest"], data["seconds"], data["saw_model"])
    try:
        actions.answer(pair, member.user, given, shown=shown)
    except InvalidAnswer as error:
        return _refused(request, pair, REFUSALS.word(str(error)))
    if wants_fragment(request):
        return _fresh_strip(request, member)
    return redirect("review", member.project.slug)


def _fresh_strip(request: HttpRequest, member: Member) -> HttpResponse:
    return render(request, "annotations/strip.html", page(member, "review", tab="to_review", **strip(member)))


def _refused(request: HttpRequest, pair: TermPair, sentence: str) -> HttpResponse:
    if wants_fragment(request):
        return HttpResponse(sentence, status=422, content_type="text/plain; charset=utf-8")
    messages.error(request, sentence)
    return redirect("review-pair", pair.project.slug, pair.pk)


@require_POST
@members_only(REVIEWER, LEAD)
def undo(request: HttpRequest, member: Member) -> HttpResponse:
    taken_back = actions.undo_last(member.project, member.user)
    if taken_back is None:
        if wants_fragment(request):
            return HttpResponse(status=204)
        messages.info(request, _("There is nothing to undo."))
        return redirect("review", member.project.slug)
    if wants_fragment(request):
        claim = queue.take(member.project, member.user, taken_back.pair)
        response = card_fragment(request, member, taken_back.pair_id, claim, taken_back.undoes)
        response.write(_fresh_strip(request, member).content)
        return response
    return redirect("review-pair", member.project.slug, taken_back.pair_id)


@require_POST
@members_only(REVIEWER, LEAD)
def renew(request: HttpRequest, member: Member, claim_id: int) -> HttpResponse:
    """Heartbeat: 204 while the claim is one's own, 410 when it has lapsed and somebody else has it."""
    claim = get_object_or_404(Claim, pk=claim_id, project=member.project)
    return HttpResponse(status=204 if queue.renew(claim.pk, member.user) else 410)


@require_POST
@members_only(REVIEWER, LEAD)
def release(request: HttpRequest, member: Member, claim_id: int) -> HttpResponse:
    claim = get_object_or_404(Claim, pk=claim_id, project=member.project)
    queue.release(claim.pk, member.user)
    return HttpResponse(status=204)
