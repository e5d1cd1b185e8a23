"""Runs a command with DATABASE_URL set to a private PostgreSQL: `python -m tests.postgres COMMAND …`.

TEST_DATABASE_URL names a server to use instead; otherwise the installed binaries serve a throw-away cluster on a
Unix socket.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

OPTIONS = (
    "-c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=60 "
    "-c autovacuum=off"  # whose statistics would come at any moment and change a plan
)


@contextmanager
def cluster(options: str = OPTIONS) -> Iterator[str]:
    """The URL of an empty database that is gone afterwards."""
    binaries = _binaries()
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name  # the server refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="tertium-pg-"))
    try:
        shutil.chown(folder, user)
        data = folder / "data"
        _run(user, binaries / "initdb", "-D", data, "-U", "tertium", "-A", "trust", "-E", "UTF8", "--no-sync")
        _run(user, binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", f"{options} -k {folder}", "start")
        try:
            yield f"postgres://tertium@{quote(str(folder), safe='')}/postgres"
        finally:
            _run(user, binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _binaries() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if not versions:
        sys.exit("No PostgreSQL here: install the system package postgresql, or set TEST_DATABASE_URL.")
    return versions[-1]


def _run(user: str, *command: str | Path) -> None:
    as_user = user if os.geteuid() == 0 else None
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL, cwd="/", user=as_user)


def main(command: list[str]) -> int:
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": given}).returncode
    with cluster() as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
