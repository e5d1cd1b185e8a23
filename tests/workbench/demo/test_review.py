"""The simulated expert works through the review page's functions, and the finds are counted in reviewing order."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from annotations.models import Decision, TermPair, Verdict
from tests.scenes import Scene, scene
from workbench.demo import accounts, review
from workbench.demo.corrupt import Injected
from workbench.demo.expert import SimulatedExpert
from workbench.demo.rows import Row
from workbench.progress import no_progress

SWAPPED = [
    Injected("E10", "de", "Diabetes mellitus, Typ 2", "Diabetes mellitus, Typ 1", "sibling"),
    Injected("E11", "de", "Diabetes mellitus, Typ 1", "Diabetes mellitus, Typ 2", "sibling"),
]


@pytest.fixture
def made(db: None, tmp_path: Path) -> Scene:
    return scene(tmp_path)


def truth(made: Scene) -> list[Row]:
    right = {(error.concept_id, error.language): error.original for error in SWAPPED}
    pairs = TermPair.objects.filter(project=made.project).select_related("concept", "target_term")
    return [
        Row(concept, "", language, right.get((concept, language), text))
        for concept, language, text in pairs.values_list("concept__external_id", "target_language", "target_term__text")
    ]


def test_the_first_pairs_of_the_queue_are_answered_as_simulated(made: Scene) -> None:
    expert = SimulatedExpert(truth(made), SWAPPED)
    review.review(made.project, made.reviewer, expert, 10, no_progress)

    assert review.reviewed(made.project) == 10
    assert set(Verdict.objects.values_list("origin", flat=True)) == {"simulated"}
    assert Decision.objects.count() == 10
    assert sum(review.hits(made.project, SWAPPED)) == 2


def test_an_interrupted_review_goes_on(made: Scene) -> None:
    expert = SimulatedExpert(truth(made), SWAPPED)
    review.review(made.project, made.reviewer, expert, 4, no_progress)
    review.review(made.project, made.reviewer, expert, 6, no_progress)

    assert review.reviewed(made.project) == 6


def test_the_review_ends_with_the_queue(made: Scene) -> None:
    review.review(made.project, made.reviewer, SimulatedExpert(truth(made), SWAPPED), 10_000, no_progress)

    assert review.reviewed(made.project) == TermPair.objects.filter(project=made.project, correction_of=None).count()


def test_prevalence_counts_injected_among_reviewable_pairs(made: Scene) -> None:
    reviewable = TermPair.objects.filter(project=made.project).count()

    assert review.prevalence(made.project, SWAPPED) == pytest.approx(2 / reviewable)


def test_passwords_are_made_once_and_sign_in(made: Scene, tmp_path: Path) -> None:
    path = tmp_path / "passwords.json"
    first = accounts.passwords(path)

    assert accounts.passwords(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    for name, password in first.items():
        assert User.objects.get(username=name).check_password(password)
    assert len(set(first.values())) == 2


def test_a_database_that_is_made_anew_gets_the_same_passwords(made: Scene, tmp_path: Path) -> None:
    first = accounts.passwords(tmp_path / "passwords.json")
    User.objects.filter(username="expert").delete()

    assert accounts.passwords(tmp_path / "passwords.json") == first
    assert User.objects.get(username="expert").check_password(first["expert"])


def test_the_simulated_expert_cannot_sign_in(made: Scene, tmp_path: Path) -> None:
    accounts.passwords(tmp_path / "passwords.json")
    accounts.join(made.project)

    assert not User.objects.get(username=accounts.SIMULATED).has_usable_password()
    assert set(made.project.memberships.values_list("user__username", "role")) >= {
        ("expert", "reviewer"),
        ("lead", "lead"),
        ("simulated-expert", "reviewer"),
    }
