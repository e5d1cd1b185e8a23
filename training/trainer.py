"""Runs the training process of a round: in its own group, tethered to this process, its events read as JSON lines."""

import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from training.ml.records import Event
from workbench.tether import tethered

POLL_SECONDS = 0.2
LOG = "trainer.log"


class TrainerFailed(ValueError):
    """The training process ended without a result; the message is its own last sentence where it had one."""


def run_trainer(folder: Path, emit: Callable[[Event], None], check: Callable[[], None]) -> None:
    """Returns when the result is in `folder`. What `check` raises ends the process with all its children."""
    with _started(folder) as process:
        for line in _lines(process, check):
            emit(json.loads(line))
        while process.poll() is None:
            check()
            with suppress(subprocess.TimeoutExpired):
                process.wait(POLL_SECONDS)
    if process.returncode != 0:
        raise TrainerFailed(_sentence(folder, process.returncode))


@contextmanager
def _started(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / LOG).open("ab") as log:
        process = subprocess.Popen(
            tethered([sys.executable, "-m", "training.ml.train", str(folder)]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=settings.BASE_DIR,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _lines(process: subprocess.Popen[bytes], check: Callable[[], None]) -> Iterator[bytes]:
    """Lines that are JSON objects; whatever else a library prints is no event."""
    assert process.stdout is not None  # noqa: S101 - it was asked for
    output = process.stdout.fileno()
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while True:
            check()
            if not selector.select(POLL_SECONDS):
                continue
            if not (chunk := os.read(output, 1 << 16)):
                return
            *lines, rest = (rest + chunk).split(b"\n")
            yield from (line for line in lines if line.startswith(b"{"))


def _sentence(folder: Path, code: int) -> str:
    said = (folder / LOG).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    last = said[-1].strip() if said else ""
    if code == 2 and last:
        return last
    if code < 0:
        how = f"was ended by {signal.Signals(-code).name}"
        hint = " (often too little memory)" if -code == signal.SIGKILL else ""
        return f"The training process {how}{hint}: its log is {folder / LOG}."
    return f"The training process failed ({last or f'exit code {code}'}): its log is {folder / LOG}."
