"""Statements that are put together once: that takes Django ten times as long as a database takes to answer them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, wraps
from itertools import count
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

Given = ParamSpec("Given")
Row = TypeVar("Row")
Shape = tuple[type[Any], int | None]  # of a value that a statement is given: its type, and the length of a list
LONGEST = 50  # values in a list for which a statement is kept
STAND_IN = -(10**15)  # an id that no row has


class NotComposed(TypeError):
    """A value does not reach the database as it was given: such a query can't be put together without it."""


def composed(build: Callable[Given, QuerySet[Any, Row]]) -> Callable[Given, list[Row]]:
    """The rows of the query that `build` makes of ids, texts, times and lists of them; `__wrapped__` is `build` itself.

    `build` is called once for each kind of values, with others in their place: it may do nothing but filter by them.
    """

    @cache
    def statement(vendor: str, shapes: tuple[Shape, ...]) -> _Statement[Row]:
        return _Statement.of(build, shapes)

    @wraps(build)
    def rows(*values: Given.args, **named: Given.kwargs) -> list[Row]:
        shapes = _shapes(build, values, named)
        if any(length is not None and length > LONGEST for _, length in shapes):
            return list(build(*values, **named))
        kept: _Statement[Row] = statement(connection.vendor, shapes)
        return kept.rows(values)

    return rows


def counted(build: Callable[Given, Sequence[QuerySet[Any, Any]]]) -> Callable[Given, Sequence[int]]:
    """How many rows each of the queries has that `build` makes, in one statement."""

    @cache
    def statement(vendor: str, shapes: tuple[Shape, ...]) -> _Text:
        return _Text.counting(build, shapes)

    @wraps(build)
    def counts(*values: Given.args, **named: Given.kwargs) -> Sequence[int]:
        kept = statement(connection.vendor, _shapes(build, values, named))
        with connection.cursor() as cursor:
            cursor.execute(kept.sql, kept.parameters_of(values))
            found: Sequence[int] = cursor.fetchone()
            return found

    return counts


@dataclass(frozen=True)
class _Text:
    sql: str
    parameters: Sequence[Any]
    places: Mapping[int, int]  # among the parameters → which of the values

    @classmethod
    def of(cls, build: Callable[..., Any], sql: str, parameters: Sequence[Any], stand_ins: Sequence[Any]) -> "_Text":
        which = {value: number for number, value in enumerate(_flat(stand_ins))}
        places = {place: which[value] for place, value in enumerate(parameters) if value in which}
        if set(places.values()) != set(which.values()):
            raise NotComposed(f"{build.__qualname__}: one of the values is changed on its way or not used.")
        return cls(sql, parameters, places)

    @classmethod
    def counting(cls, build: Callable[..., Sequence[QuerySet[Any, Any]]], shapes: Sequence[Shape]) -> "_Text":
        stand_ins = _stand_ins(shapes)
        found = [rows.query.sql_with_params() for rows in build(*stand_ins)]
        columns = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) AS counted)" for sql, _ in found)  # noqa: S608
        parameters = [value for _, parameters in found for value in parameters]
        return cls.of(build, f"SELECT {columns}", parameters, stand_ins)

    def parameters_of(self, values: Sequence[Any]) -> list[Any]:
        flat, parameters = _flat(values), list(self.parameters)
        for place, number in self.places.items():
            parameters[place] = flat[number]
        return parameters


@dataclass(frozen=True)
class _Statement(Generic[Row]):
    queryset: QuerySet[Any, Row]
    compiler: SQLCompiler
    text: _Text | None  # None: of an empty list, which no row is in

    @classmethod
    def of(cls, build: Callable[..., QuerySet[Any, Row]], shapes: Sequence[Shape]) -> "_Statement[Row]":
        stand_ins = _stand_ins(shapes)
        queryset = build(*stand_ins)
        compiler = queryset.query.get_compiler(queryset.db)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            if all(length != 0 for _, length in shapes):
                raise NotComposed(f"{build.__qualname__}: one of the values is no id.") from None
            return cls(queryset, compiler, None)
        return cls(queryset, compiler, _Text.of(build, sql, parameters, stand_ins))

    def rows(self, values: Sequence[Any]) -> list[Row]:
        if self.text is None:
            return []
        ready = self.text.sql, self.text.parameters_of(values)
        compiler = copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_, **__: ready  # type: ignore[method-assign,assignment]
        rows: Iterable[Row] = self.queryset._iterable_class(_Composed(self.queryset, compiler))  # type: ignore[arg-type,assignment]
        return list(rows)


class _Composed:
    """What Django's iterables over rows ask a queryset and its query for."""

    _known_related_objects: Mapping[Any, Any] = {}

    def __init__(self, queryset: QuerySet[Any, Any], compiler: SQLCompiler) -> None:
        self.model, self.db, self.query = queryset.model, queryset.db, self
        self._compiler = compiler

    def get_compiler(self, using: str) -> SQLCompiler:
        return self._compiler


def _shapes(build: Callable[..., Any], values: Sequence[Any], named: Mapping[str, Any]) -> tuple[Shape, ...]:
    if named:
        raise NotComposed(f"{build.__qualname__}: give the values by position.")
    return tuple(
        (type(value[0]) if value else int, len(value)) if isinstance(value, list) else (type(value), None)
        for value in values
    )


def _stand_ins(shapes: Sequence[Shape]) -> list[Any]:
    """Values that stand nowhere else in a statement."""
    numbers = count()
    return [
        _stand_in(kind, next(numbers)) if length is None else [_stand_in(kind, next(numbers)) for _ in range(length)]
        for kind, length in shapes
    ]


def _stand_in(kind: type[Any], number: int) -> Any:
    if issubclass(kind, datetime):
        return datetime(1000 + number, 1, 1, tzinfo=UTC)
    return str(STAND_IN - number) if issubclass(kind, str) else STAND_IN - number


def _flat(values: Sequence[Any]) -> list[Any]:
    """One after the other, as the database takes them."""
    each = [one for value in values for one in (value if isinstance(value, list) else (value,))]
    return [connection.ops.adapt_datetimefield_value(one) if isinstance(one, datetime) else one for one in each]
