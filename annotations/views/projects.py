"""The way in: one's own projects, and where each role lands."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from annotations.access import projects_of
from annotations.models import Membership, TermPair
from annotations.views.members import LEAD, REVIEWER, Member, members_only


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    mine = projects_of(request.user).annotate(
        to_review=Count("pairs", filter=Q(pairs__state=TermPair.States.QUEUED)),
        decided=Count("pairs", filter=Q(pairs__state=TermPair.States.DECIDED)),
    )
    roles = dict(Membership.objects.filter(user=request.user.pk).values_list("project", "role"))
    rows = [(project, Membership.Roles(roles.get(project.pk, LEAD))) for project in mine.order_by("name")]
    return render(request, "annotations/projects.html", {"rows": rows})


@require_safe
@members_only()
def project(request: HttpRequest, member: Member) -> HttpResponse:
    return redirect("review" if member.role == REVIEWER else "overview", member.project.slug)
