"""What a measurement's peak of memory counts."""

import subprocess
import sys

import psutil

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
