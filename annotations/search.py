"""Finds terms in any script, whatever their accents and letter case: whole, by their beginning, by a part.

One or two letters of an alphabet are looked for where words begin; a single Chinese character anywhere.
"""

from collections.abc import Iterator

from django.db import connection

from annotations.folding import fold, search_key, trigrams
from annotations.models import Project, Term

TRIGRAM = 3
BEGINNING = 200  # characters that the index of beginnings holds
SMALL = 20_000  # terms: a project up to this size is walked through, however large the others are
MAX_TYPED = 200  # characters

TABLE = Term._meta.db_table
COLLATED = {"sqlite": "t.folded", "postgresql": 'LEFT(t.folded, 200) COLLATE "C"'}
CONTAINS = {"sqlite": "INSTR(t.folded, %s) > 0", "postgresql": "STRPOS(t.folded, %s) > 0"}


def terms(project: Project, typed: str, *, language: str = "", limit: int = 20) -> list[Term]:
    """Active terms that are what was typed, then those that begin with it, then those that hold it."""
    wanted = fold(typed[:MAX_TYPED])
    if not wanted:
        return []
    scope = _Scope(project, language)
    found = list(dict.fromkeys(_beginning(scope, wanted, limit)))
    if len(found) < limit:
        found = list(dict.fromkeys([*found, *_inside(scope, wanted, limit + len(found))]))
    rows = Term.objects.select_related("concept").in_bulk(found[:limit])
    return [rows[pk] for pk in found[:limit] if pk in rows]


def texts(project: Project, language: str, typed: str, limit: int = 8) -> list[str]:
    """Different texts for the type-ahead; synonyms of several concepts come once."""
    found = terms(project, typed, language=language, limit=4 * limit)
    return list(dict.fromkeys(term.text for term in found))[:limit]


class _Scope:
    """Which terms are looked at: conditions on the table `t`, with their values."""

    def __init__(self, project: Project, language: str) -> None:
        self.project = project
        self.sql = "t.project_id = %s AND t.state = %s"
        self.values: list[str | int] = [project.pk, Term.States.ACTIVE.value]
        if language:
            self.sql += " AND t.language = %s"
            self.values.append(language)


def _beginning(scope: _Scope, wanted: str, limit: int) -> Iterator[int]:
    """The shortest texts come first of themselves: a text sorts before what it begins."""
    column = COLLATED[connection.vendor]
    first = wanted[:BEGINNING]
    statement = (
        f"SELECT t.id FROM {TABLE} t WHERE {scope.sql} AND {column} >= %s AND {column} < %s "  # noqa: S608
        f"ORDER BY {column}, t.id LIMIT %s"
    )
    return _ids(statement, [*scope.values, first, first + chr(0x10FFFF), limit])


def _inside(scope: _Scope, wanted: str, limit: int) -> Iterator[int]:
    parts, part = trigrams(wanted), wanted
    if len(parts[0]) < TRIGRAM:
        parts, part = [search_key(wanted)[-TRIGRAM:]], f" {wanted}"
    contains = CONTAINS[connection.vendor]
    if _is_small(scope.project):
        statement = f"SELECT t.id FROM {TABLE} t WHERE {scope.sql} AND {contains} ORDER BY t.id LIMIT %s"  # noqa: S608
        return _ids(statement, [*scope.values, part, limit])
    indexed, values = (_in_sqlite if connection.vendor == "sqlite" else _in_postgres)(parts)
    statement = f"SELECT t.id FROM {indexed} AND {scope.sql} AND {contains} LIMIT %s"  # noqa: S608
    return _ids(statement, [*values, *scope.values, part, limit])


def _is_small(project: Project) -> bool:
    return Term.objects.filter(project=project).order_by()[: SMALL + 1].count() <= SMALL


def _in_sqlite(parts: list[str]) -> tuple[str, list[str]]:
    quoted = ('"{}"'.format(part.replace('"', '""')) for part in parts)
    found = f"{TABLE}_search s CROSS JOIN {TABLE} t ON t.id = s.rowid WHERE {TABLE}_search MATCH %s"
    return found, [" AND ".join(quoted)]


def _in_postgres(parts: list[str]) -> tuple[str, list[str]]:
    escaped = (part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for part in parts)
    return f"{TABLE} t WHERE " + " AND ".join("t.search_key LIKE %s" for _ in parts), [f"%{part}%" for part in escaped]


def _ids(statement: str, values: list[str | int]) -> Iterator[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        yield from (pk for (pk,) in cursor.fetchall())
