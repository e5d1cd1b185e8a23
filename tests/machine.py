"""A machine of its own for tests with real processes: database, store, broker and workers in one folder."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 240.0  # seconds, for a busy machine


class Machine:
    """Runs our commands as a user does, and reads the database as nobody else should."""

    def __init__(self, folder: Path, encoder: Path, **environment: str) -> None:
        self.folder = folder
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("TERTIUM_", "REDIS_"))}
        mine = {"TERTIUM_VAR": str(folder), "TERTIUM_ENCODER": str(encoder), "TERTIUM_LEASE_SECONDS": "3"}
        # One thread each: two processes share these cores.
        self.environment = outside | mine | {"OMP_NUM_THREADS": "1", "DATABASE_URL": ""} | environment

    def manage(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def call(self, code: str) -> None:
        """Runs Python with the project's models at hand."""
        self.manage("shell", "--no-imports", "--command", code)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "tertium.sqlite3", timeout=20)) as database:
            return database.execute(query, values).fetchall()

    def round(self, columns: str = "state, attempt, step") -> tuple[Any, ...]:
        return self.rows(f"SELECT {columns} FROM training_round ORDER BY id DESC")[0]

    @contextmanager
    def serving(self, *services: str) -> Iterator[subprocess.Popen[str]]:
        """`manage.py serve`, stopped by Ctrl-C at the end if it still runs."""
        process = subprocess.Popen(
            [
                sys.executable,
                "manage.py",
                "serve",
                "--bind",
                "127.0.0.1:0",
                *(["--only", *services] if services else []),
            ],
            cwd=ROOT,
            env=self.environment,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)

    def log(self, name: str) -> str:
        path = self.folder / "log" / f"{name}.log"
        return path.read_text() if path.exists() else ""

    def processes(self) -> dict[int, str]:
        """Every living process that works in this folder, by its environment or (Valkey, a trainer) its arguments."""
        mine = f"TERTIUM_VAR={self.folder}\0".encode()
        found = _all_processes()
        return {pid: words for pid, words, environ in found if mine in environ + b"\0" or str(self.folder) in words}

    def pid(self, what: str) -> int | None:
        """The first process whose command line holds `what`."""
        return next((pid for pid, words in sorted(self.processes().items()) if what in words), None)


def until(what: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Waits for a true value and returns it."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds} s"
        time.sleep(0.05)
    return found


def _all_processes() -> Iterator[tuple[int, str, bytes]]:
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environ = (folder / "environ").read_bytes()
        except OSError:
            continue
        if words:  # a zombie has none
            yield int(folder.name), words, environ
