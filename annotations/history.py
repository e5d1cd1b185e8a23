"""One's own verdicts, the newest first, with what was taken back again."""

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet

from annotations.models import Project, Verdict
from annotations.verdicts import answers


def of(project: Project, user: User) -> QuerySet[Verdict]:
    """For `paging.keyset` by ("-pk",). `.taken_back`: whether a later row undoes it."""
    undone = Verdict.objects.filter(undoes=OuterRef("pk"))
    rows = answers().filter(pair__project=project, reviewer=user).annotate(taken_back=Exists(undone))
    return rows.select_related("pair__source_term", "pair__target_term").order_by("-pk")
