"""A list as long as it is seldom asked for is read by its index, once the database knows how long it is."""

from pathlib import Path

import pytest
from django.db import connection

from annotations.actions import refresh_statistics
from annotations.models import Concept
from tests.annotations.builder import queued_project

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def counted() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tbl, CAST(stat AS INTEGER) FROM sqlite_stat1")
        return dict(cursor.fetchall())


def test_sqlite_learns_how_long_its_tables_are(tmp_path: Path) -> None:
    queued_project(tmp_path)
    refresh_statistics()
    assert counted()["annotations_concept"] == Concept.objects.count()
    assert "annotations_verdict" not in counted()
