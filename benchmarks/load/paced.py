"""Twenty reviewers at work on a long queue: first at a human pace, then as fast as the server answers."""

import random
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event

from benchmarks.load.reviewer import Log, Reviewer
from benchmarks.load.site import Site
from benchmarks.load.size import PASSWORD, REVIEWERS, SLUG

START_SECONDS = 300.0  # for all to sign in
PACE = 2.5  # seconds a pair, as people were measured to take for pairs of words
SAID = ("equivalent",) * 16 + ("not_equivalent",) * 2 + ("corrected", "skipped")


@contextmanager
def at_work(site: Site, pace: float) -> Iterator[dict[str, list[float]]]:
    """Until the block is left; the seconds of each kind of request are there only then.

    Everybody has signed in and has a page open before the block begins: hashing twenty passwords takes both processors
    for seconds, which nobody at work feels.
    """
    stop, everybody = Event(), Barrier(REVIEWERS + 1)
    seconds: dict[str, list[float]] = defaultdict(list)
    logs = [Log() for _ in range(REVIEWERS)]
    with ThreadPoolExecutor(REVIEWERS) as pool:
        try:
            work = [pool.submit(_review, site, n, log, pace, stop, everybody) for n, log in enumerate(logs)]
            everybody.wait(START_SECONDS)
            yield seconds
        finally:
            stop.set()
        for done in work:
            done.result()
    for log in logs:
        if log.refused or log.retried:
            raise RuntimeError(f"The server failed under load: {log.refused[:3]}, {log.retried} without an answer")
        for what, measured in log.seconds.items():
            seconds[what] += measured


def measure(site: Site, seconds: float, pace: float) -> dict[str, list[float]]:
    with at_work(site, pace) as found:
        time.sleep(seconds)
    return found


def _review(site: Site, number: int, log: Log, pace: float, stop: Event, everybody: Barrier) -> None:
    chance = random.Random(number)
    with Reviewer(site.address, SLUG, f"reviewer{number}", PASSWORD, log) as reviewer:
        reviewer.open()
        everybody.wait(START_SECONDS)
        log.seconds.clear()
        stop.wait(chance.uniform(0, pace))  # nobody begins in the same second
        while not stop.wait(chance.uniform(0.4, 1.6) * pace):
            pair = reviewer.take()
            if pair is None:
                raise RuntimeError("The queue ran empty: fill in more pairs.")
            said = chance.choice(SAID)
            reviewer.say(pair, said, f"Corrected term {pair}" if said == "corrected" else "")
        reviewer.finish_saves()
