"""Twenty reviewers empty a queue over HTTP, with the web service killed under their hands or not; then the database
is compared with what each of them was told."""

import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from benchmarks.load.reviewer import NO_SAY, Log, Reviewer
from benchmarks.load.site import Site
from benchmarks.load.size import PASSWORD, REVIEWERS, SLUG, Size

REST = 0.25  # seconds before asking an empty queue again: a skip may have filled it
SAID = ("equivalent",) * 80 + ("not_equivalent",) * 8 + ("corrected",) * 6 + ("related",) * 3 + ("skipped",) * 3


@dataclass
class Drained:
    """Empty lists and zeroes are what is promised."""

    pairs: int
    seconds: float
    acknowledged: int  # answers that the server said yes to
    kills: int
    retried: int  # requests sent again because no answer came
    refused: list[str] = field(default_factory=list)
    shown_too_often: list[int] = field(default_factory=list)  # pairs handed to more people than overlap and skips ask
    lost: list[str] = field(default_factory=list)  # acknowledged, not in the database
    doubled: list[str] = field(default_factory=list)  # by one reviewer more than once
    beyond_overlap: list[int] = field(default_factory=list)
    short: list[int] = field(default_factory=list)  # pairs with fewer answers than the overlap asks
    open_claims: int = 0

    def broken(self) -> dict[str, Any]:
        """What contradicts the promise."""
        names = ("refused", "shown_too_often", "lost", "doubled", "beyond_overlap", "short", "open_claims")
        return {name: found for name in names if (found := getattr(self, name))}


def drain(site: Site, size: Size, *, kill: bool) -> Drained:
    """Fills the empty site, drains it, and looks at the rows."""
    site.python("-m", "benchmarks.load.fill", *size.words())
    with site.serving():
        start = time.monotonic()
        logs, kills = _work(site, size, kill)
        seconds = time.monotonic() - start
    told = {name: log.acknowledged for name, log in logs.items()}
    drained = Drained(
        pairs=size.queued,
        seconds=round(seconds, 1),
        acknowledged=sum(len(log.acknowledged) for log in logs.values()),
        kills=kills,
        retried=sum(log.retried for log in logs.values()),
        refused=[line for log in logs.values() for line in log.refused],
        shown_too_often=_shown_too_often(logs, size.overlap),
    )
    found = site.python("-m", "benchmarks.load.rows_left", sent=json.dumps({"told": told, "overlap": size.overlap}))
    for name, value in found.items():
        setattr(drained, name, value)
    return drained


def _work(site: Site, size: Size, kill: bool) -> tuple[dict[str, Log], int]:
    names = [f"reviewer{n}" for n in range(REVIEWERS)]
    asleep = _Asleep(len(names))
    logs: dict[str, Log] = {name: Log() for name in names}
    with ThreadPoolExecutor(len(names)) as pool:
        work = [pool.submit(_review, site, name, asleep, logs[name]) for name in names]
        kills = _kill_twice(site, size, logs, asleep) if kill else 0
        for done in work:
            done.result()
    return logs, kills


def _review(site: Site, name: str, asleep: "_Asleep", log: Log) -> None:
    try:
        with Reviewer(site.address, SLUG, name, PASSWORD, log) as reviewer:
            reviewer.open()
            while True:
                pair = reviewer.take()
                if pair is not None:
                    asleep.wake(name)
                    reviewer.say(pair, *_decision(name, pair))
                elif asleep.all_after(name):
                    return
                else:
                    time.sleep(REST)
    finally:
        asleep.left(name)


class _Asleep:
    """The queue is empty when everybody has found it empty since the last answer of anybody."""

    def __init__(self, people: int) -> None:
        self._people = people
        self._names: set[str] = set()
        self._lock = threading.Lock()

    def wake(self, name: str) -> None:
        with self._lock:
            self._names.clear()

    def all_after(self, name: str) -> bool:
        with self._lock:
            self._names.add(name)
            return len(self._names) == self._people

    def left(self, name: str) -> None:
        with self._lock:
            self._names.add(name)

    def over(self) -> bool:
        return len(self._names) == self._people


def _kill_twice(site: Site, size: Size, logs: dict[str, Log], asleep: _Asleep) -> int:
    """At two fifths gunicorn's master alone, so that workers are left behind; at three fifths all of it at once."""
    kills = 0
    for share, whole in ((0.4, False), (0.6, True)):
        before = len(site.masters())
        wanted = share * size.queued * size.overlap
        while sum(len(log.acknowledged) for log in logs.values()) < wanted and not asleep.over():
            time.sleep(0.01)
        site.kill_web(whole)
        kills += 1
        while len(site.masters()) == before and not asleep.over():
            time.sleep(0.05)
    return kills


def _decision(name: str, pair: int) -> tuple[str, str]:
    """The same whenever it is asked again: one in thirty skips, a few correct."""
    digest = sha256(f"{name}:{pair}".encode()).digest()
    said = SAID[digest[0] % len(SAID)]
    return said, f"Corrected term {pair}" if said == "corrected" else ""


def _shown_too_often(logs: dict[str, Log], overlap: int) -> list[int]:
    shown = Counter(pair for log in logs.values() for pair in log.shown)
    skips = Counter(pair for log in logs.values() for pair, said in log.acknowledged.items() if said in NO_SAY)
    return sorted(pair for pair, times in shown.items() if times > overlap + skips[pair])
