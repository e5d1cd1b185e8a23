"""The way in: one's own projects, and where each role lands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from annotations.access import projects_of
from annotations.figures import pairs_by_state
from annotations.kept import Shown
from annotations.models import Membership, Project, TermPair
from annotations.views.members import LEAD, REVIEWER, Member, members_only


@dataclass(frozen=True)
class Row:
    project: Project
    role: Membership.Roles
    to_review: int
    decided: int
    kept_since: datetime | None


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    mine = list(projects_of(request.user).order_by("name"))
    pairs = pairs_by_state(mine)
    roles = dict(Membership.objects.filter(user=request.user.pk).values_list("project", "role"))
    rows = [_row(project, roles.get(project.pk, LEAD), pairs[project.pk]) for project in mine]
    return render(request, "annotations/projects.html", {"rows": rows})


def _row(project: Project, role: str, pairs: Shown[Mapping[str, int]]) -> Row:
    to_review, decided = (pairs.value.get(state, 0) for state in (TermPair.States.QUEUED, TermPair.States.DECIDED))
    return Row(project, Membership.Roles(role), to_review, decided, pairs.kept_since)


@require_safe
@members_only()
def project(request: HttpRequest, member: Member) -> HttpResponse:
    return redirect("review" if member.role == REVIEWER else "overview", member.project.slug)
