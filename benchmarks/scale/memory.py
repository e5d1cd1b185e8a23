"""The memory that a process and all that it has started hold together, at its most."""

from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

import psutil

EVERY = 0.1  # seconds


class Peak:
    """Looks ten times a second for as long as the block lasts; `gb` is the most that was seen.

    Pages that two processes share are counted in each, so that it is rather too much than too little.
    """

    def __init__(self) -> None:
        self.gb = 0.0
        self._own = psutil.Process()
        self._ended = Event()
        self._one_at_a_time = Lock()
        self._thread = Thread(target=self._keep_looking, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def look(self) -> None:
        held = sum(_held(one) for one in [self._own, *self._own.children(recursive=True)]) / 2**30
        with self._one_at_a_time:  # else a look that began earlier could put a smaller figure in place of a larger
            self.gb = max(self.gb, held)

    def _keep_looking(self) -> None:
        self.look()
        while not self._ended.wait(EVERY):
            self.look()


def _held(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:  # it has ended since it was listed
        return 0
