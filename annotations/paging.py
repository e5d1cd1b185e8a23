"""Lists page by page, by the last row's key: the thousandth page costs what the first does, and nothing is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Slice(Generic[Row]):
    rows: list[Row]
    after: str  # what the next page begins after; empty on the last


def keyset(rows: QuerySet[Row], keys: Sequence[str] = ("pk",), *, size: int, after: str = "") -> Slice[Row]:
    """`keys` are whole-number columns, "-" before a falling one, the last of them unique; nonsense is the first page.

    What the rows are joined to or annotated with is looked up for the page's rows alone.
    """
    names = [key.removeprefix("-") for key in keys]
    last = _parsed(after, len(keys))
    wanted = rows if last is None else rows.filter(_beyond(keys, last))
    found = list(wanted.order_by(*keys).values_list("pk", *names)[: size + 1])
    shown = found[:size]
    objects = {row.pk: row for row in rows.filter(pk__in=[pk for pk, *_ in shown])}
    end = "-".join(str(value) for value in shown[-1][1:]) if len(found) > size else ""
    return Slice([objects[pk] for pk, *_ in shown if pk in objects], end)


def _parsed(after: str, count: int) -> list[int] | None:
    parts = after.split("-")
    if len(parts) != count or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        return None
    return [int(part) for part in parts]


def _beyond(keys: Sequence[str], last: Sequence[int]) -> Q:
    """The bound on the first column is said once more for itself: it is what an index can begin at."""
    beyond = Q()
    same: dict[str, Any] = {}
    for key, value in zip(keys, last, strict=True):
        name, operator = (key[1:], "lt") if key.startswith("-") else (key, "gt")
        beyond |= Q(**same, **{f"{name}__{operator}": value})
        same[name] = value
    first, operator = (keys[0][1:], "lte") if keys[0].startswith("-") else (keys[0], "gte")
    return Q(**{f"{first}__{operator}": last[0]}) & beyond
