"""What is measured, in pieces of a few minutes; each leaves a JSON file, so that a run goes on where it was stopped."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.load import lists, paced
from benchmarks.load.drain import drain
from benchmarks.load.site import DATABASES, ROOT, Site, site
from benchmarks.load.size import REVIEWERS, Size
from benchmarks.processor import processor

RESULTS = Path(os.environ.get("TERTIUM_VAR") or ROOT / "var").resolve() / "bench" / "load"
QUEUE = Size(queued=100_000, decided=25_000, conflicts=500)
BIG = Size(queued=600_000, decided=399_000, conflicts=1_000)
DRAINED = {1: Size(queued=5_000), 2: Size(queued=2_500, overlap=2)}
SEARCHED_TERMS = 1_000_000
WARM_UP, PACED_SECONDS, SATURATED_SECONDS = 5.0, 60.0, 15.0


def review(where: Site) -> dict[str, Any]:
    fill(where, QUEUE)
    with where.serving():
        paced.measure(where, WARM_UP, 0.5)
        human = paced.measure(where, PACED_SECONDS, paced.PACE)
        flat_out = paced.measure(where, SATURATED_SECONDS, 0.0)
    return {
        "size": asdict(QUEUE),
        "reviewers": REVIEWERS,
        "pace": paced.PACE,
        "paced": summaries(human),
        "saturated": summaries(flat_out),
        "saturated_verdicts_a_second": round(len(flat_out["save"]) / SATURATED_SECONDS, 1),
    }


def big(where: Site) -> dict[str, Any]:
    fill(where, BIG)
    return big_measured(where)


def big_measured(where: Site) -> dict[str, Any]:
    with where.serving():
        paced.measure(where, WARM_UP, 0.5)
        with paced.at_work(where, paced.PACE) as working:
            shown = lists.asked(where, lists.pages(BIG))
            searched = lists.asked(where, lists.searches(BIG))
    return {
        "size": asdict(BIG),
        "reviewers": REVIEWERS,
        "pace": paced.PACE,
        "pages": summaries(shown),
        "searches": summaries(searched),
        "paced": summaries(working),
    }


def searched(where: Site) -> dict[str, Any]:
    """Without the web: what the database alone takes."""
    where.python("-m", "benchmarks.search", "fill", str(SEARCHED_TERMS))
    return searches_measured(where)


def searches_measured(where: Site) -> dict[str, Any]:
    found = where.python("-m", "benchmarks.search", "measure", str(SEARCHED_TERMS))
    return {"terms": SEARCHED_TERMS, "searches": summaries(found)}


def drained(overlap: int, kill: bool) -> Callable[[Site], dict[str, Any]]:
    def run(where: Site) -> dict[str, Any]:
        found = drain(where, DRAINED[overlap], kill=kill)
        if broken := found.broken():
            raise RuntimeError(f"What was promised does not hold: {json.dumps(broken)[:2000]}")
        return {"size": asdict(DRAINED[overlap]), "reviewers": REVIEWERS, **asdict(found)}

    return run


KINDS: Mapping[str, Callable[[Site], dict[str, Any]]] = {
    "review": review,
    "big": big,
    "search": searched,
    "drain": drained(1, kill=False),
    "drain-killed": drained(1, kill=True),
    "drain-twice-killed": drained(2, kill=True),
}
CELLS = tuple(f"{kind}:{database}" for kind in KINDS for database in DATABASES)


def run(cell: str) -> dict[str, Any]:
    kind, _, database = cell.partition(":")
    with folder() as path, site(path, database) as where:
        about = {"cell": cell, "date": datetime.now(UTC).date().isoformat(), "processor": processor()}
        found = about | KINDS[kind](where)
    RESULTS.mkdir(parents=True, exist_ok=True)
    stored(cell).write_text(json.dumps(found, indent=1), encoding="utf-8")
    return found


def stored(cell: str) -> Path:
    return RESULTS / f"{cell.replace(':', '-')}.json"


def fill(where: Site, size: Size) -> None:
    where.python("-m", "benchmarks.load.fill", *size.words())


@contextmanager
def folder() -> Iterator[Path]:
    """On the same disk as the project's own data, where a database would lie; gone afterwards."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = Path(tempfile.mkdtemp(dir=RESULTS))
    try:
        yield path
    finally:
        shutil.rmtree(path)


def summaries(measured: Mapping[str, Sequence[float]]) -> dict[str, dict[str, float]]:
    """Milliseconds."""
    return {name: summary(seconds) for name, seconds in measured.items()}


def summary(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    found = {f"p{share}": ordered[min(len(ordered) - 1, len(ordered) * share // 100)] for share in (50, 95, 99)}
    return {"n": len(ordered), **{name: round(1000 * value, 1) for name, value in found.items()}}
