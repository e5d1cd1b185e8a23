"""Seconds of each stage, kept in a file, so that a run that reuses a stage still knows what it took."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class Stopwatch:
    def __init__(self, path: Path, say: Callable[[str], None]) -> None:
        self._path = path
        self._say = say
        self.seconds: dict[str, float] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Adds to what an interrupted run has spent on the stage already."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.monotonic() - start, 1)
            self._path.write_text(json.dumps(self.seconds, indent=1), encoding="utf-8")
        self._say(f"{name}: {self.seconds[name]:.1f} s")

    def total(self) -> float:
        return round(sum(self.seconds.values()), 1)
