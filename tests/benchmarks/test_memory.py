"""What a measurement's peak of memory counts."""

import subprocess
import sys
from threading import Event, Thread

import psutil
import pytest

from benchmarks.scale import memory
from benchmarks.scale.memory import Peak

HELD = 200 * 2**20
HOLD = f"held = b'x' * {HELD}; print(len(held), flush=True); input()"


def test_memory_of_a_process_beside_counts_while_both_run() -> None:
    with (
        Peak() as peak,
        subprocess.Popen(
            [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as beside,
    ):
        assert beside.stdout
        beside.stdout.readline()
        own = psutil.Process().memory_info().rss
        peak.look()
        beside.communicate("\n")
    assert peak.gb * 2**30 > own + 0.9 * HELD


def test_a_look_that_ends_late_does_not_hide_a_larger_one(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, larger_is_in = Event(), Event()

    def late() -> None:
        monkeypatch.setattr(memory, "_held", wait_with_little)
        peak.look()

    def wait_with_little(process: psutil.Process) -> int:
        begun.set()
        larger_is_in.wait(10)
        return 0

    peak = Peak()
    looking = Thread(target=late)
    looking.start()
    begun.wait(10)
    monkeypatch.setattr(memory, "_held", lambda process: HELD)
    peak.look()
    larger_is_in.set()
    looking.join()
    assert peak.gb >= HELD / 2**30
