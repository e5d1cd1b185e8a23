"""Blind first: for a part of the pairs the model's view stays hidden until one has judged them oneself."""

import hashlib

from annotations.models import Project


def hides_model(project: Project, pair_id: int, *, judged: bool) -> bool:
    """Which pairs are blind is drawn by a hash, so that blind and other pairs differ by chance alone."""
    if not project.blind_first or judged:
        return False
    drawn = hashlib.sha256(f"blind:{project.slug}:{pair_id}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") / 2**64 < project.blind_share
