"""Twenty reviewers empty a queue over HTTP while the web service is killed twice; `make bench-load` at full size."""

from pathlib import Path

import pytest

from benchmarks.load.drain import drain
from benchmarks.load.site import DATABASES, site
from benchmarks.load.size import Size
from tests.postgres import OPTIONS


@pytest.mark.services
@pytest.mark.parametrize("database", DATABASES)
def test_no_answer_is_given_twice_or_lost_when_the_web_service_is_killed(database: str, tmp_path: Path) -> None:
    size = Size(queued=100, overlap=2)

    with site(tmp_path, database, OPTIONS) as where:
        drained = drain(where, size, kill=True)

    assert drained.broken() == {}
    assert drained.acknowledged >= size.queued * size.overlap
    assert drained.kills == 2
