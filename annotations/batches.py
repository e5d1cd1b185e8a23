"""Rows in lots that one statement takes."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Row = TypeVar("Row")
BATCH = 1000  # rows a statement


def batches(rows: Iterable[Row], size: int = BATCH) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch
