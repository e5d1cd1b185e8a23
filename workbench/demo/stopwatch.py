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
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self.seconds: dict[str, float] = kept.get("finished", {})
        self._interrupted: dict[str, float] = kept.get("interrupted", {})

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """What an interrupted run has spent on the stage counts too, once it is finished."""
        start = time.monotonic()
        finished = False
        try:
            yield
            finished = True
        finally:
            spent = round(self._interrupted.pop(name, 0.0) + time.monotonic() - start, 1)
            (self.seconds if finished else self._interrupted)[name] = spent
            kept = {"finished": self.seconds, "interrupted": self._interrupted}
            self._path.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        self._say(f"{name}: {spent:.1f} s")

    def total(self) -> float:
        return round(sum(self.seconds.values()), 1)
