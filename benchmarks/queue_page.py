"""docs/benchmarks/queue.md, .json and .svg, from the figures that `benchmarks.queue` has measured."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.plot import Axes, Line, chart, page

DOCS = Path(__file__).parents[1] / "docs" / "benchmarks"
FIRST = 0.05  # the share of verdicts that the promise is about
WANTED = 4.0  # times what a random order finds
RANDOM, SUSPICION, OURS = "random", "suspicion only", "the queue's order"
COLOURS = {RANDOM: "#888888", SUSPICION: "#c2571a", OURS: "#0b6e4f"}
SETTING = """\
`make bench-queue`, {date}, {processor}. ICD-10 in English, German, French and Spanish as `make demo` prepares it:
{pairs:,} pairs that may be reviewed, {injected:,} of them planted errors (most swap the terms of two siblings), scored
once by the real encoder. One simulated expert, who errs in {error_rate:.0%} of the verdicts, answers the same whatever
the order. Random is the mean of {shuffles} shuffles; the queue's order is what a scan writes, with its random share and
its spreading of families."""
FITTED = """\
In brackets the 95 % bootstrap interval over concepts, of the value. Each point fits the linear maps that a round's maps
are trained from (none for a language with too few verdicts to hold a family back), and leaves the encoder's weights
as they are: training at every point would take hours here. Random is the mean of {fitted_shuffles} shuffles, with the
interval of the first."""


def write(found: Mapping[str, Any]) -> None:
    DOCS.mkdir(parents=True, exist_ok=True)
    (DOCS / "queue.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (DOCS / "queue.svg").write_text(page([_finds_chart(found), _fits_chart(found)]), encoding="utf-8")
    (DOCS / "queue.md").write_text("\n\n".join(_sections(found)) + "\n", encoding="utf-8")
    print(f"{DOCS / 'queue.md'} is written")


def _sections(found: Mapping[str, Any]) -> Iterator[str]:
    first, at_random = found["first"], found["found_first"][RANDOM]
    yield "# What the queue's order is worth"
    yield SETTING.format(**found)
    yield "![Errors found and held-out P@1 against verdicts](queue.svg)"
    yield f"## Planted errors found in the first {FIRST:.0%} of the verdicts ({first:,})"
    rows = [
        [name, f"{hits:.0f}", f"{100 * hits / first:.0f} %", f"{hits / at_random:.1f} ×"]
        for name, hits in found["found_first"].items()
    ]
    yield _table(["order", "found", "of the verdicts", "of a random order"], rows)
    ratio = found["found_first"][OURS] / at_random
    kept = "It is." if ratio >= WANTED else "**It is not.**"
    yield f"Wanted: the queue's order at least {WANTED:.0f} times a random one. {kept}"
    yield "## Macro P@1 on held-out concepts, × 100"
    budgets = [point["verdicts"] for point in found["p@1"][OURS]]
    rows = [[name, *(_share(point) for point in points)] for name, points in found["p@1"].items()]
    yield _table(["order", *(f"{budget:,} verdicts" for budget in budgets)], rows)
    yield f"Untrained: {_share(found['untrained'])}."
    yield FITTED.format(**found)


def _share(point: Mapping[str, Any]) -> str:
    low, high = point["interval"]
    return f"{100 * point['p@1']:.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *rows])


def _finds_chart(found: Mapping[str, Any]) -> list[str]:
    pairs, injected = found["pairs"], found["injected"]
    axes = Axes(
        "Planted errors found", "verdicts given", "errors", (0, pairs), (0, injected), _ticks(pairs), _ticks(injected)
    )
    return chart(axes, [
        Line(name, tuple((n, hits) for n, hits in points), COLOURS[name]) for name, points in found["found"].items()
    ])  # fmt: skip


def _fits_chart(found: Mapping[str, Any]) -> list[str]:
    base = 100 * found["untrained"]["p@1"]
    values = [100 * point["p@1"] for points in found["p@1"].values() for point in points] + [base]
    low, high = int(min(values)) - 1, int(max(values)) + 2
    most = max(point["verdicts"] for points in found["p@1"].values() for point in points)
    axes = Axes(
        "Held-out P@1 × 100 after fitting the maps on the verdicts", "verdicts given", "macro P@1 × 100", (0, most),
        (low, high), _ticks(most), tuple(range(low, high + 1)),
    )  # fmt: skip
    lines = [
        Line(name, ((0, base), *((p["verdicts"], 100 * p["p@1"]) for p in points)), COLOURS[name], dots=True)
        for name, points in found["p@1"].items()
    ]
    return chart(axes, lines, top=380)


def _ticks(most: float) -> tuple[float, ...]:
    step = next(size for size in (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000) if most / size <= 8)
    return tuple(float(tick) for tick in range(0, int(most) + 1, step))
