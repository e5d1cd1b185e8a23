import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections


@pytest.fixture
def real_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A test's SQLite database lies in memory and locks otherwise than a file, so threads get a copy on disk."""
    if connection.vendor != "sqlite":
        yield
        return
    in_memory = connections["default"]
    in_memory.ensure_connection()
    file = tmp_path / "race.sqlite3"
    copy = sqlite3.connect(file)
    in_memory.connection.backup(copy)
    copy.close()
    name = in_memory.settings_dict["NAME"]
    del connections["default"]
    in_memory.settings_dict["NAME"] = str(file)
    yield
    connections["default"].close()
    in_memory.settings_dict["NAME"] = name
    connections["default"] = in_memory
