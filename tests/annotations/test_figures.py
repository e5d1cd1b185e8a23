"""Pace and agreement, counted now and kept."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations import figures as counting
from annotations.actions import Answer, Shown, answer, undo_last
from annotations.figures import WORK, work
from annotations.models import KeptFigure, Project, TermPair
from tests.annotations.builder import make_user, queued_project

pytestmark = pytest.mark.django_db
TIMES = (2.0, 4.0, 6.0, 8.0, 100.0)  # the first answer first


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = queued_project(tmp_path, [(f"source {n}", f"target {n}") for n in range(len(TIMES))], overlap=2)
    ann, bob = make_user("ann", made), make_user("bob", made)
    for pair, seconds in zip(TermPair.objects.order_by("pk"), TIMES, strict=True):
        answer(pair, ann, Answer("equivalent"), shown=Shown("a" * 64, seconds, True))
        answer(pair, bob, Answer("equivalent" if seconds < 10 else "related"))
    return made


def test_the_pace_is_the_middle_one_and_agreement_that_of_everybody(project: Project) -> None:
    found = work(project).value
    assert (found.pace.n, found.pace.low, found.pace.median, found.pace.high) == (5, 4.0, 6.0, 8.0)
    assert (found.agreement.overall.n, found.agreement.overall.percent) == (5, 0.8)


def test_what_was_taken_back_tells_of_no_pace(project: Project) -> None:
    for _ in TIMES:
        undo_last(project, project.memberships.get(user__username="ann").user)
    assert work(project).value.pace is None


def test_only_the_newest_verdicts_are_timed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "TIMED", 2)
    assert work(project).value.pace is None, "two are too few to tell a pace"
    monkeypatch.setattr(counting, "LEAST", 2)
    assert (work(project).value.pace.n, work(project).value.pace.median) == (2, 54.0)


def test_what_is_kept_is_shown_again(project: Project) -> None:
    now = work(project).value
    large = replace(WORK, most=0)
    large.keep(project)
    undo_last(project, project.memberships.get(user__username="bob").user)
    with CaptureQueriesContext(connection) as queries:
        shown = work(project)
    assert len(queries) == 2
    assert shown.kept_since == KeptFigure.objects.get().counted_at
    kept = shown.value
    assert kept.pace == now.pace
    assert kept.agreement.overall.percent == now.agreement.overall.percent == 0.8
    (row,), (same,) = kept.agreement.pairs_of_reviewers, now.agreement.pairs_of_reviewers
    assert (row.a, row.b, row.n, row.kappa) == (same.a, same.b, same.n, same.kappa)
    assert [row.category for row in kept.agreement.categories] == ["equivalent", "related"]
    large.keep(project)
    assert work(project).value.agreement.overall.n == 4


def test_a_project_without_answers_has_no_figures(tmp_path: Path) -> None:
    made = queued_project(tmp_path, [("heart", "Herz")])
    replace(WORK, most=-1).keep(made)
    found = work(made).value
    assert (found.pace, found.agreement.overall, found.anchoring) == (None, None, None)
