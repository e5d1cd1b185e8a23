"""Results → the page: a table for each column, what was to be shown beside what was found, a plot, and all as JSON."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.adaptation.aims import aims
from benchmarks.adaptation.figures import CELLS, Column, Row, columns, difference, row
from benchmarks.adaptation.plan import BASE, TERTIUM
from benchmarks.adaptation.plot import plot
from benchmarks.adaptation.tertium import VARIANTS

AIMED: Column = ("medicine", 1_000, 0.0)  # what the aims and the notes are about
Arms = dict[str, list[dict[str, Any]]]
NOTES = Path(__file__).with_name("notes.md")
CONDITIONS = """\
English–German verdicts on ICD-10 (*medicine*) or on legal terms of a dictionary (*law*), drawn at random from
training families; a tenth are rejections. *Trained* is English–German of that domain, *zero-shot* English–French
ICD-10 (no verdict; unpaired French terms of training families are among the replay texts), *other domain*
English–German of the domain that had no verdict, *control* English–German general vocabulary. All lists are families
that no verdict, replay text or mean has seen. P@1 under CSLS in a centred space, except *raw encoder* (nearest
neighbour) and *CSLS* (not centred). Tertium alone uses replay texts. Known translations of general vocabulary, two
for every three verdicts, are given to it and to *sentence-transformers, same translations*; *no anchor, no replay*
has neither. For a space of general vocabulary, where the control is then placed, Tertium, *known translations alone*
and *sentence-transformers, general space* have 20,000. Intervals are 95 %, paired bootstrap over queries, 10,000
resamples, of the mean over seeds. Seconds are of the first seed's training, *–* for arms that train nothing; in
brackets where it had one thread, beside another run on the other processor: not to be compared with those on both.
Peak memory is the process's, with the test lists not yet embedded."""


def write(results: Sequence[dict[str, Any]], folder: Path, name: str) -> None:
    found = columns(results)
    threads = max(one["threads"] for one in results)
    bases = {domain: arms[BASE][0] for (domain, *_), arms in found.items() if BASE in arms}
    rows = {
        column: [row(arm, given, bases[column[0]], threads) for arm, given in arms.items()]
        for column, arms in found.items()
        if column[0] in bases and TERTIUM in arms
    }
    folder.mkdir(parents=True, exist_ok=True)
    page = [f"# Adaptation: {name}", "", *_conditions(results), ""]
    for number, (column, given) in enumerate(rows.items()):
        picture = f"{name}-{column[0]}-{column[1]}-{round(100 * column[2])}.svg"
        page += [f"## {_title(column)}", "", *_table(given), "", *_margins(found[column]), ""]
        if number == 0:
            (folder / picture).write_text(plot(given, f"P@1 against the untrained encoder, points: {_title(column)}"))
            page += [*(aims(given) if column == AIMED else ()), ""]
            page += [f"![P@1 of every arm against the untrained encoder]({picture})", ""]
    page += [*_noise(rows), "", *([NOTES.read_text(encoding="utf-8").rstrip(), ""] if AIMED in rows else ())]
    (folder / f"{name}.md").write_text("\n".join(page), encoding="utf-8")
    _write_json(results, rows, folder / f"{name}.json")


def _conditions(results: Sequence[dict[str, Any]]) -> Iterator[str]:
    dates = sorted({one["date"] for one in results})
    threads = sorted({one["threads"] for one in results})
    machine = ", ".join(sorted({one["processor"] for one in results}))
    span = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    splits = sorted({one["split"] for one in results})
    yield f"{span}, {machine}, {' or '.join(map(str, threads))} thread(s) a run. Families: {', '.join(splits)}."
    yield ""
    yield CONDITIONS


def _title(column: Column) -> str:
    domain, verdicts, wrong = column
    return f"{domain.capitalize()}, {verdicts:,} verdicts, {round(100 * wrong)} % wrong"


HEADER = (
    "arm", "seeds", *CELLS, "P@5", "MRR", "near misses", "order", "neighbours kept", "hubness", "seconds", "MB",
)  # fmt: skip


def _table(rows: Sequence[Row]) -> Iterator[str]:
    yield "| " + " | ".join(HEADER) + " |"
    yield "| --- " * len(HEADER) + "|"
    for one in rows:
        cells = [_cell(one, name) for name in CELLS]
        rest = [_share(value) for value in (one.p_at_5, one.mrr, one.near_miss, one.order, one.neighbourhoods_kept)]
        cost = [_seconds(one), f"{one.memory_mb:,.0f}"]
        yield "| " + " | ".join([one.arm, str(one.seeds), *cells, *rest, f"{one.hubness:.2f}", *cost]) + " |"
    yield ""
    counts = ", ".join(f"{name} {count:,}" for name, count in rows[0].n.items())
    yield f"Queries: {counts}. P@1 with its difference in points to *{BASE}* and the interval of the difference."


def _seconds(one: Row) -> str:
    if not one.seconds:
        return "–"
    return f"{one.seconds:.0f}" if one.timed else f"({one.seconds:.0f})"


def _cell(one: Row, name: str) -> str:
    value, (low, high) = one.difference[name]
    if one.arm == BASE:
        return f"{one.p_at_1[name]:.3f}"
    return f"{one.p_at_1[name]:.3f} ({100 * value:+.1f}, {100 * low:+.1f} to {100 * high:+.1f})"


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _margins(arms: Arms) -> Iterator[str]:
    """Tertium against each arm that is not one of its own ablations."""
    for arm, given in arms.items():
        if arm in (TERTIUM, *_ablations(arms)):
            continue
        told = []
        for cell in CELLS:
            value, (low, high) = difference(arms[TERTIUM], given, cell)
            told.append(f"{cell} {100 * value:+.1f} ({100 * low:+.1f} to {100 * high:+.1f})")
        yield f"- {TERTIUM} minus {arm}: {', '.join(told)}."


def _ablations(arms: Arms) -> list[str]:
    return [arm for arm in arms if arm in VARIANTS]


def _noise(rows: dict[Column, list[Row]]) -> Iterator[str]:
    """How much of the gain is kept where verdicts are wrong."""
    for (domain, verdicts, wrong), given in rows.items():
        clean = rows.get((domain, verdicts, 0.0))
        if not wrong or clean is None:
            continue
        gains = {one.arm: one.difference["trained"][0] for one in clean}
        kept = [
            f"{one.arm} {100 * one.difference['trained'][0] / gains[one.arm]:.0f} %"
            for one in given
            if gains.get(one.arm, 0) > 0.005
        ]
        yield f"With {100 * wrong:.0f} % of {verdicts:,} verdicts wrong ({domain}), the gain kept: {', '.join(kept)}."
        yield ""


def _write_json(results: Sequence[dict[str, Any]], rows: dict[Column, list[Row]], path: Path) -> None:
    """The rows, and every run with the bits of its queries, from which all intervals can be computed again."""
    table = [
        {"domain": domain, "verdicts": verdicts, "wrong": wrong, "rows": [asdict(one) for one in given]}
        for (domain, verdicts, wrong), given in rows.items()
    ]
    path.write_text(json.dumps({"table": table, "runs": results}, indent=1, ensure_ascii=False), encoding="utf-8")
