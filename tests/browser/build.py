"""Fills an empty database for the browser: `python -m tests.browser.build`. One project a test that writes."""

import math
import tempfile
from pathlib import Path

import django

from tests.browser.server import PASSWORD

ALONE = (
    "keys",
    "broken",
    "lapsed",
    "offline",
    "ended",
    "halved",
    "slow",
    "twenty",
    "together",
    "list",
    "moved",
    "phone",
    "back",
    "left",
    "card",
    "typed",
    "golden",
)


def points(term: int, count: int = 50_000) -> dict[str, object]:
    """As many as a map may have, on a spiral: the first of them, in the middle, is a term whose pair is open."""
    places = [
        round(0.05 * math.sqrt(n) * turn(n * 2.4), 3) for n in range(count) for turn in (math.cos, math.sin)
    ]  # fmt: skip
    language = {"names": ["de", "en"], "of": [n % 2 for n in range(count)]}
    return {
        "terms": [term, *(-n for n in range(1, count))], "texts": [f"Term {n}" for n in range(count)],
        "families": ["E11"] * count, "after": places, "before": [-place for place in places],
        "language": language, "category": language,
        "suspicion": [None if n % 5 else n / count for n in range(count)],
        "round": [1 if n % 7 == 0 else None for n in range(count)],
    }  # fmt: skip


def build(folder: Path) -> None:
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 (models need django.setup)
    from django.contrib.auth.models import User  # noqa: PLC0415

    from annotations import actions  # noqa: PLC0415
    from tests import scenes  # noqa: PLC0415
    from training import store  # noqa: PLC0415

    medicine = scenes.scene(folder, slug="medicine")
    scenes.answered(medicine)
    candidate = scenes.measured_round(medicine, points=40).candidate
    scenes.keep_constraints(medicine)
    assert candidate is not None
    store.keep_map(candidate.pk, points(medicine.pair("Epilepsy").target_term_id))
    cardiology = scenes.scene(folder, slug="cardiology", overlap=2)
    scenes.in_conflict(cardiology)
    for by in (cardiology.reviewer, cardiology.second):
        scenes.answer(cardiology, "Asthma", "narrower", by=by)
    scenes.training_round(cardiology)
    for slug in ALONE:
        scenes.scene(folder, slug=slug)
    for slug in ("mouse", "suggested"):
        scenes.scene(folder, slug=slug, targets=["de"])  # whichever pair comes, what is typed has German suggestions
    scenes.scene(folder, slug="argued", overlap=2)
    newcomers = scenes.scene(folder, slug="newcomers")
    for source in ("Epilepsy", "Migraine"):
        given = actions.Answer("equivalent")
        why = "The **same** disease ([more](/notifications/))."
        gold = actions.set_gold(newcomers.pair(source), newcomers.lead, given, why, practice=True)
    actions.practise(gold, newcomers.second, given)
    blind = scenes.scene(folder, slug="blind")
    actions.change_project(blind.project, blind.lead, blind_first=True, blind_share=1.0)
    talk = actions.comment(
        medicine.project, medicine.reviewer, "Is *Typ 2* right here?", concept=medicine.pair("Asthma").concept
    )
    actions.comment(medicine.project, medicine.lead, "It is.", concept=talk.concept, reply_to=talk)
    actions.save_filter(medicine.project, medicine.reviewer, "pairs", "Arabic", {"language": "ar"})
    actions.weigh_reviewers(cardiology.project)
    history = scenes.scene(folder, slug="history")
    scenes.answered(history)
    for _ in range(3):
        scenes.measured_round(history)
    due = scenes.scene(folder, slug="starting")
    scenes.answered(due)
    empty = actions.create_project(slug="law", name="Law", domain="law", source_language="en", target_languages=["de"])
    for user, role in ((medicine.lead, "lead"), (medicine.reviewer, "reviewer")):
        actions.add_member(empty, user, role)
        actions.add_member(cardiology.project, user, role)
        actions.add_member(history.project, user, role)
    User.objects.update(password=make_password(PASSWORD))  # one hash for all: making it takes its time


if __name__ == "__main__":
    django.setup()
    with tempfile.TemporaryDirectory() as name:
        build(Path(name))
