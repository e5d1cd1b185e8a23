"""Search over the project's terms, in any script."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations import search
from annotations.forms import SearchForm
from annotations.views.members import Member, members_only, page

SHOWN = 50


@require_safe
@members_only()
def search_page(request: HttpRequest, member: Member) -> HttpResponse:
    form = SearchForm(member.project, request.GET)
    typed, language = form.wanted("q"), form.wanted("language")
    found = search.terms(member.project, typed, language=language, limit=SHOWN + 1) if typed else []
    context = page(member, "search", filter=form, typed=typed, found=found[:SHOWN], more=len(found) > SHOWN)
    return render(request, "annotations/search.html", context)
