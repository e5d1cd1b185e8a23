"""Each filter of the lists walks an index in the order of the queue: otherwise a million pairs are slow."""

from pathlib import Path

import pytest
from django.db import connection

from annotations import history
from annotations.actions import Answer, answer
from annotations.concepts import sibling_terms
from annotations.models import Project
from annotations.queue import listed, skips
from tests.annotations.builder import make_user, pair_of, queued_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = queued_project(tmp_path)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # of six pairs it would read all, whatever index there is
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
            )
    return project


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "pairs_in_order"),
        ({"state": "conflict"}, "pairs_of_a_state"),
        ({"language": "de"}, "pairs_of_a_language"),
        ({"language": "de", "state": "conflict"}, "pairs_of_language_and_state"),
        ({"outcome": "antonym"}, "pairs_of_any_outcome"),
        ({"outcome": "antonym", "state": "decided"}, "pairs_of_any_outcome"),
        ({"language": "de", "outcome": "antonym"}, "pairs_of_language_and_outcome"),
        ({"language": "de", "outcome": "antonym", "state": "decided"}, "pairs_of_language_and_outcome"),
    ],
)
def test_each_filter_has_its_index(project: Project, wanted: dict[str, str], index: str) -> None:
    rows = listed(project, **wanted).values_list("pk", "position")[:26]
    assert index in rows.explain()


def test_what_one_skipped_is_found_without_a_walk_through_all_that_is_queued(project: Project) -> None:
    plan = skips(project, make_user("ann")).explain()
    assert "verdicts_by_decision" in plan
    assert "pairs_of_a_state" not in plan


def test_ones_own_answers_are_found_without_a_walk_through_everybodys(project: Project) -> None:
    plan = history.of(project, make_user("ann")).explain()
    assert "reviewer" in plan
    assert "SEARCH annotations_verdict USING INDEX sqlite_autoindex" not in plan  # that of `undoes`


def test_a_family_is_found_without_a_walk_through_all_concepts(project: Project) -> None:
    assert "families_of_a_role" in sibling_terms(pair_of(project, "heart")).explain()


def test_an_outcome_means_decided(project: Project) -> None:
    pair = pair_of(project, "heart")
    answer(pair, make_user("ann"), Answer("related"))
    assert list(listed(project, outcome="related")) == [pair]
    assert list(listed(project, outcome="related", state="decided")) == [pair]
    assert list(listed(project, outcome="related", state="queued")) == []
