"""docs/benchmarks/load.md and .json, from what the cells have left."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.load import cells
from benchmarks.load.site import DATABASES, ROOT

NOTES = Path(__file__).with_name("notes.md")
PAGE = ROOT / "docs" / "benchmarks" / "load.md"
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
SAVE_LIMIT, LIST_LIMIT, SEARCH_LIMIT = 150, 300, 100  # milliseconds, p95


def write() -> None:
    found = {cell: json.loads(cells.stored(cell).read_text()) for cell in cells.CELLS if cells.stored(cell).exists()}
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text("\n\n".join(_parts(found)) + "\n", encoding="utf-8")
    PAGE.with_suffix(".json").write_text(json.dumps({"cells": found}, indent=1) + "\n", encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} is written from {len(found)} of {len(cells.CELLS)} cells")


def _parts(found: Mapping[str, Any]) -> Iterable[str]:
    yield "# Under load"
    yield (
        f"`make bench-load`. {_measured(found)} Over HTTP on loopback: the web service as `manage.py serve` starts it "
        "(gunicorn, 2 workers of 4 threads), the database and the simulated reviewers all on these same processors. "
        "SQLite and PostgreSQL keep their durable settings. A reviewer behaves as the page's script: two pairs are "
        "fetched ahead, each answer is saved behind the next pair, and when it is saved one more pair is fetched. "
        "Terms are invented, in five scripts. Milliseconds from request to the answer's "
        "last byte."
    )
    yield NOTES.read_text(encoding="utf-8").rstrip()
    if any(cell.startswith("review:") for cell in found):
        yield from _review(found)
    if any(cell.startswith("big:") for cell in found):
        yield from _big(found)
    if any(cell.startswith("search:") for cell in found):
        yield from _search(found)
    if any(cell.startswith("drain") for cell in found):
        yield from _drain(found)


def _measured(found: Mapping[str, Any]) -> str:
    """Which cells were measured when, and on what."""
    places: dict[tuple[str, str], list[str]] = {}
    for name, cell in found.items():
        places.setdefault((cell["date"], cell["processor"]), []).append(name)
    return " ".join(f"{date}, {where}: {', '.join(names)}." for (date, where), names in sorted(places.items()))


def _review(found: Mapping[str, Any]) -> Iterable[str]:
    yield "## Save and next, 100,000 queued pairs, 20 reviewers"
    head = ["database", "pace", "request", "n", "p50", "p95", "p99", f"p95 under {SAVE_LIMIT}"]
    rows = []
    for database, cell in _of(found, "review"):
        for pace, key in (("2.5 s a pair", "paced"), ("no pause", "saturated")):
            for what in ("save", "next"):
                judged = _yes(cell[key][what], SAVE_LIMIT) if key == "paced" else "–"
                rows.append([database, pace, what, *_numbers(cell[key][what]), judged])
    yield _table(head, rows)
    rates = [f"{cell['saturated_verdicts_a_second']} on {database}" for database, cell in _of(found, "review")]
    yield (
        "People were measured to take about 2.5 s for a pair of words (CLIME, EMNLP 2020). With no pause all twenty "
        "send as fast as answers come, which no people do: then the server takes "
        f"{' and '.join(rates)} verdicts a second."
    )


def _big(found: Mapping[str, Any]) -> Iterable[str]:
    yield "## Lists, filters and search, 1,000,000 pairs of 1,200,000 terms, while 20 reviewers work"
    size = next(cell for _, cell in _of(found, "big"))["size"]
    yield (
        f"{size['queued']:,} pairs to review, {size['decided']:,} decided by 20 people, {size['conflicts']:,} in "
        "conflict. “Anywhere”: the page after a key drawn at random, as the last pages of a list are asked for."
    )
    yield _side_by_side("page", _of(found, "big"), "pages", LIST_LIMIT)
    yield _side_by_side("search", _of(found, "big"), "searches", SEARCH_LIMIT)
    lines = [
        f"{database}: save {_ms(cell['paced']['save']['p95'])}, next {_ms(cell['paced']['next']['p95'])}"
        for database, cell in _of(found, "big")
    ]
    yield f"Meanwhile the twenty reviewers' p95 was, in milliseconds, on {'; on '.join(lines)}."


def _search(found: Mapping[str, Any]) -> Iterable[str]:
    cells_found = _of(found, "search")
    yield f"## Search among {cells_found[0][1]['terms']:,} terms, without the web"
    yield (
        "What `annotations.search` takes, no web and no reviewers; a small project is in the same database. Terms in "
        "five scripts (Latin, accents and none, Cyrillic, Arabic, Chinese): half of few words that come again and "
        "again, half of words that hardly do. What is typed is cut from terms drawn at random."
    )
    yield _side_by_side("search", cells_found, "searches", SEARCH_LIMIT)


def _side_by_side(what: str, of_databases: Sequence[tuple[str, Any]], kind: str, limit: float) -> str:
    columns = [column for database, _ in of_databases for column in (f"{database} p50", "p95", f"under {limit}")]
    rows = []
    for name in next(cell for _, cell in of_databases)[kind]:
        measured = [cell[kind][name] for _, cell in of_databases]
        cellwise = [[_ms(one["p50"]), _ms(one["p95"]), _yes(one, limit)] for one in measured]
        rows.append([name, *(text for texts in cellwise for text in texts)])
    return _table([what, *columns], rows)


def _drain(found: Mapping[str, Any]) -> Iterable[str]:
    yield "## Never twice, never lost"
    yield (
        "Twenty reviewers empty a queue together; three answers in a hundred are skips. Killed: at two fifths of "
        "the work gunicorn's master gets SIGKILL, so that its workers are left behind, at three fifths all of its "
        "processes at once; the supervisor starts it again and the pages send again what was not answered. A run that "
        "finds any acknowledged answer missing, any pair judged by more people than its overlap asks or by fewer, any "
        "pair handed out once too often, any answer in twice or any request refused ends with an error and writes no "
        "row here."
    )
    head = ["database", "pairs", "overlap", "killed", "acknowledged answers", "in the database", "sent again"]
    rows = []
    for kind in cells.KINDS:
        for database, cell in _of(found, kind) if kind.startswith("drain") else ():
            kills = f"{cell['kills']} times" if cell["kills"] else "no"
            size = [f"{cell['pairs']:,}", str(cell["size"]["overlap"])]
            answers = [f"{cell['acknowledged']:,}", "all, once each", str(cell["retried"])]
            rows.append([database, *size, kills, *answers])
    yield _table(head, rows)


def _of(found: Mapping[str, Any], kind: str) -> list[tuple[str, Any]]:
    return [(NAMES[name], found[f"{kind}:{name}"]) for name in DATABASES if f"{kind}:{name}" in found]


def _numbers(measured: Mapping[str, float]) -> list[str]:
    return [f"{measured['n']:,}", *(_ms(measured[name]) for name in ("p50", "p95", "p99"))]


def _ms(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _yes(measured: Mapping[str, float], limit: float) -> str:
    return "yes" if measured["p95"] < limit else "**no**"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
