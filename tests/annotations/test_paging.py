from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations import queue
from annotations.actions import Answer, answer, undo_last
from annotations.models import Project, TermPair, Verdict
from annotations.paging import keyset
from tests.annotations.builder import PAIRS, make_user, pair_of, queued_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return queued_project(tmp_path)


def walk(rows: object, keys: tuple[str, ...], size: int) -> list[list[int]]:
    pages, after = [], ""
    while True:
        found = keyset(rows, keys, size=size, after=after)
        pages.append([row.pk for row in found.rows])
        after = found.after
        if not after:
            return pages


@pytest.mark.parametrize("keys", [("pk",), ("-pk",), ("position", "pk"), ("-position", "pk"), ("target_term", "-pk")])
@pytest.mark.parametrize("size", [1, 2, 3, 6, 7])
def test_every_row_comes_once_and_in_order(project: Project, keys: tuple[str, ...], size: int) -> None:
    rows = TermPair.objects.filter(project=project)
    pages = walk(rows, keys, size)
    assert [pk for page in pages for pk in page] == list(rows.order_by(*keys).values_list("pk", flat=True))
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)


def test_rows_with_the_same_first_key_are_not_lost(project: Project) -> None:
    TermPair.objects.filter(project=project).update(position=7)
    pages = walk(TermPair.objects.filter(project=project), ("position", "pk"), 2)
    assert [len(page) for page in pages] == [2, 2, 2]


@pytest.mark.parametrize("after", ["", "x", "1", "1-2-3", "1-x", "-1-2", "١-٢", f"{10**30}-1"])
def test_nonsense_is_the_first_page(project: Project, after: str) -> None:
    rows = queue.listed(project)
    assert keyset(rows, ("position", "pk"), size=2, after=after).rows == keyset(rows, ("position", "pk"), size=2).rows


def test_a_row_that_is_gone_does_not_end_the_list(project: Project) -> None:
    rows = TermPair.objects.filter(project=project)
    first = keyset(rows, ("pk",), size=2)
    first.rows[-1].delete()
    assert len(keyset(rows, ("pk",), size=10, after=first.after).rows) == len(PAIRS) - 2


def test_a_page_costs_two_queries_and_joins_only_its_own_rows(project: Project) -> None:
    rows = queue.listed(project).select_related("source_term", "concept")
    with CaptureQueriesContext(connection) as queries:
        found = keyset(rows, ("position", "pk"), size=2)
        assert [row.source_term.text for row in found.rows] == ["heart", "lung"]
    assert len(queries) == 2
    assert "JOIN" not in queries[0]["sql"]


def test_the_list_filters_by_state_language_and_outcome(project: Project) -> None:
    ann = make_user("ann")
    answer(pair_of(project, "heart"), ann, Answer("equivalent"))
    answer(pair_of(project, "lung"), ann, Answer("related"))
    answer(pair_of(project, "liver"), ann, Answer("flagged"))
    texts = lambda **wanted: [pair.source_term.text for pair in queue.listed(project, **wanted)]  # noqa: E731
    assert texts() == [source for source, _ in PAIRS]
    assert texts(state="decided") == ["heart", "lung"]
    assert texts(outcome="related") == ["lung"]
    assert texts(state="flagged", language="de") == ["liver"]
    assert texts(language="fr") == []


def test_the_outcome_goes_with_the_decision(project: Project) -> None:
    ann, pair = make_user("ann"), pair_of(project, "heart")
    answer(pair, ann, Answer("equivalent"))
    assert pair.outcome == TermPair.objects.get(pk=pair.pk).outcome == "equivalent"
    undo_last(project, ann)
    assert TermPair.objects.get(pk=pair.pk).outcome == ""
    assert Verdict.objects.count() == 2
