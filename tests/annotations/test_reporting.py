"""What the lead sees of several people's work, and how reliability is measured from it."""

import random
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations import blind, reporting
from annotations.actions import Answer, Shown, adjudicate, answer, change_project, undo_last, weigh_reviewers
from annotations.models import Project, Reliability, TermPair
from tests.annotations.builder import import_pairs, make_project, make_user, scan

pytestmark = pytest.mark.django_db
COUNT = 60
NAMES = ("ann", "bob", "cem")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = make_project(overlap=3)
    import_pairs(made, tmp_path, [(f"source {n:02}", f"target {n:02}") for n in range(COUNT)])
    scan(made, {f"source {n:02}": n / COUNT for n in range(COUNT)})
    return made


@pytest.fixture
def people(project: Project) -> list[User]:
    return [make_user(name, project) for name in NAMES]


def pairs(project: Project) -> list[TermPair]:
    return list(TermPair.objects.filter(project=project).order_by("pk"))


def judge(project: Project, people: list[User], skills: tuple[float, ...]) -> None:
    """Half of the pairs are right; each person says so with their own probability."""
    rng = random.Random(4)
    for n, pair in enumerate(pairs(project)):
        for user, skill in zip(people, skills, strict=True):
            right = rng.random() < skill
            answer(pair, user, Answer("equivalent" if right == (n % 2 == 0) else "not_equivalent"))


def test_agreement_of_everybody_with_everybody(project: Project, people: list[User]) -> None:
    ann, bob, cem = people
    for n, pair in enumerate(pairs(project)[:20]):
        answer(pair, ann, Answer("equivalent" if n < 10 else "related"))
        answer(pair, bob, Answer("equivalent" if n < 12 else "related"))
    answer(pairs(project)[0], cem, Answer("unsure"))
    answer(pairs(project)[30], ann, Answer("equivalent"))
    answer(pairs(project)[31], ann, Answer("equivalent"))
    answer(pairs(project)[31], bob, Answer("related"))
    undo_last(project, bob)
    found = reporting.agreement(project)
    (row,) = found.pairs_of_reviewers
    assert (row.a, row.b, row.language, row.n, row.percent) == (ann, bob, "de", 20, 0.9)
    assert row.kappa == pytest.approx(0.8)
    assert row.kappa_interval[0] < 0.8 < row.kappa_interval[1]
    (german,) = found.languages
    assert (german.language, german.n, german.reviewers, german.percent) == ("de", 20, 2, 0.9)
    assert german.alpha == pytest.approx(1 - 39 * 4 / (40**2 - 22**2 - 18**2))
    assert [(row.category, row.n, row.percent) for row in found.categories] == [
        ("equivalent", 12, pytest.approx(10 / 12)), ("related", 10, 0.8)
    ]  # fmt: skip


def test_nothing_shared_is_no_agreement(project: Project, people: list[User]) -> None:
    answer(pairs(project)[0], people[0], Answer("equivalent"))
    found = reporting.agreement(project)
    assert (found.pairs_of_reviewers, found.languages, found.categories) == ([], [], [])


def test_agreement_costs_few_queries(project: Project, people: list[User]) -> None:
    judge(project, people, (1.0, 0.9, 0.8))
    with CaptureQueriesContext(connection) as queries:
        reporting.agreement(project)
    assert len(queries) == 2


def test_the_scan_measures_everybody(project: Project, people: list[User]) -> None:
    judge(project, people, (0.97, 0.9, 0.6))
    assert not Reliability.objects.exists()
    scan(project, digest="b" * 64)
    rows = {row.reviewer.username: row for row in reporting.reliability(project)}
    assert list(rows) == list(NAMES)
    assert rows["ann"].accuracy > rows["bob"].accuracy > rows["cem"].accuracy
    assert rows["ann"].weight == 1.0
    assert rows["cem"].weight < 0.5
    assert {row.rated for row in rows.values()} == {COUNT}


def test_few_answers_are_no_measure(project: Project, people: list[User]) -> None:
    for pair in pairs(project)[:7]:
        answer(pair, people[0], Answer("equivalent"))
        answer(pair, people[1], Answer("related"))
    assert weigh_reviewers(project) == 2
    assert set(Reliability.objects.values_list("accuracy", "weight", "rated")) == {(None, 1.0, 7)}


def test_what_the_lead_decided_is_the_truth(project: Project, people: list[User]) -> None:
    lead = make_user("lead", project, "lead")
    for pair in pairs(project)[:10]:
        answer(pair, people[0], Answer("equivalent"))
        answer(pair, people[1], Answer("equivalent"))
        answer(pair, people[2], Answer("related"))
        adjudicate(pair, lead, Answer("related"))
    output = StringIO()
    call_command("weigh_reviewers", project=project.slug, stdout=output)
    assert "3 people" in output.getvalue()
    rows = dict(Reliability.objects.values_list("reviewer__username", "accuracy"))
    assert rows == {"ann": 0.0, "bob": 0.0, "cem": 1.0}


def test_blind_pairs_are_drawn_and_stay_so(project: Project) -> None:
    ids = range(2000)
    assert not any(blind.hides_model(project, pair, judged=False) for pair in ids)
    lead = make_user("lead", project, "lead")
    project = change_project(project, lead, blind_first=True)
    hidden = {pair for pair in ids if blind.hides_model(project, pair, judged=False)}
    assert 900 < len(hidden) < 1100
    assert not any(blind.hides_model(project, pair, judged=True) for pair in ids)
    project = change_project(project, lead, blind_share=0.8)
    assert hidden < {pair for pair in ids if blind.hides_model(project, pair, judged=False)}


def test_the_anchoring_effect(project: Project, people: list[User]) -> None:
    """With the model's view on screen ann follows it always; blind she always says equivalent."""
    ann, bob, _ = people
    assert reporting.anchoring(project) is None
    for n, pair in enumerate(pairs(project)):
        doubted = n / COUNT >= 0.5
        if n % 2:
            answer(pair, ann, Answer("related" if doubted else "equivalent"), shown=Shown("a" * 64, 2.0, True))
        else:
            answer(pair, ann, Answer("equivalent"), shown=Shown("a" * 64, 2.0, False))
            answer(pair, ann, Answer("related"), shown=Shown("a" * 64, 2.0, True))
    answer(pairs(project)[0], bob, Answer("equivalent"))
    found = reporting.anchoring(project)
    assert (found.shown_n, found.shown_share, found.blind_n, found.blind_share) == (30, 1.0, 30, 0.5)
    assert found.difference == 0.5
    assert 0.25 < found.interval[0] < 0.5 < found.interval[1] < 0.75
