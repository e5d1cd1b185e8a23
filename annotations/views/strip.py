"""The tabs with their counts and the reviewer's own progress: shown with every page, refreshed by every save."""

from typing import Any

from annotations import queue
from annotations.views.members import Member


def strip(member: Member) -> dict[str, Any]:
    """`goal` is 0 where a count was broken off: a bar would say a share that nobody knows."""
    counts = queue.counts(member.project, member.user)
    mine, to_review = counts["mine"], counts["to_review"]
    return {"counts": counts, "goal": max(1, mine + to_review) if max(mine, to_review) < queue.COUNT_CAP else 0}
