"""One answer for many pairs of the list: only when the reviewer has typed how many there are."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from annotations import actions
from annotations.answers import Answer
from annotations.forms import BulkForm
from annotations.models import TermPair
from annotations.views.members import LEAD, REVIEWER, Member, members_only
from annotations.views.refusals import REFUSALS

NAMED = 5  # refused pairs that are named; the rest are counted


@require_POST
@members_only(REVIEWER, LEAD)
def answer_many(request: HttpRequest, member: Member) -> HttpResponse:
    form = BulkForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.sentences())
        return _back(request, member)
    data = form.cleaned_data
    known = TermPair.objects.filter(project=member.project, pk__in=data["pair"]).values_list("pk", flat=True)
    try:
        bulk = actions.answer_many(member.project, member.user, list(known), Answer(data["decision"]))
    except ValueError as error:  # users' errors are its subclasses, each with a sentence
        messages.error(request, REFUSALS.word(str(error)))
        return _back(request, member)
    if saved := len(bulk.saved):
        messages.success(request, ngettext("%(n)d pair has your answer.", "%(n)d pairs have your answer.", saved) % {
            "n": saved
        })  # fmt: skip
    _say_refused(request, bulk.refused)
    return _back(request, member)


def _say_refused(request: HttpRequest, refused: list[tuple[int, str]]) -> None:
    for pair_id, sentence in refused[:NAMED]:
        messages.warning(request, _("Pair %(id)d: %(why)s") % {"id": pair_id, "why": REFUSALS.word(sentence)})
    if (more := len(refused) - NAMED) > 0:
        messages.warning(request, ngettext("%(n)d more was refused.", "%(n)d more were refused.", more) % {"n": more})


def _back(request: HttpRequest, member: Member) -> HttpResponse:
    """To the list as it was filtered."""
    query = request.POST.get("query", "")
    return redirect(reverse("pairs", args=[member.project.slug]) + (f"?{query}" if query else ""))
