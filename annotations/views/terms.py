"""Type-ahead over the target vocabulary."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations import search
from annotations.views.members import LEAD, REVIEWER, Member, members_only

SHOWN = 8


@require_safe
@members_only(REVIEWER, LEAD)
def terms(request: HttpRequest, member: Member) -> HttpResponse:
    typed = " ".join(request.GET.get("q", "").split())
    found = search.texts(member.project, request.GET.get("language", ""), typed, limit=SHOWN) if typed else []
    return render(request, "annotations/suggestions.html", {"texts": found})
