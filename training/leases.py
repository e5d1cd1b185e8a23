"""Who runs a round: claims, heartbeats and transitions, each one conditional UPDATE.

The row is the truth. A claim adds one to `attempt`, and every later write names the attempt it belongs to: a process
that was taken for dead and comes back changes nothing.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import Error, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from training.models import Round

log = logging.getLogger(__name__)
States = Round.States
P = ParamSpec("P")
Result = TypeVar("Result")
BUSY_SECONDS = 300.0  # a round of many minutes isn't given up for a long import, or a database that is restarted
BEATS_A_LEASE = 4
CANCEL_SECONDS = 2.0  # at most, until a worker hears of a cancel
MAX_DEATHS = 5  # of one round's workers: a trainer that takes its worker down every time has a defect

TRANSITIONS: dict[str, frozenset[str]] = {
    States.QUEUED: frozenset({States.RUNNING, States.CANCELLED}),
    States.RUNNING: frozenset({States.RUNNING, States.EVALUATED, States.FAILED, States.CANCELLED}),
    States.EVALUATED: frozenset({States.PROMOTED, States.REJECTED}),
    States.PROMOTED: frozenset(),
    States.REJECTED: frozenset(),
    States.CANCELLED: frozenset(),
    States.FAILED: frozenset(),
}


class LostLease(RuntimeError):
    """Another attempt has the round, or it has ended: this one stops and writes nothing more."""


class Cancelled(RuntimeError):
    """The lead asked for an end."""


def move(rounds: QuerySet[Round], to: str, **fields: Any) -> bool:
    """Moves those of `rounds` that may become `to`; says whether one did. The only place that writes `Round.state`."""
    allowed = [state for state, following in TRANSITIONS.items() if to in following]
    return rounds.filter(state__in=allowed).update(state=to, **fields) == 1


def lapsed(now: datetime) -> Q:
    """A running round whose worker hasn't been heard of; one that never was counts too."""
    return Q(state=States.RUNNING) & (Q(lease_expires_at__isnull=True) | Q(lease_expires_at__lt=now))


def hopeless() -> Q:
    """A round that has lost too many workers; those that were told to stop don't count."""
    return Q(attempt__gte=F("given_back") + MAX_DEATHS)


def patiently(write: Callable[P, Result]) -> Callable[P, Result]:
    """Tries a whole write again while the database is busy or away; what it does must be one transaction."""

    @wraps(write)
    def written(*args: P.args, **kwargs: P.kwargs) -> Result:
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                return write(*args, **kwargs)
            except OperationalError:
                if connection.in_atomic_block or time.monotonic() > deadline:
                    raise
                log.warning("the database is busy or away: trying again", exc_info=True)
                connection.close_if_unusable_or_obsolete()
                time.sleep(0.5)

    return written


@dataclass
class Lease:
    """The right of one attempt to write to its round."""

    round_id: int
    attempt: int
    lost: bool = False
    cancelled: bool = False

    def rounds(self) -> QuerySet[Round]:
        return Round.objects.filter(pk=self.round_id, attempt=self.attempt, state=States.RUNNING)

    @patiently
    def write(self, **fields: Any) -> None:
        """Writes to the round while it is this attempt's; every write is a heartbeat. Raises LostLease."""
        if self.rounds().update(lease_expires_at=_expiry(), **fields) != 1:
            self.lost = True
        self.check()

    def check(self) -> None:
        if self.lost:
            raise LostLease(f"Attempt {self.attempt} of round {self.round_id} has lost its lease and stops.")
        if self.cancelled:
            raise Cancelled(f"Round {self.round_id} was cancelled.")

    @patiently
    def end(self, to: str, **fields: Any) -> None:
        """Ends the attempt. Raises LostLease when somebody else has the round."""
        if not move(self.rounds(), to, finished_at=timezone.now(), lease_expires_at=None, **fields):
            self.lost = True
            self.check()

    def give_back(self) -> None:
        """Lets the next worker go on at once, for this one has to stop."""
        self.rounds().update(lease_expires_at=timezone.now(), given_back=F("given_back") + 1)

    def beat(self) -> None:
        self.lost = self.rounds().update(lease_expires_at=_expiry()) != 1
        self.cancelled = self.rounds().filter(cancel_requested=True).exists()


def claim(round_id: int) -> Lease | None:
    """Takes a queued or abandoned round; None when another process has it, or nobody may have it any more."""
    now = timezone.now()
    free = Round.objects.filter(Q(state=States.QUEUED) | lapsed(now), pk=round_id, cancel_requested=False)
    taken = {"attempt": F("attempt") + 1, "lease_expires_at": _expiry(), "error": ""}
    with transaction.atomic():  # so that the attempt read back is the one just written
        if not move(free.exclude(hopeless()), States.RUNNING, **taken):
            return None
        return Lease(round_id, Round.objects.values_list("attempt", flat=True).get(pk=round_id))


@contextmanager
def kept(lease: Lease) -> Iterator[Lease]:
    """Beats from a thread of its own: a long step that says nothing doesn't lose its lease."""
    stop = threading.Event()
    pause = min(CANCEL_SECONDS, settings.LEASE_SECONDS / BEATS_A_LEASE)

    def keep() -> None:
        while not stop.wait(pause) and not lease.lost:
            try:
                lease.beat()
            except Error:  # busy or restarted: the lease is long enough for the next beat
                log.warning("round %s: a heartbeat failed", lease.round_id, exc_info=True)
                connection.close()  # the next beat opens another
        connection.close()

    thread = threading.Thread(target=keep, name=f"lease-{lease.round_id}", daemon=True)
    thread.start()
    try:
        yield lease
    finally:
        stop.set()
        thread.join()


def _expiry() -> datetime:
    return timezone.now() + timedelta(seconds=settings.LEASE_SECONDS)
