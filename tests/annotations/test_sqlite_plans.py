"""SQLite keeps no statistics of its own: left to itself, it walks through a whole list to find a few rows in order."""

from pathlib import Path

import pytest
from django.db import connection

from annotations import history
from annotations.concepts import terms_in_family
from annotations.models import Project
from annotations.queue import skips
from annotations.verdicts import gold_of
from tests.annotations.builder import make_user, pair_of, queued_project

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return queued_project(tmp_path)


def test_what_one_skipped_is_found_without_a_walk_through_all_that_is_queued(project: Project) -> None:
    plan = skips(project, make_user("ann")).explain()
    assert "verdicts_by_decision" in plan
    assert "pairs_of_a_state" not in plan


def test_ones_own_answers_are_found_without_a_walk_through_everybodys(project: Project) -> None:
    plan = history.of(project, make_user("ann")).explain()
    assert "reviewer" in plan
    assert "SEARCH annotations_verdict USING INDEX sqlite_autoindex" not in plan  # that of `undoes`


def test_a_family_is_found_without_a_walk_through_all_concepts(project: Project) -> None:
    own = pair_of(project, "heart").concept
    found = terms_in_family.__wrapped__(project.pk, own.family, own.role, own.pk, "en", "de", 0)
    assert "families_of_a_role" in found.explain()


def test_gold_pairs_are_found_without_a_walk_through_all_pairs(project: Project) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(
            "UPDATE sqlite_stat1 SET stat = '1000000 ' || substr(stat, 3) WHERE tbl LIKE 'annotations_term%'"
        )
        cursor.execute("ANALYZE sqlite_schema")  # reads it again
    plan = gold_of(project).order_by("-pk").select_related("pair__source_term")[:9].explain()
    assert "SCAN annotations_goldpair" in plan
    assert "SCAN annotations_termpair" not in plan
