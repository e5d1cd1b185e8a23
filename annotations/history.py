"""One's own verdicts, the newest first, with what was taken back again."""

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet

from annotations import queue
from annotations.models import Project, Verdict


def of(project: Project, user: User) -> QuerySet[Verdict]:
    """For `paging.keyset` by ("-pk",). `.taken_back`: whether a later row undoes it."""
    undone = Verdict.objects.filter(undoes=OuterRef("pk"))
    rows = queue.answers().filter(pair__project=project, reviewer=user).annotate(taken_back=Exists(undone))
    related = ("pair__source_term", "pair__target_term", "pair__concept", "pair__decision")
    return rows.select_related(*related).order_by("-pk")
