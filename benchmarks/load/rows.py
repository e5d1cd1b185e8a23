"""Writes rows by the million: executemany on SQLite, COPY on PostgreSQL, whatever columns a model has by now."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models
from django.utils import timezone

from annotations.statistics import refresh_statistics

LOT = 20_000


def write(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """`names` are columns' attribute names, `rows` their values; every other column takes its default."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    given = [by_name[name] for name in names]
    rest = [field for field in by_name.values() if field not in given]
    others = [field for field in rest if not (field.primary_key or field.generated)]
    fixed = [_prepared(field, _default(field)) for field in others]
    columns = [str(field.column) for field in (*given, *others)]
    prepared = _all_prepared(given, rows)
    if connection.vendor == "postgresql":
        _copy(model._meta.db_table, columns, ([*row, *fixed] for row in prepared))
    else:
        _insert(model._meta.db_table, columns, ([*row, *fixed] for row in prepared))


def finish(*written: type[models.Model]) -> None:
    """What a database that has grown over months has done by itself: sequences behind the last row, statistics."""
    from django.core.management.color import no_style  # noqa: PLC0415

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(written)):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
    refresh_statistics()


def _default(field: "models.Field[Any, Any]") -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return timezone.now()
    return field.get_default()


def _prepared(field: "models.Field[Any, Any]", value: Any) -> Any:
    found = field.get_db_prep_save(value, connection)
    return found.dumps(found.obj) if hasattr(found, "dumps") and hasattr(found, "obj") else found


def _all_prepared(fields: Sequence["models.Field[Any, Any]"], rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """Most JSON and times come again and again as the very same object, which is prepared once."""
    costly = [n for n, field in enumerate(fields) if isinstance(field, models.JSONField | models.DateTimeField)]
    known: list[tuple[Any, Any]] = [(None, None)] * len(fields)
    for row in rows:
        prepared = list(row)
        for n in costly:
            if known[n][0] is not row[n]:
                known[n] = row[n], _prepared(fields[n], row[n])
            prepared[n] = known[n][1]
        yield prepared


def _insert(table: str, columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    quoted = ", ".join(f'"{column}"' for column in columns)
    statement = f'INSERT INTO "{table}" ({quoted}) VALUES ({", ".join("?" * len(columns))})'
    connection.ensure_connection()
    while lot := list(islice(rows, LOT)):
        connection.connection.executemany(statement, lot)


def _copy(table: str, columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    quoted = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({quoted}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
