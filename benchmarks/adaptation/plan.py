"""Which cells there are, the weightiest first, and running those that have no result yet, each in its own process."""

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.adaptation.beds import DOMAINS, Setting
from benchmarks.adaptation.cell import ENCODER, PEERS
from benchmarks.adaptation.figures import SAME_FOR_ALL
from benchmarks.adaptation.tertium import VARIANTS

TERTIUM = "Tertium"
COMPARED = ("Procrustes", TERTIUM, *PEERS, *VARIANTS)
VERDICTS = (1_000, 300, 100, 3_000)
WRONG = (0.0, 0.05)
SEEDS = (0, 1, 2)
QUICK = Setting(verdicts=200, tested=500)
QUICK_COMPARED = ("Procrustes", TERTIUM, "maps alone", "sentence-transformers", "sentence-transformers, upper layers")
BASE = "centred + CSLS"


@dataclass(frozen=True)
class Task:
    arm: str
    setting: Setting
    changes: dict[str, Any] = field(default_factory=dict)  # of Tertium's recipe
    epochs: int | None = None

    @property
    def file(self) -> str:
        words = [self.setting.name, self.arm, *(f"{name}={value}" for name, value in self.changes.items())]
        words += [] if self.epochs is None else [f"{self.epochs} epochs"]
        return "".join(letter if letter.isalnum() or letter in "-=." else "_" for letter in " ".join(words)) + ".json"


def quick() -> list[Task]:
    return [Task(arm, QUICK) for arm in (*SAME_FOR_ALL, *QUICK_COMPARED)]


def full(split: str = "test") -> list[Task]:
    """1,000 clean verdicts on medicine come first, then wrong verdicts, other numbers of them, and law."""
    columns = sorted(
        (Setting(domain, verdicts, wrong, seed, split)
         for domain in DOMAINS for verdicts in VERDICTS for wrong in WRONG for seed in SEEDS),
        key=lambda one: (DOMAINS.index(one.domain), VERDICTS.index(one.verdicts), one.wrong, one.seed),
    )  # fmt: skip
    return [Task(arm, one) for one in columns for arm in (*_unseeing(one), *COMPARED)]


def _unseeing(one: Setting) -> tuple[str, ...]:
    return SAME_FOR_ALL if one == replace(one, verdicts=VERDICTS[0], wrong=0.0, seed=0) else ()


def results(tasks: Iterable[Task], folder: Path) -> Iterator[dict[str, Any]]:
    for task in tasks:
        if (folder / task.file).exists():
            yield json.loads((folder / task.file).read_text(encoding="utf-8"))


def run(tasks: Sequence[Task], var: Path, folder: Path, minutes: float) -> int:
    """Runs what has no result yet, until the minutes are over; returns how many are still missing."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [task for task in tasks if not (folder / task.file).exists()]
    ends = time.monotonic() + 60 * minutes
    for number, task in enumerate(missing):
        if time.monotonic() > ends:
            return len(missing) - number
        began = time.monotonic()
        print(f"{number + 1} of {len(missing)}: {task.arm}, {task.setting.name}", flush=True)
        told = {**asdict(task), "var": str(var), "out": str(folder / task.file)}
        subprocess.run([sys.executable, "-m", "benchmarks.adaptation.cell", json.dumps(told)], check=True)
        print(f"  {time.monotonic() - began:.0f} s", flush=True)
    return 0


__all__ = ["BASE", "ENCODER", "Task", "full", "quick", "results", "run"]
