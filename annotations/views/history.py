"""One's own answers, with undo of each; and what one skipped."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotations import actions, history, queue
from annotations.models import Verdict
from annotations.paging import keyset
from annotations.views.keyboard import keyboard_of
from annotations.views.lists import Page
from annotations.views.members import LEAD, REVIEWER, Member, members_only, page
from annotations.views.strip import strip

SHOWN = 25


@require_safe
@members_only(REVIEWER, LEAD)
def mine(request: HttpRequest, member: Member) -> HttpResponse:
    return _own(request, member, "mine", history.of(member.project, member.user))


@require_safe
@members_only(REVIEWER, LEAD)
def skipped(request: HttpRequest, member: Member) -> HttpResponse:
    found = queue.skips(member.project, member.user)
    rows = Verdict.objects.filter(pk__in=found.values("pk"))  # first what was skipped, then its order
    return _own(request, member, "skipped", rows.select_related("pair__source_term", "pair__target_term"))


def _own(request: HttpRequest, member: Member, tab: str, rows: Any) -> HttpResponse:
    found = keyset(rows, ("-pk",), size=SHOWN, after=request.GET.get("after", ""))
    shown = Page(found.rows, f"after={found.after}" if found.after else "")
    context = page(member, "review", tab=tab, shown=shown, paged="after" in request.GET, **strip(member))
    context["keyboard"] = keyboard_of(member.user)
    return render(request, "annotations/own.html", context)


@require_POST
@members_only(REVIEWER, LEAD)
def undo_one(request: HttpRequest, member: Member, verdict_id: int) -> HttpResponse:
    verdict = get_object_or_404(Verdict, pk=verdict_id, pair__project=member.project, reviewer=member.user, undoes=None)
    if actions.undo(verdict, member.user) is None:
        messages.info(request, _("This answer was taken back already."))
    else:
        messages.success(request, _("The answer is taken back; the pair is yours again."))
    return redirect("mine", member.project.slug)
