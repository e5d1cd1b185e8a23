"""A real web server on a database of its own, as a subprocess: what the browser tests and the screenshots look at."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
SET_UP = (
    ["-m", "workbench.catalogues", "compile"], ["manage.py", "migrate", "--verbosity", "0"],
    ["-m", "tests.browser.build"],
)  # fmt: skip
PASSWORD = "a-long-enough-phrase"  # of everybody in the database that `build` fills


@contextmanager
def served(folder: Path, set_up: Sequence[list[str]] = SET_UP) -> Iterator[str]:
    """Yields the address. No broker runs: the pages have to say so where it matters."""
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "workbench.settings", "TERTIUM_VAR": str(folder), "DEBUG": "0",
    }  # fmt: skip
    for name in ("DATABASE_URL", "REDIS_URL", "TERTIUM_STORE"):
        environment.pop(name, None)
    for command in set_up:
        subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)
    port = _free_port()
    web = [sys.executable, "-m", "gunicorn", "workbench.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    with (folder / "web.log").open("w") as log:
        process = subprocess.Popen(web, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, process)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/livez", timeout=5):
                return
        except OSError:  # refused, or too busy yet
            time.sleep(0.2)
    raise RuntimeError(f"The web server did not start: see web.log beside the database ({address}).")
