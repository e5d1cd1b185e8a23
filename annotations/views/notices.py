"""What a person is told: conflicts, replies, flags. Over all of one's projects."""

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotations import actions
from annotations.access import projects_of
from annotations.models import Notification
from annotations.paging import keyset

SHOWN = 50
RELATED = ("project", "actor", "comment", "pair__source_term", "pair__target_term")


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    mine = Notification.objects.filter(user=request.user.pk, project__in=projects_of(request.user))
    rows = keyset(mine.select_related(*RELATED), ("-pk",), size=SHOWN, after=request.GET.get("after", ""))
    return render(request, "annotations/notices.html", {"rows": rows.rows, "after": rows.after})


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - nobody else gets past the sign-in
    chosen = [int(pk) for pk in request.POST.getlist("notice") if pk.isdecimal()]
    actions.mark_read(user, chosen or None)
    return redirect("notices")
