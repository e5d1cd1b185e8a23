"""Type-ahead over the target vocabulary."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations.models import Term
from annotations.views.members import LEAD, REVIEWER, Member, members_only

SHOWN = 8


@require_safe
@members_only(REVIEWER, LEAD)
def terms(request: HttpRequest, member: Member) -> HttpResponse:
    typed = " ".join(request.GET.get("q", "").split())
    found = _matching(member, request.GET.get("language", ""), typed) if typed else []
    return render(request, "annotations/suggestions.html", {"texts": found})


def _matching(member: Member, language: str, typed: str) -> list[str]:
    """Terms that start with what was typed, then terms that contain it."""
    vocabulary = Term.objects.filter(
        concept__project=member.project, language=language, state=Term.States.ACTIVE
    ).values_list("text", flat=True)
    found = list(vocabulary.filter(text__istartswith=typed).order_by("text").distinct()[:SHOWN])
    if len(found) < SHOWN:
        inside = vocabulary.filter(text__icontains=typed).exclude(text__in=found)
        found += inside.order_by("text").distinct()[: SHOWN - len(found)]
    return found
