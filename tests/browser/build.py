"""Fills an empty database for the browser: `python -m tests.browser.build`. One project a test that writes."""

import tempfile
from pathlib import Path

import django

from tests.browser.server import PASSWORD


def build(folder: Path) -> None:
    from annotations import actions  # noqa: PLC0415 (models need django.setup)
    from tests import scenes  # noqa: PLC0415

    medicine = scenes.scene(folder, slug="medicine", password=PASSWORD)
    scenes.answered(medicine)
    scenes.measured_round(medicine, points=40)
    cardiology = scenes.scene(folder, slug="cardiology", overlap=2, password=PASSWORD)
    scenes.in_conflict(cardiology)
    for by in (cardiology.reviewer, cardiology.second):
        scenes.answer(cardiology, "Asthma", "narrower", by=by)
    scenes.training_round(cardiology)
    for slug in ("keys", "mouse", "broken", "lapsed", "offline", "ended", "slow"):
        scenes.scene(folder, slug=slug, password=PASSWORD)
    due = scenes.scene(folder, slug="starting", password=PASSWORD)
    scenes.answered(due)
    empty = actions.create_project(slug="law", name="Law", domain="law", source_language="en", target_languages=["de"])
    for user, role in ((medicine.lead, "lead"), (medicine.reviewer, "reviewer")):
        actions.add_member(empty, user, role)
        actions.add_member(cardiology.project, user, role)


if __name__ == "__main__":
    django.setup()
    with tempfile.TemporaryDirectory() as name:
        build(Path(name))
