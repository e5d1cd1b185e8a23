"""The page, the figures as JSON, and the plot."""

import json
from collections.abc import Sequence
from dataclasses import astuple, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.detection.cells import KINDS
from benchmarks.detection.errors import CONCEPT_KINDS
from benchmarks.detection.form_errors import FORM_KINDS, FORMS
from benchmarks.detection.learning import COMBINATION, TRANSFER, VERDICTS, Result, mean
from benchmarks.detection.plot import curves
from benchmarks.processor import processor

TARGETS = (  # what, kind, measure, at 0 verdicts, after 200; None: no target
    ("sibling orphaned, AUROC", "sibling orphaned", "auroc", 0.935, 0.95),
    ("nearest orphaned, AUROC", "nearest orphaned", "auroc", 0.76, 0.88),
    ("sibling, precision in the top 5 %", "sibling", "top", 0.92, 0.95),
    ("form errors made by rule, AUROC", FORMS, "auroc", 0.85, 0.90),
    ("expected calibration error, all kinds", "", "ece", None, 0.03),
)
Found = Sequence[Result]


def write(found: Found, folder: Path, *, name: str, title: str, notes: str, seconds: dict[str, float]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    about = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "processor": processor(), "seconds": seconds}
    (folder / f"{name}.json").write_text(_json(found, about), encoding="utf-8")
    (folder / f"{name}.svg").write_text(_plot(found), encoding="utf-8")
    page = folder / f"{name}.md"
    page.write_text("\n".join(_page(found, name, title, about, notes)) + "\n", encoding="utf-8")
    return page


def _json(found: Found, about: dict[str, Any]) -> str:
    """A row a line, so that two runs can be compared."""
    rows = [json.dumps([_plain(value) for value in astuple(one)]) for one in found]
    columns = [one.name for one in fields(Result)]
    return json.dumps({**about, "columns": columns, "results": ["@"]}).replace('"@"', ",\n".join(rows)) + "\n"


def _page(found: Found, name: str, title: str, about: dict[str, Any], notes: str) -> list[str]:
    seconds = ", ".join(f"{what} {value:.0f} s" for what, value in about["seconds"].items())
    return [
        f"# {title}",
        "",
        f"Measured {about['date']} on {about['processor']}; {seconds}. Figures are means over lists; "
        f"list by list they are in [{name}.json]({name}.json).",
        "",
        notes,
        "",
        "## Aims",
        "",
        *(line for domain in _domains(found) for line in _targets(found, domain)),
        f"![AUROC and calibration error over verdicts]({name}.svg)",
        "",
        *(line for domain in _domains(found) for line in _combination(found, domain)),
        "## Every signal for itself, which no verdict changes",
        "",
        *(line for domain in _domains(found) for line in _signals(found, domain)),
    ]


def _targets(found: Found, domain: str) -> list[str]:
    lines = [_row([domain, "aim, no verdict", "measured", "aim, 200 verdicts", "measured"]), _row(["---"] * 5)]
    for what, kind, measure, *aims in TARGETS:
        cells = []
        for aim, count in zip(aims, (0, 200), strict=True):
            value = _value(found, domain, kind, COMBINATION, count, measure)
            met = aim is None or (value <= aim if measure == "ece" else value >= aim)
            cells += ["–" if aim is None else f"{aim:g}", f"{value:.4f}{'' if met else ' (missed)'}"]
        lines.append(_row([what, *cells]))
    return [*lines, ""]


def _combination(found: Found, domain: str) -> list[str]:
    lists = sorted({one.list_ for one in found if one.domain == domain})
    after = [*(f"{count} verdicts" for count in VERDICTS), "none here, 200 in each other list"]
    head = ["kind of error", "wrong of pairs tested", "best signal", *after]
    what = f"Lists: {', '.join(lists)}. AUROC · average precision · precision in the top 5 % · calibration error."
    lines = [f"## Combined: {domain}", "", what, "", _row(head), _row(["---"] * len(head))]
    for kind in (*CONCEPT_KINDS, FORMS, *FORM_KINDS):
        here = [one for one in found if one.domain == domain and one.kind == kind and one.scorer == COMBINATION]
        if not here:
            continue
        first = [one for one in here if not one.verdicts]
        counts = f"{sum(one.wrong for one in first)} of {sum(one.pairs for one in first)}"
        cells = [_four([one for one in here if one.verdicts == count]) for count in VERDICTS]
        cells.append(_four([one for one in found if (one.domain, one.kind, one.scorer) == (domain, kind, TRANSFER)]))
        label = f"– {kind}" if kind in FORM_KINDS else kind
        lines.append(_row([label, counts, _best(found, domain, kind), *cells]))
    return [*lines, ""]


def _four(found: Found) -> str:
    values = [mean(found, measure) for measure in ("auroc", "ap", "top", "ece")]
    return " · ".join("–" if np.isnan(value) else f"{value:.3f}".lstrip("0") for value in values)


def _best(found: Found, domain: str, kind: str) -> str:
    names = sorted({one.scorer for one in found} - {COMBINATION, TRANSFER})
    best = max(names, key=lambda name: _value(found, domain, kind, name, 0, "auroc"))
    return f"`{best}` {_value(found, domain, kind, best, 0, 'auroc'):.3f}"


def _signals(found: Found, domain: str) -> list[str]:
    kinds = [kind for kind in KINDS if any(one.kind == kind and one.domain == domain for one in found)]
    lines = [f"AUROC, {domain}; a surface check that finds nothing in most pairs stands near .5.", "",
             _row(["signal", *kinds]), _row(["---"] * (len(kinds) + 1))]  # fmt: skip
    for name in dict.fromkeys(one.scorer for one in found if one.scorer != TRANSFER):
        cells = [f"{_value(found, domain, kind, name, 0, 'auroc'):.3f}" for kind in kinds]
        lines.append(_row([f"`{name}`" if name != COMBINATION else "**combination**", *cells]))
    return [*lines, ""]


def _value(found: Found, domain: str, kind: str, scorer: str, verdicts: int, measure: str) -> float:
    """A kind of "" stands for all cells."""
    return mean(
        [one for one in found if one.domain == domain and one.scorer == scorer and one.verdicts == verdicts
         and (one.kind == kind or (not kind and one.kind in KINDS))], measure,
    )  # fmt: skip


def _plot(found: Found) -> str:
    panels = []
    for measure, label in (("auroc", "AUROC"), ("ece", "expected calibration error")):
        series = {
            kind: [(count, _value(found, "medicine", kind, COMBINATION, count, measure)) for count in VERDICTS]
            for kind in KINDS
        }
        panels.append((f"{label} · medicine", series))
    return curves(panels, "verdicts given")


def _domains(found: Found) -> list[str]:
    return list(dict.fromkeys(one.domain for one in found))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(value: object) -> object:
    return round(value, 4) if isinstance(value, float) and not np.isnan(value) else None if value != value else value
