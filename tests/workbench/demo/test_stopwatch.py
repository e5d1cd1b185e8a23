from pathlib import Path

import pytest

from workbench.demo import stopwatch
from workbench.demo.stopwatch import Stopwatch


class Clock:
    seconds = 100.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(stopwatch, "time", found)
    return found


def watch(folder: Path, said: list[str] | None = None) -> Stopwatch:
    return Stopwatch(folder / "seconds.json", (said if said is not None else []).append)


def test_a_later_run_knows_what_an_earlier_one_took(clock: Clock, tmp_path: Path) -> None:
    said: list[str] = []
    with watch(tmp_path, said).stage("scan"):
        clock.seconds += 2.34

    assert watch(tmp_path).seconds["scan"] == watch(tmp_path).total() == 2.3
    assert said == ["scan: 2.3 s"]


def test_interrupted_time_counts_once_the_stage_is_finished(clock: Clock, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        _interrupted(watch(tmp_path), clock)
    assert watch(tmp_path).seconds == {}

    with watch(tmp_path).stage("scan"):
        clock.seconds += 2.0
    assert watch(tmp_path).seconds["scan"] == 3.0


def test_a_stage_that_is_done_anew_is_not_added_up(clock: Clock, tmp_path: Path) -> None:
    for seconds in (3.0, 2.0, 1.0):
        with watch(tmp_path).stage("scan"):
            clock.seconds += seconds

    assert watch(tmp_path).seconds["scan"] == 1.0


def _interrupted(stopwatch: Stopwatch, clock: Clock) -> None:
    with stopwatch.stage("scan"):
        clock.seconds += 1.0
        raise KeyboardInterrupt
