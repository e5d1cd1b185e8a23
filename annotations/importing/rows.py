"""The rows that every format's reader yields, and what it says of those it can't read. Pure."""

from dataclasses import dataclass


class InvalidFile(ValueError):
    """A file of which nothing can be read; the message says why and what to do."""


@dataclass(frozen=True)
class RowError:
    file: str
    line: int
    reason: str
