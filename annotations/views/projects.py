"""The way in: one's own projects, and where each role lands."""

from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from annotations.access import projects_of
from annotations.models import Membership, Project, TermPair
from annotations.views.members import LEAD, REVIEWER, Member, members_only


@dataclass(frozen=True)
class Row:
    project: Project
    role: Membership.Roles
    to_review: int
    decided: int


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    mine = projects_of(request.user).order_by("name")
    pairs = TermPair.objects.filter(project__in=mine.order_by()).order_by()
    counted = {(project, state): n for project, state, n in pairs.values_list("project", "state").annotate(Count("pk"))}
    roles = dict(Membership.objects.filter(user=request.user.pk).values_list("project", "role"))
    rows = [
        Row(
            project,
            Membership.Roles(roles.get(project.pk, LEAD)),
            counted.get((project.pk, TermPair.States.QUEUED), 0),
            counted.get((project.pk, TermPair.States.DECIDED), 0),
        )
        for project in mine
    ]
    return render(request, "annotations/projects.html", {"rows": rows})


@require_safe
@members_only()
def project(request: HttpRequest, member: Member) -> HttpResponse:
    return redirect("review" if member.role == REVIEWER else "overview", member.project.slug)
