"""A job's folder is there with all that belongs to it, or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.ml.jobs import QUICK, prepare
from training.ml.fitting import job
from training.ml.fitting.job import read_job


class Died(BaseException):
    """A power cut, from inside."""


def test_a_job_that_was_not_written_to_its_end_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(path: Path, text: str) -> None:
        if path.name == "replay.jsonl":
            raise Died

    with monkeypatch.context() as broken, pytest.raises(Died):  # noqa: PT012
        broken.setattr(job, "_write", die)
        prepare(tmp_path)

    assert not (tmp_path / "job").exists()


def test_a_job_takes_the_place_of_the_former_one(tmp_path: Path) -> None:
    former = prepare(tmp_path)
    (former.folder / "result").mkdir()

    made = prepare(tmp_path, replace(QUICK, seed=1), parent=former.backbone)

    assert read_job(made.folder).recipe.seed == 1
    assert not (made.folder / "result").exists()
