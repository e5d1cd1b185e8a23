"""Filters of the list that a person has given a name."""

from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from annotations import actions
from annotations.forms import FilterNameForm
from annotations.models import SavedFilter
from annotations.views.lists import FIELDS
from annotations.views.members import Member, members_only
from annotations.views.refusals import REFUSALS


@require_POST
@members_only()
def save(request: HttpRequest, member: Member) -> HttpResponse:
    form = FilterNameForm(request.POST)
    query = request.POST.get("query", "")[:1000]
    if form.is_valid():
        kept = {name: value for name, value in parse_qsl(query) if name in FIELDS}
        try:
            actions.save_filter(member.project, member.user, "pairs", form.cleaned_data["name"], kept)
        except actions.InvalidFilter as error:
            messages.error(request, REFUSALS.word(str(error)))
    else:
        messages.error(request, form.sentences())
    return redirect(reverse("pairs", args=[member.project.slug]) + (f"?{query}" if query else ""))


@require_POST
@members_only()
def delete(request: HttpRequest, member: Member, filter_id: int) -> HttpResponse:
    found = get_object_or_404(SavedFilter, pk=filter_id, project=member.project, user=member.user)
    actions.delete_filter(found, member.user)
    return redirect("pairs", member.project.slug)
