"""Figures of a small project are those of this moment; a large one's are the last hour's and say so."""

from dataclasses import replace
from pathlib import Path

import pytest

from annotations import figures
from annotations.actions import Answer, answer, keep_all_figures, keep_figures
from annotations.figures import pairs_by_state, verdicts_a_day
from annotations.kept import Figure
from annotations.models import KeptFigure, Project, TermPair
from tests.annotations.builder import make_user, queued_project

pytestmark = pytest.mark.django_db
PAIRS = 3
COUNTED = Figure("open", lambda project: project.pairs.filter(state="queued").count(), lambda p: p.pairs.all(), PAIRS)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return queued_project(tmp_path, [(f"source {n}", f"target {n}") for n in range(PAIRS)])


def decide(project: Project) -> None:
    pair = TermPair.objects.filter(project=project, state="queued").order_by("pk")[0]
    answer(pair, make_user("ann", project), Answer("equivalent"))


def test_a_small_project_is_counted_at_each_look(project: Project) -> None:
    COUNTED.keep(project)
    decide(project)
    assert (COUNTED.of(project).value, COUNTED.of(project).kept_since) == (2, None)


def test_a_large_one_shows_what_was_counted_last_and_when(project: Project) -> None:
    large = replace(COUNTED, most=PAIRS - 1)
    large.keep(project)
    decide(project)
    row = KeptFigure.objects.get()
    assert (large.of(project).value, large.of(project).kept_since) == (3, row.counted_at)
    large.keep(project)
    assert large.of(project).value == 2
    assert large.of(project).kept_since > row.counted_at


def test_a_project_that_became_small_is_counted_again(project: Project) -> None:
    replace(COUNTED, most=PAIRS - 1).keep(project)
    COUNTED.keep(project)
    assert COUNTED.of(project).kept_since is None
    assert not KeptFigure.objects.exists()


def test_each_figure_of_each_project_is_kept(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(project)
    for name in ("PAIRS", "VERDICTS", "WORK", "REVIEWED"):
        monkeypatch.setattr(figures, name, replace(getattr(figures, name), most=0))
    keep_all_figures(replace(COUNTED, most=0))
    assert set(project.figures.values_list("name", flat=True)) == {"pairs", "verdicts", "work", "reviewed", "open"}


def test_what_was_reviewed_is_the_same_kept_and_live(project: Project) -> None:
    decide(project)
    live = figures.reviewed(project).value
    assert (live.listed, live.verdicts, live.reviewers, live.outcomes) == (3, 1, 1, {"equivalent": 1})
    replace(figures.REVIEWED, most=0).keep(project)
    assert figures.reviewed(project).value == live
    assert figures.reviewed(project).kept_since is not None


def test_counts_of_pairs_and_days_are_the_same_kept_and_live(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(project)
    live = pairs_by_state([project])[project.pk].value, verdicts_a_day(project).value
    assert live[0] == {"queued": 2, "decided": 1}
    assert [count for _, count in live[1]] == [0] * 29 + [1]
    for name in ("PAIRS", "VERDICTS"):
        monkeypatch.setattr(figures, name, replace(getattr(figures, name), most=0))
    keep_figures(project)
    kept = pairs_by_state([project])[project.pk], verdicts_a_day(project)
    assert (kept[0].value, kept[1].value) == live
    assert None not in (kept[0].kept_since, kept[1].kept_since)


def test_large_and_small_projects_stand_side_by_side(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries
) -> None:
    small = queued_project(tmp_path, [("heart", "Herz")], slug="small")
    monkeypatch.setattr(figures, "PAIRS", replace(figures.PAIRS, most=1))
    keep_all_figures()
    with django_assert_num_queries(2):
        found = pairs_by_state([project, small])
    assert (found[project.pk].value, found[small.pk].value) == ({"queued": 3}, {"queued": 1})
    assert found[project.pk].kept_since is not None
    assert found[small.pk].kept_since is None
