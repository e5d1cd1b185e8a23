"""A reviewer's page as its script behaves: two pairs ahead, each answer saved behind the next, then one more pair."""

import re
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Self

from benchmarks.load.browser import Browser, Response, Unreachable

AHEAD = 2
PATIENCE = 120.0  # seconds for a server that was killed to come back
RETRY = 0.2
PAIR = re.compile(r'data-pair="(\d+)"')
NO_SAY = frozenset({"skipped", "unsure"})


@dataclass
class Log:
    """What the reviewer was shown and what the server has acknowledged."""

    shown: list[int] = field(default_factory=list)
    acknowledged: dict[int, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    retried: int = 0
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


class Reviewer:
    """`with Reviewer(…) as reviewer:`; saves go through a thread of their own, one after the other."""

    def __init__(self, address: tuple[str, int], slug: str, name: str, password: str, log: Log) -> None:
        self.name = name
        self.log = log
        self._root = f"/projects/{slug}"
        self._fetching = Browser(address)
        self._password = password
        self._ready: list[int] = []
        self._saving: dict[int, Future[None]] = {}
        self._line = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        self._patiently(lambda: self._sign_in())
        self._saver = self._fetching.twin()
        return self

    def __exit__(self, *_: object) -> None:
        self._line.shutdown()
        self._fetching.close()
        self._saver.close()

    def open(self) -> None:
        answer = self._timed("page", lambda: self._fetching.get(f"{self._root}/review/"))
        self._keep(answer)
        while self._ready and len(self._ready) <= AHEAD and self.fetch():
            pass

    def fetch(self) -> bool:
        """One more pair beside those at hand and those being saved; False when the queue has none now."""
        held = ",".join(map(str, [*self._ready, *self._saving]))
        answer = self._timed("next", lambda: self._fetching.post(f"{self._root}/review/next/", {"holding": held}))
        return answer.status == 200 and self._keep(answer)

    def take(self) -> int | None:
        """The pair now on the screen."""
        if not self._ready:
            self.finish_saves()
            self.fetch()
        return self._ready.pop(0) if self._ready else None

    def say(self, pair: int, decision: str, correction: str = "") -> None:
        """The save runs behind the next pair, and when it is through, one more pair is fetched."""
        self._saving = {held: save for held, save in self._saving.items() if not _done(save)}
        self._saving[pair] = self._line.submit(self._save_and_fetch, pair, decision, correction)

    def finish_saves(self) -> None:
        for save in self._saving.values():
            save.result()
        self._saving = {}

    def _save_and_fetch(self, pair: int, decision: str, correction: str) -> None:
        self._save(pair, decision, correction)
        if len(self._ready) < AHEAD:
            self.fetch()

    def _save(self, pair: int, decision: str, correction: str) -> None:
        form = {"decision": decision, "correction": correction, "note": "", "encoder_digest": "5e" * 32}
        answer = self._timed("save", lambda: self._saver.post(f"{self._root}/pairs/{pair}/answer/", form))
        if answer.status == 200:
            self.log.acknowledged[pair] = decision
        else:
            self.log.refused.append(f"save of pair {pair}: {answer.status} {answer.text[:200]}")

    def _keep(self, answer: Response) -> bool:
        if found := PAIR.search(answer.text):
            self._ready.append(int(found[1]))
            self.log.shown.append(int(found[1]))
        return found is not None

    def _sign_in(self) -> Response:
        self._fetching.sign_in(self.name, self._password)
        return Response(200, "", 0.0, {})

    def _timed(self, what: str, send) -> Response:  # type: ignore[no-untyped-def]
        answer = self._patiently(send)
        self.log.seconds[what].append(answer.seconds)
        if answer.status >= 400:
            self.log.refused.append(f"{what}: {answer.status} {answer.text[:200]}")
        return answer

    def _patiently(self, send: Callable[[], Response]) -> Response:
        """The same request again until an answer comes: what the page's "answer again" amounts to."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return send()
            except Unreachable:
                if time.monotonic() > deadline:
                    raise
                self.log.retried += 1
                time.sleep(RETRY)


def _done(save: "Future[None]") -> bool:
    if save.done():
        save.result()
        return True
    return False
