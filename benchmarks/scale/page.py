"""The page on scale, its figures as JSON, and the plot of how costs grow."""

import json
from collections.abc import Mapping
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

from benchmarks.plot import HEIGHT, Axes, Line, chart
from benchmarks.plot import page as drawn

NOTES = Path(__file__).with_name("notes.md")
COLOURS = {"scoring": "#1b6ca8", "search": "#8e5bb5", "graph": "#c0430e", "growth": "#2e7d32"}
WAYS = {
    "exact": "float32, exact",
    "rounded": "bfloat16, proven in float32",
    "few axes": "bfloat16 along few axes, best again in float32",
    "HNSW": "HNSW",
}
Found = Mapping[str, Mapping[str, Any]]


def write(found: Found, out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    (out / "scale.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    seconds = {
        name: [(one["pairs" if "pairs" in one else "vectors"], one["seconds"]) for one in _of(found, name)]
        for name in COLOURS
    }
    memory = {"scoring": [(one["pairs"], one["peak_gb"]) for one in _of(found, "scoring")]}
    if memory["scoring"]:
        panels = ("Seconds", "seconds", seconds), ("Peak memory of scoring", "GB", memory)
        charts = [_chart(*panel, top=place * HEIGHT) for place, panel in enumerate(panels)]
        (out / "scale.svg").write_text(drawn(charts), encoding="utf-8")
    page = out / "scale.md"
    page.write_text("\n".join([*_head(found), *_embedding(found), *_growing(found)]) + "\n", encoding="utf-8")
    return page


def _chart(title: str, unit: str, series: Mapping[str, list[tuple[float, float]]], *, top: int) -> list[str]:
    points = [point for line in series.values() for point in line]
    across, up = (_ticks(max(values)) for values in zip(*points, strict=True))
    axes = Axes(title, "pairs, or vectors searched", unit, (0, across[-1]), (0, up[-1]), across, up)
    lines = [
        Line("HNSW" if name == "graph" else name, tuple(line), COLOURS[name], dots=True)
        for name, line in series.items()
        if line
    ]
    return chart(axes, lines, top=top)


def _ticks(most: float) -> tuple[float, ...]:
    """Round numbers from 0 to beyond the most."""
    power = 10.0 ** floor(log10(most))
    step = next(share * power for share in (0.2, 0.5, 1, 2) if most <= 6 * share * power)
    return tuple(step * count for count in range(ceil(most / step) + 1))


def _head(found: Found) -> list[str]:
    dates = sorted({one["date"] for one in found.values()})
    machines = sorted({one["processor"] for one in found.values()})
    return [
        "# Scale",
        "",
        f"Measured {', '.join(dates)} on {', '.join(machines)}.",
        "",
        NOTES.read_text(encoding="utf-8"),
    ]


def _embedding(found: Found) -> list[str]:
    lines = ["## Embedding and attribution", ""]
    if one := found.get("throughput-0"):
        lines += [
            f"{one['terms']:,} terms, {one['threads']:.0f} thread(s): {one['ours']:.0f} terms a second, "
            f"`SentenceTransformer.encode` {one['peer']:.0f}: **{one['times']:.2f} times** (aim 2.5). Lowest cosine to "
            f"float32 {one['cosine_to_float32']:.5f} (aim .999), to the peer's vectors {one['cosine_to_peer']:.5f}.",
            "",
        ]  # fmt: skip
    if one := found.get("attribution-0"):
        lines += [
            f"Leave-one-token-out attribution, {one['threads']:.0f} thread(s), {one['pairs']:.0f} pairs of "
            f"{one['tokens']:.0f} tokens in the middle: {one['median_ms']:.0f} ms a pair (aim below 200), the slowest "
            f"{one['worst_ms']:.0f} ms; eight together {one['together_ms']:.0f} ms a pair. A token's share is at most "
            f"{one['share_off']:.3f} off float32's in the middle text.", "",
        ]  # fmt: skip
    return lines if len(lines) > 2 else []


def _growing(found: Found) -> list[str]:
    scoring = [
        f"| {one['pairs']:,} | {WAYS[one['way']]} | {one['seconds']:.0f} | "
        f"{one['busy_seconds']:.0f} | {one['peak_gb']:.1f} | "
        f"{one['threads']:.0f} | {one['wrong_in_front']:.3f} |"
        for one in _of(found, "scoring")
    ]
    searches = [
        f"| {one['vectors']:,} | {WAYS[one['way']]} | {one['recall']:.4f} | {one['recall_candidates']:.4f} | "
        f"{_whole(one, 'seconds')} | {_whole(one, 'busy_seconds')} | {_whole(one, 'exact_seconds')} | "
        f"{one['threads']:.0f} |"
        for one in [*_of(found, "search"), *_of(found, "recall"), *_of(found, "graph")]
    ]
    added = [
        f"| {one['pairs']:,} | {one['new']:,} | {one['neighbourhood']:,} | {one['seconds']:.0f} | "
        f"{one.get('rank_correlation', float('nan')):.3f} | {one.get('median_difference', float('nan')):.3f} | "
        f"{one['threads']:.0f} |".replace("nan", "–")
        for one in _of(found, "growth")
    ]
    return [
        "## Scoring given pairs", "",
        "From vectors to scores and reasons (aim: 1,000,000 in 2,400 seconds and 8 GB).", "",
        "| pairs | search | seconds | processor seconds | peak GB | threads | planted swaps among the first 5 % |",
        "| --- | --- | --- | --- | --- | --- | --- |", *scoring, "",
        "## The search", "",
        "Every vector's fifty nearest; recall against the exact answer for 1,000 queries (aim .98 of the ten). A scan "
        "searches there and back, each once. HNSW is what a long list gets where the processor has no bfloat16.", "",
        "| vectors | way | recall@10 | recall@50 | seconds, building included | processor seconds | "
        "exact search by faiss, seconds (from 1,000 queries) | threads |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |", *searches, "",
        *_grown(added),
        "![How seconds and memory grow](scale.svg)",
    ]  # fmt: skip


def _grown(added: list[str]) -> list[str]:
    if not added:
        return []
    return [
        "## Adding terms to a scored list", "",
        "| pairs | new | pairs examined | seconds (aim below 60) | rank correlation with scoring all | "
        "median difference of the score | threads |",
        "| --- | --- | --- | --- | --- | --- | --- |", *added, "",
    ]  # fmt: skip


def _whole(one: Mapping[str, Any], name: str) -> str:
    return f"{one[name]:.0f}" if name in one else "–"


def _of(found: Found, kind: str) -> list[Mapping[str, Any]]:
    rows = [one for name, one in found.items() if name.startswith(f"{kind}-")]
    return sorted(rows, key=lambda one: one["pairs" if "pairs" in one else "vectors"])
