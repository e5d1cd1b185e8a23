"""Pace and agreement: counted at once where that is quick, kept where it is not."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations import figures as counting
from annotations.actions import Answer, Shown, answer, keep_all_figures, undo_last
from annotations.figures import figures
from annotations.models import Project, TermPair, WorkFigures
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
    found = figures(project)
    assert (found.pace.n, found.pace.low, found.pace.median, found.pace.high) == (5, 4.0, 6.0, 8.0)
    assert (found.agreement.overall.n, found.agreement.overall.percent) == (5, 0.8)
    assert found.kept_since is None


def test_what_was_taken_back_tells_of_no_pace(project: Project) -> None:
    for _ in TIMES:
        undo_last(project, project.memberships.get(user__username="ann").user)
    assert figures(project).pace is None


def test_only_the_newest_verdicts_are_timed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "TIMED", 2)
    assert figures(project).pace is None, "two are too few to tell a pace"
    monkeypatch.setattr(counting, "LEAST", 2)
    assert (figures(project).pace.n, figures(project).pace.median) == (2, 54.0)


def test_where_counting_is_slow_the_hourly_figures_are_shown(project: Project) -> None:
    now = figures(project)
    keep_all_figures()
    WorkFigures.objects.update(seconds=counting.QUICK)
    undo_last(project, project.memberships.get(user__username="bob").user)
    with CaptureQueriesContext(connection) as queries:
        kept = figures(project)
    assert len(queries) == 2
    assert kept.kept_since == WorkFigures.objects.get().counted_at
    assert kept.pace == now.pace
    assert kept.agreement.overall.percent == now.agreement.overall.percent == 0.8
    (row,), (same,) = kept.agreement.pairs_of_reviewers, now.agreement.pairs_of_reviewers
    assert (row.a, row.b, row.n, row.kappa) == (same.a, same.b, same.n, same.kappa)
    assert [row.category for row in kept.agreement.categories] == ["equivalent", "related"]
    keep_all_figures()
    assert figures(project).agreement.overall.n == 4


def test_a_project_without_answers_has_no_figures(tmp_path: Path) -> None:
    made = queued_project(tmp_path, [("heart", "Herz")])
    keep_all_figures()
    WorkFigures.objects.update(seconds=counting.QUICK)
    found = figures(made)
    assert (found.pace, found.agreement.overall, found.anchoring) == (None, None, None)
