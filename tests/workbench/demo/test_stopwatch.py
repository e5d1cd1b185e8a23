import time
from pathlib import Path

import pytest

from workbench.demo.stopwatch import Stopwatch

NAP = 0.11  # seconds; the watch keeps tenths


def watch(folder: Path, said: list[str] | None = None) -> Stopwatch:
    return Stopwatch(folder / "seconds.json", (said if said is not None else []).append)


def test_a_later_run_knows_what_an_earlier_one_took(tmp_path: Path) -> None:
    said: list[str] = []
    with watch(tmp_path, said).stage("scan"):
        time.sleep(NAP)

    assert 0.1 <= watch(tmp_path).seconds["scan"] == watch(tmp_path).total() < 5
    assert said == [f"scan: {watch(tmp_path).seconds['scan']:.1f} s"]


def test_interrupted_time_counts_once_the_stage_is_finished(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        _interrupted(watch(tmp_path))
    assert watch(tmp_path).seconds == {}

    with watch(tmp_path).stage("scan"):
        time.sleep(NAP)
    assert watch(tmp_path).seconds["scan"] >= 0.2


def test_a_stage_that_is_done_anew_is_not_added_up(tmp_path: Path) -> None:
    for _ in range(3):
        with watch(tmp_path).stage("scan"):
            time.sleep(NAP)

    assert watch(tmp_path).seconds["scan"] < 0.3


def _interrupted(stopwatch: Stopwatch) -> None:
    with stopwatch.stage("scan"):
        time.sleep(NAP)
        raise KeyboardInterrupt
