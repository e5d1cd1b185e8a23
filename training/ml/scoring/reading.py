"""What the texts of the listed pairs say by themselves: words, letters, forms. No vectors, one thread: of long lists in
a process of its own, that works while neighbours are searched for.
"""

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread
from typing import IO, cast

from training.ml.scoring import lexicon, spelling, wording
from training.ml.scoring.forms import Forms, Norms
from training.ml.scoring.lexicon import Lexicon
from training.ml.scoring.listing import Floats, Listing
from training.ml.scoring.spelling import Spelling
from training.ml.scoring.surface import values
from training.ml.scoring.wording import Wording

BESIDE_FROM = 5_000  # pairs from which they are worth another process, which takes half a second to begin
ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-c", f"from {__name__} import answer; answer()")


class ReadingFailed(ValueError):
    """The process that reads the texts ended without an answer; the message gives its exit code."""


@dataclass(frozen=True, eq=False)
class Reading:
    lexicon: Lexicon
    spelling: Spelling  # of the targets
    wording: Wording  # of the targets
    norms: Norms
    surface: Floats  # (p, checks)


def read(listing: Listing) -> Reading:
    """All that the texts of p pairs say, without their vectors."""
    forms = Forms(listing)
    norms = forms.norms()
    return Reading(
        lexicon.learn(listing),
        spelling.learn(listing.target.texts),
        wording.learn(listing),
        norms,
        values(forms, norms),
    )


@contextmanager
def reading(listing: Listing, *, beside: bool) -> Iterator[Callable[[], Reading]]:
    """Gives what waits for the reading: `beside` other work it has begun by then, else it begins when it is asked for.
    Raises ReadingFailed."""
    if not beside or len(listing) < BESIDE_FROM:
        yield partial(read, listing)
        return
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        try:
            yield _asked(process, listing)
        finally:
            process.kill()  # has ended by itself, unless what went on beside it has failed


def answer() -> None:
    """The other process: a listing on its standard input, the reading on its output. It ends with who asked."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as told:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what anything prints is no part of the answer
        listing = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that began this one
        Thread(target=_end_with_input, daemon=True).start()
        gc.freeze()
        pickle.dump(read(listing), told, pickle.HIGHEST_PROTOCOL)


def _asked(process: "subprocess.Popen[bytes]", listing: Listing) -> Callable[[], Reading]:
    asks, told = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
    try:
        pickle.dump(listing.without_vectors, asks, pickle.HIGHEST_PROTOCOL)
        asks.flush()
    except BrokenPipeError as error:
        with suppress(BrokenPipeError):
            asks.close()
        raise _failed(process) from error

    def found() -> Reading:
        try:
            answered: Reading = pickle.load(told)  # noqa: S301 - from a process of our own
        except (EOFError, pickle.UnpicklingError) as error:
            raise _failed(process) from error
        return answered

    return found


def _failed(process: "subprocess.Popen[bytes]") -> ReadingFailed:
    return ReadingFailed(
        f"The process that reads the texts ended with code {process.wait()}: see the log for why, and scan again. "
        "Code -9 is what a system gives that has no memory left."
    )


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(1)
