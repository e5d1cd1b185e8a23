"""Writing that is seen whole or not at all: temporary name, fsync, rename."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PARTIAL = ".partial-"


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Gives an empty folder to fill; it becomes `target` when the block ends well, and vanishes otherwise.

    A `target` that is there already is replaced.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f"{PARTIAL}{target.name}-", dir=target.parent))
    try:
        yield partial
        for path in partial.rglob("*"):
            _sync(path)
        _sync(partial)
        partial.chmod(0o755)
        if target.exists():
            target.rename(partial.with_name(f"{partial.name}-old"))
        partial.rename(target)
        _sync(target.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(partial.with_name(f"{partial.name}-old"), ignore_errors=True)


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Gives a file name to write to; the file becomes `target` when the block ends well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{PARTIAL}{target.name}-{os.getpid()}")
    try:
        yield partial
        _sync(partial)
        partial.replace(target)
        _sync(target.parent)
    finally:
        partial.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
