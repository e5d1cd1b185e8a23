"""Starts what a one-machine run needs: broker, workers, beat and web; together, and stopped together.

Each service is tethered to this process, so that none outlives it, not even when it is killed by SIGKILL.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Self

from django.conf import settings

from workbench import broker
from workbench.celery import SOFT_SECONDS
from workbench.tether import tethered

BROKER_SECONDS = 20.0  # until the broker answers: an append-only file has to be read first
GRACE_SECONDS = SOFT_SECONDS + 10.0  # for a service to end by itself when told to: a worker gives its task back last
RESTARTS = 5  # of one service within RESTART_WINDOW; then it has a defect and everything stops
RESTART_WINDOW = 60.0  # seconds
ALL = ("broker", "worker", "scanner", "trainer", "beat", "web")


class ServiceFailed(ValueError):
    """A service that can't be kept running; the message names its log."""


@dataclass(frozen=True)
class Service:
    name: str
    command: list[str]
    death_signal: signal.Signals = signal.SIGKILL  # when this process is killed and can't say goodbye
    environment: Mapping[str, str] = field(default_factory=dict)


def service(name: str, bind: str) -> Service:
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--app", "workbench.celery", "--quiet"]
    soft = {"REMAP_SIGTERM": "SIGQUIT"}  # billiard reads it: a worker told to stop gives its task back
    if name == "broker":
        return Service(name, broker.command(), signal.SIGTERM)
    if name == "worker":
        return Service(name, [*celery, "worker", *_node("default")], environment=soft)
    if name == "scanner":
        return Service(name, [*celery, "worker", *_node("scan")], environment=soft)
    if name == "trainer":
        return Service(name, [*celery, "worker", *_node("train"), "--max-tasks-per-child", "1"], environment=soft)
    if name == "beat":
        return Service(name, [*celery, "beat", "--loglevel", "INFO", "--pidfile", ""], signal.SIGTERM)
    if name == "web":
        gunicorn = ["gunicorn", "workbench.wsgi", "--bind", bind, "--workers", "2", "--threads", "4"]
        own = ["--config", "python:workbench.web_server", "--access-logfile", "-", "--no-control-socket"]
        return Service(name, [*python, *gunicorn, *own], signal.SIGQUIT)
    raise ServiceFailed(f"There is no service {name!r}: choose from {', '.join(ALL)}.")


def _node(queue: str) -> list[str]:
    where = ["--queues", queue, "--hostname", f"{queue}@%h", "--concurrency", "1"]
    return [*where, "--loglevel", "INFO", "--without-gossip", "--without-mingle"]


class Services:
    """`with Services(("broker", "worker")) as services: …`; leaving the block stops them all."""

    def __init__(
        self,
        names: Iterable[str] = ALL,
        *,
        bind: str = "127.0.0.1:8000",
        say: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self._names = list(names)
        self._bind = bind
        self._say = say
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._ends: dict[str, deque[float]] = {}
        self._lock: int | None = None

    def __enter__(self) -> Self:
        self._lock = _only_one()
        try:
            for name in self._names:
                self.start(name)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, name: str) -> None:
        """Starts one service; the broker only counts as started when it answers."""
        if name == "broker":
            if not broker.is_ours():
                broker.wait(broker.ANSWER_SECONDS)
                return
            broker.wait_until_gone(BROKER_SECONDS)
        self._running[name] = _spawn(service(name, self._bind))
        if name == "broker":
            broker.wait(BROKER_SECONDS, lambda: self._running[name].poll() is None)
        self._say(f"{name} started, log: {log(name)}")

    def pids(self) -> dict[str, int]:
        return {name: process.pid for name, process in self._running.items()}

    def revive(self) -> None:
        """Starts again what has ended. Raises ServiceFailed for one that keeps ending."""
        for name, process in list(self._running.items()):
            if process.poll() is None:
                continue
            ends = self._ends.setdefault(name, deque(maxlen=RESTARTS))
            if len(ends) == RESTARTS and time.monotonic() - ends[0] < RESTART_WINDOW:
                raise ServiceFailed(f"{name} ended {RESTARTS + 1} times within a minute: see {log(name)}.")
            ends.append(time.monotonic())
            self._say(f"{name} ended with {process.returncode}: starting it again")
            self.start(name)

    def watch(self, told: Sequence[signal.Signals], every: float = 0.5) -> None:
        """Keeps all services running until `told_to_stop` has something in it."""
        while not told:
            self.revive()
            time.sleep(every)

    def stop(self) -> None:
        """Ends the services, the broker last; what hasn't ended after a while is killed with its whole group."""
        for names in ([name for name in self._running if name != "broker"], ["broker"]):
            processes = [self._running.pop(name) for name in names if name in self._running]
            for process in processes:
                if process.poll() is None:
                    process.terminate()
            deadline = time.monotonic() + GRACE_SECONDS
            for process in processes:
                _end(process, deadline - time.monotonic())
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


@contextmanager
def told_to_stop() -> Iterator[Sequence[signal.Signals]]:
    """Gathers SIGINT and SIGTERM instead of dying of them; entered before the services start, it misses none."""
    told: list[signal.Signals] = []

    def note(number: int, frame: FrameType | None) -> None:
        told.append(signal.Signals(number))

    former = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def log(name: str) -> Path:
    return Path(settings.VAR_DIR / "log" / f"{name}.log")


def _spawn(service: Service) -> subprocess.Popen[bytes]:
    log(service.name).parent.mkdir(parents=True, exist_ok=True)
    with log(service.name).open("ab") as output:
        return subprocess.Popen(
            tethered(service.command, service.death_signal),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=settings.BASE_DIR,
            env={**os.environ, **service.environment},
            start_new_session=True,
        )


def _end(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(max(0.1, seconds))
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _only_one() -> int:
    """Takes the lock of this folder's services: two brokers on the same data would ruin it."""
    lock = os.open(settings.VAR_DIR / "services.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        who = os.read(lock, 20).decode() or "unknown"
        os.close(lock)
        raise ServiceFailed(f"Tertium already runs from {settings.VAR_DIR} (process {who}): stop it first.") from None
    os.truncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    return lock
