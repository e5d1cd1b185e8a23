"""Progress of long work: stages call `Progress(stage, done, total)`; a terminal shows a bar, all else nothing."""

import sys
from collections.abc import Callable
from typing import TextIO

from tqdm import tqdm

Progress = Callable[[str, int, int], None]


def no_progress(stage: str, done: int, total: int) -> None:
    """Shows nothing: for machines, tests and pipes."""


class TerminalProgress:
    """One bar a stage, one after the other; a total of 0 means that it isn't known."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stage = ""
        self._bar: tqdm | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage or self._bar is None:
            self.close()
            self._stage = stage
            self._bar = tqdm(total=total or None, desc=stage, file=self._stream, unit="", dynamic_ncols=True)
        self._bar.total = total or None
        self._bar.update(done - self._bar.n)
        if total and done >= total:
            self.close()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._stage, self._bar = "", None


def terminal_progress(stream: TextIO | None = None) -> Progress:
    """Bars on standard error (or `stream`) when that is a terminal, else `no_progress`."""
    stream = stream or sys.stderr
    return TerminalProgress(stream) if stream.isatty() else no_progress
