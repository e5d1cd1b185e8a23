"""A list is read by the index that suits its length, once SQLite knows how long it is."""

from pathlib import Path

import pytest
from django.db import connection

from annotations.actions import refresh_statistics
from annotations.models import Concept, TermPair
from tests.annotations.builder import queued_project

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def known() -> dict[str, int]:
    """Index → rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT idx, CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE idx IS NOT NULL")
        return dict(cursor.fetchall())


def test_sqlite_learns_how_long_its_tables_are(tmp_path: Path) -> None:
    queued_project(tmp_path)
    refresh_statistics()
    assert known()["families_of_a_role"] == Concept.objects.count()


def test_an_index_of_what_is_nearly_always_empty_stays_in_use(tmp_path: Path) -> None:
    project = queued_project(tmp_path)
    refresh_statistics()
    assert not [name for name in known() if "correction_of" in name]
    for pair in TermPair.objects.filter(project=project):
        assert "correction_of" in TermPair.objects.filter(correction_of=pair).explain()
