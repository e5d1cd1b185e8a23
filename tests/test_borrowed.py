"""What `make screenshots` photographs: a copy of the demo's database, and never an empty one."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.borrowed import DATABASE, NoDemo, copy


def demo(folder: Path, *rows: str) -> Path:
    folder.mkdir()
    with closing(sqlite3.connect(folder / DATABASE)) as made:
        made.executescript("CREATE TABLE training_evaluation (id INTEGER);" + "".join(rows))
    return folder


def test_a_finished_demo_is_copied_and_left_alone(tmp_path: Path) -> None:
    source = demo(tmp_path / "var", "INSERT INTO training_evaluation VALUES (7);")
    before = (source / DATABASE).read_bytes()
    target = tmp_path / "copy"
    target.mkdir()
    copy(source, target)
    with closing(sqlite3.connect(target / DATABASE)) as found:
        assert found.execute("SELECT id FROM training_evaluation").fetchall() == [(7,)]
    assert (source / DATABASE).read_bytes() == before


@pytest.mark.parametrize("state", ["nothing", "no tables", "nothing measured"])
def test_without_a_finished_demo_it_says_what_to_run(tmp_path: Path, state: str) -> None:
    source = tmp_path / "var"
    if state == "nothing measured":
        demo(source)
    elif state == "no tables":
        source.mkdir()
        sqlite3.connect(source / DATABASE).close()
    with pytest.raises(NoDemo, match="make demo SERVE=0"):
        copy(source, tmp_path)
