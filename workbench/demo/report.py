"""The demo's figures: one JSON shape (var/demo/report.json) and the tables made from it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Report = Mapping[str, Any]
METRICS = {"p@1": "P@1", "p@5": "P@5", "mrr": "MRR"}
CELLS = ("trained", "zero-shot", "control")
CELL_KEYS = ("language_pair", "metric", "n", "before", "after", "difference", "interval")
BEGIN, END = "<!-- demo:begin -->", "<!-- demo:end -->"


def detection(injected: Sequence[bool], prevalence: float, marks: Sequence[int]) -> dict[str, list[float]]:
    """`injected`: in reviewing order, whether each pair was an injected error; `prevalence` over all that could be."""
    reached = [mark for mark in marks if mark <= len(injected)]
    return {
        "reviewed": list(reached),
        "found": [sum(injected[:mark]) for mark in reached],
        "random": [round(mark * prevalence, 1) for mark in reached],
    }


@dataclass(frozen=True)
class Measured:
    """What one project's demo came to."""

    project: str
    detection: Mapping[str, Any]
    cells: Sequence[Mapping[str, Any]]
    decision: str
    reasons: Sequence[str]


def shaped(projects: Sequence[Measured], seconds: Mapping[str, float]) -> dict[str, Any]:
    """The public shape: others script against these names. `detection` and `gate` are those of the first project."""
    detection = {one.project: dict(one.detection) for one in projects}
    gates = {one.project: {"decision": one.decision, "reasons": list(one.reasons)} for one in projects}
    first = projects[0].project
    return {
        "detection": detection[first],
        "cells": [
            {"cell": cell["cell"], "project": one.project, **{name: cell[name] for name in CELL_KEYS}}
            for one in projects
            for cell in one.cells
        ],
        "gate": gates[first],
        "seconds": dict(seconds),
        "projects": {slug: {"detection": detection[slug], "gate": gates[slug]} for slug in gates},
    }


def detection_table(report: Report) -> list[list[str]]:
    rows = []
    for project, figures in report["projects"].items():
        found = figures["detection"]
        for reviewed, hits, chance in zip(found["reviewed"], found["found"], found["random"], strict=True):
            rows.append([project, f"first {reviewed}", str(hits), f"{chance:.1f}"])
    return [["project", "reviewed", "injected errors found", "expected at random"], *rows]


def cells_table(report: Report) -> list[list[str]]:
    """One row a project, cell and language pair; shares × 100 as before → after, difference [95 % interval]."""
    by_row: dict[tuple[str, str, str], dict[str, Mapping[str, Any]]] = {}
    for cell in report["cells"]:
        by_row.setdefault((cell["project"], cell["cell"], cell["language_pair"]), {})[cell["metric"]] = cell
    projects = list(dict.fromkeys(project for project, _, _ in by_row))
    keys = sorted(by_row, key=lambda key: (projects.index(key[0]), CELLS.index(key[1]), key[2] == "macro", key[2]))
    table = [["project", "cell", "pair", "n", *METRICS.values()]]
    for key in keys:
        metrics = by_row[key]
        size = next(iter(metrics.values()))["n"]
        table.append([*key, f"{size:,}", *(_change(metrics.get(name)) for name in METRICS)])
    return table


def _change(cell: Mapping[str, Any] | None) -> str:
    if cell is None:
        return "–"
    low, high = cell["interval"]
    before, after, difference = (100 * cell[name] for name in ("before", "after", "difference"))
    return f"{before:.1f} → {after:.1f}, {difference:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]"


def seconds_table(report: Report) -> list[list[str]]:
    return [["stage", "seconds"], *([stage, f"{spent:.1f}"] for stage, spent in report["seconds"].items())]


def plain(report: Report) -> str:
    return "\n\n".join(
        [
            _aligned(detection_table(report)),
            "Retrieval with CSLS on held-out concepts, shares × 100: before → after, difference [95 % interval]\n"
            + _aligned(cells_table(report)),
            *("\n".join([title, *(f"  {reason}" for reason in reasons)]) for title, reasons in _gates(report)),
            _aligned(seconds_table(report)),
        ]
    )


def markdown(report: Report, caption: str) -> str:
    return "\n\n".join(
        [
            caption,
            _pipes(detection_table(report)),
            "Retrieval with CSLS on held-out concepts, shares × 100: before → after, difference [95 % bootstrap "
            "interval].",
            _pipes(cells_table(report)),
            *("\n".join([title, "", *(f"- {reason}" for reason in reasons)]) for title, reasons in _gates(report)),
            _pipes(seconds_table(report)),
        ]
    )


def _gates(report: Report) -> list[tuple[str, list[str]]]:
    gates = {project: figures["gate"] for project, figures in report["projects"].items()}
    return [(f"Gate of {project}: {gate['decision']}.", gate["reasons"]) for project, gate in gates.items()]


def between_markers(page: str, table: str) -> str:
    """The page with everything between the two markers replaced by the table."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def _aligned(table: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    lines = ("  ".join(_padded(row, widths)).rstrip() for row in table)
    return "\n".join(lines)


def _padded(row: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    for text, width in zip(row, widths, strict=True):
        yield text.rjust(width) if text[:1].isdigit() and "→" not in text else text.ljust(width)


def _pipes(table: Sequence[Sequence[str]]) -> str:
    head, *rows = table
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])
