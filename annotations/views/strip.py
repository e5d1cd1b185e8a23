"""The tabs with their counts and the reviewer's own progress: shown with every page, refreshed by every save."""

from typing import Any

from django.utils import timezone

from annotations import queue
from annotations.views.members import Member


def strip(member: Member) -> dict[str, Any]:
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    today = queue.standing_verdicts().filter(
        pair__project=member.project, reviewer=member.user, created_at__gte=midnight
    )
    counts = queue.counts(member.project, member.user)
    return {"counts": counts, "today": today.count(), "goal": max(1, counts["mine"] + counts["to_review"])}
