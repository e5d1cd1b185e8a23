"""The tabs with their counts and the reviewer's own progress: shown with every page, refreshed by every save."""

from typing import Any

from annotations import queue
from annotations.views.members import Member


def strip(member: Member) -> dict[str, Any]:
    counts = queue.counts(member.project, member.user)
    return {"counts": counts, "goal": max(1, counts["mine"] + counts["to_review"])}
