"""Decisions teach the next scan, in every language, and in other projects; what left the list is remembered."""

import numpy as np
import pytest
from django.contrib.auth.models import User

from annotations import actions as review
from annotations.models import Membership, Project, Suspicion, TermPair
from tests.training.conftest import decide, write_terms
from training import lessons, pending, stages, store
from training.ml.scoring import refitting
from training.ml.scoring.weighing import DEFAULT
from training.store import Doubts

IDS = ("reverse_gap", "exchange")


def scores(project: Project, language: str) -> dict[int, float]:
    found = Suspicion.objects.filter(pair__project=project, pair__target_language=language)
    return dict(found.values_list("pair", "score"))


def judge(project: Project, lead: User, wrong: int, right: int) -> None:
    decide(project, lead, wrong, "not_equivalent")
    decide(project, lead, right)


@pytest.fixture
def second(project: Project, lead: User, tmp_path) -> Project:
    made = review.create_project(
        slug="law", name="Law", domain="law", source_language="en", target_languages=["de"], held_out_share=0.0
    )
    review.add_member(made, lead, Membership.Roles.LEAD)
    review.import_terms(made, write_terms(tmp_path / "law.csv", prefix="x"))
    return made


def test_a_scan_uses_the_decisions_made_so_far(project: Project, lead: User, monkeypatch) -> None:
    """Answers about German pairs move the scores of French ones."""
    monkeypatch.setattr(refitting, "VERDICTS_WANTED", 20)
    stages.scan(project)
    before = scores(project, "fr")
    judge(project, lead, 2, 3)  # too few to learn from
    stages.scan(project)
    few = scores(project, "fr")
    judge(project, lead, 2, 0)
    german = TermPair.objects.filter(project=project, target_language="de", decision=None, concept__held_out=False)
    for pair in german[:20]:
        review.answer(pair, lead, review.Answer("equivalent"))
    assert len(pending.judged(project)) >= 20
    stages.scan(project)

    kept = store.doubts(project.pk)
    assert set(pending.judged(project)) <= set(kept.pairs.tolist())
    assert sum(pending.judged(project).values()) == 4
    now = scores(project, "fr")
    shared = sorted(before.keys() & few.keys() & now.keys())
    assert np.mean([now[pair] for pair in shared]) != pytest.approx(np.mean([few[pair] for pair in shared]), abs=1e-6)


def test_pairs_that_left_the_list_still_teach(project: Project, lead: User) -> None:
    stages.scan(project)
    [pair] = decide(project, lead, 1, "not_a_term")
    stages.scan(project)
    assert pair.pk not in pending.pairs(project).values_list("pk", flat=True)
    assert pair.pk in store.doubts(project.pk).pairs


def test_another_project_starts_from_what_this_one_learned(project: Project, second: Project, lead: User) -> None:
    reviewed = TermPair.objects.filter(project=project, concept__held_out=False, target_language__in=("de", "fr"))
    pairs = np.array(reviewed.values_list("pk", flat=True))[:52]
    for pair in TermPair.objects.filter(pk__in=pairs.tolist()):
        review.answer(pair, lead, review.Answer("not_equivalent" if pair.pk % 2 else "equivalent"))
    wrong = pairs % 2 == 1
    store.keep_doubts(project.pk, Doubts(IDS, pairs, np.stack([wrong * 4.0 - 2, np.zeros(len(pairs))], axis=1)))

    measured = (list(TermPair.objects.filter(project=second).values_list("pk", flat=True)), np.zeros((40, 2)))
    warm = lessons.weights(second, IDS, [(measured[0][:40], measured[1].astype(np.float32))])

    assert warm.of["reverse_gap"] > 1.1 * DEFAULT.of["reverse_gap"]
    assert store.doubts(second.pk).pairs.tolist() == measured[0][:40]


def test_unsure_is_no_lesson(project: Project, lead: User) -> None:
    stages.scan(project)
    decide(project, lead, 1, "unsure")
    assert pending.judged(project) == {}


def test_signals_of_another_version_are_found_by_name() -> None:
    doubts = Doubts(("old", "gap"), np.array([7]), np.array([[1.0, 2.0]], dtype=np.float32))
    assert doubts.columns(("gap", "new", "old")).tolist() == [[2.0, 0.0, 1.0]]
