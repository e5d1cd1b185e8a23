"""An installation of its own: a folder, a database, and the web service as `manage.py serve` runs it in production."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests import postgres

ROOT = Path(__file__).parents[2]
DATABASES = ("sqlite", "postgres")
START_SECONDS = 120.0
# What a careful operator sets on a machine of some gigabytes; durability is left as it comes: on.
POSTGRES = (
    "-c listen_addresses= -c max_connections=60 -c shared_buffers=512MB "
    "-c effective_cache_size=4GB -c random_page_cost=1.1"
)
LISTENING = re.compile(r"Listening at: \S+ \((\d+)\)")


@dataclass
class Site:
    folder: Path
    environment: dict[str, str]
    port: int

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def python(self, *words: str, sent: str | None = None) -> Any:
        """Runs Python in this installation; its last line of output is JSON."""
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.environment, input=sent, stdout=subprocess.PIPE, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}")
        return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else None

    @contextmanager
    def serving(self) -> Iterator[None]:
        """What ends is started again, as in production, until the block is left."""
        command = [sys.executable, "manage.py", "serve", "--only", "web", "--bind", f"127.0.0.1:{self.port}"]
        out = subprocess.DEVNULL
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=out, start_new_session=True)
        try:
            self.wait()
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"The web server does not answer: see {self.folder / 'log'}.")

    def kill_web(self, whole: bool) -> int:
        """SIGKILL to gunicorn's master, or to it and its workers at once. Returns the master's id."""
        found = LISTENING.findall((self.folder / "log" / "web.log").read_text(encoding="utf-8"))
        master = int(found[-1])
        if whole:
            os.killpg(master, signal.SIGKILL)
        else:
            os.kill(master, signal.SIGKILL)
        return master

    def masters(self) -> list[int]:
        found = LISTENING.findall((self.folder / "log" / "web.log").read_text(encoding="utf-8"))
        return [int(pid) for pid in found]


@contextmanager
def site(folder: Path, database: str, options: str = POSTGRES) -> Iterator[Site]:
    """Migrated and empty; with `postgres`, on a private server that is gone afterwards."""
    if database == "postgres":
        with _server(options) as url:
            yield _made(folder, url)
    else:
        yield _made(folder, "")


@contextmanager
def _server(options: str) -> Iterator[str]:
    """The URL of an empty database, on the server that TEST_DATABASE_URL names or on a private one."""
    given = os.environ.get("TEST_DATABASE_URL")
    if not given:
        with postgres.cluster(options) as url:
            yield url
        return
    name = f"tertium_load_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(given)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _made(folder: Path, url: str) -> Site:
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("TERTIUM_", "REDIS_"))}
    own = {
        "TERTIUM_VAR": str(folder),
        "DATABASE_URL": url,
        "DEBUG": "0",
        "DJANGO_SETTINGS_MODULE": "workbench.settings",
    }
    made = Site(folder, outside | own, _free_port())
    made.python("manage.py", "migrate", "--verbosity", "0")
    return made


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
