"""Vectors by (weights digest, text) in LMDB: shared by worker and commands, never stale, for the key is the content."""

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TypeVar

import lmdb
import numpy as np

FIRST_BYTES = 1 << 28
BATCH = 4096  # vectors a transaction: others get their turn between two
Result = TypeVar("Result")


class Vectors:
    """Implements `training.ml.embed.VectorCache`. Any number of processes and threads may use one folder at once."""

    def __init__(self, folder: Path, first_bytes: int = FIRST_BYTES) -> None:
        self._folder = folder
        self._first_bytes = first_bytes
        self._lock = Lock()
        self._opened: tuple[int, lmdb.Environment] | None = None  # by process: LMDB may not be used across a fork

    def get_many(self, digest: str, texts: Sequence[str]) -> dict[str, np.ndarray]:
        def read(environment: lmdb.Environment) -> dict[str, np.ndarray]:
            with environment.begin(buffers=True) as transaction:
                found = ((text, transaction.get(_key(digest, text))) for text in texts)
                return {text: np.frombuffer(value, np.float32).copy() for text, value in found if value is not None}

        return self._do(read)

    def put_many(self, digest: str, texts: Sequence[str], vectors: np.ndarray) -> None:
        rows = np.ascontiguousarray(vectors, dtype=np.float32)
        if len(rows) != len(texts):
            raise ValueError(f"{len(texts)} texts, but {len(rows)} vectors.")
        for start in range(0, len(texts), BATCH):
            part = slice(start, start + BATCH)
            items = [(_key(digest, text), row.tobytes()) for text, row in zip(texts[part], rows[part], strict=True)]

            def write(environment: lmdb.Environment, items: list[tuple[bytes, bytes]] = items) -> None:
                with environment.begin(write=True) as transaction, transaction.cursor() as cursor:
                    cursor.putmulti(items)

            self._do(write)

    def _do(self, work: Callable[[lmdb.Environment], Result]) -> Result:
        with self._lock:
            environment = self._environment()
            while True:
                try:
                    return work(environment)
                except lmdb.MapFullError:
                    environment.set_mapsize(2 * environment.info()["map_size"])
                except lmdb.MapResizedError:  # by another process
                    environment.set_mapsize(0)

    def _environment(self) -> lmdb.Environment:
        if self._opened is None or self._opened[0] != os.getpid():
            if self._opened is not None:
                self._opened[1].close()  # this process's copy of its parent's
            self._folder.mkdir(parents=True, exist_ok=True)
            opened = lmdb.open(str(self._folder), map_size=self._first_bytes, max_readers=512, readahead=False)
            self._opened = (os.getpid(), opened)
        return self._opened[1]


def _key(digest: str, text: str) -> bytes:
    return hashlib.sha256(f"{digest}:{text}".encode()).digest()
