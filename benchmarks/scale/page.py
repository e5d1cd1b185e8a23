"""The page on scale, its figures as JSON, and the plot of how costs grow."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.detection.plot import curves

NOTES = Path(__file__).with_name("notes.md")
Found = Mapping[str, Mapping[str, Any]]


def write(found: Found, out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    (out / "scale.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    seconds = {
        name: [(one["pairs" if "pairs" in one else "vectors"], one["seconds"]) for one in _of(found, name)]
        for name in ("scoring", "graph", "growth")
    }
    memory = {"scoring": [(one["pairs"], one["peak_gb"]) for one in _of(found, "scoring")]}
    series = {name: points for name, points in seconds.items() if points}
    if series and memory["scoring"]:
        panels = [("seconds", series), ("peak memory, GB", memory)]
        (out / "scale.svg").write_text(curves(panels, "pairs, or vectors of the graph"), encoding="utf-8")
    page = out / "scale.md"
    page.write_text("\n".join([*_head(found), *_embedding(found), *_growing(found)]) + "\n", encoding="utf-8")
    return page


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
    return lines


def _growing(found: Found) -> list[str]:
    scoring = [
        f"| {one['pairs']:,} | {'exact' if one['exact'] else 'HNSW'} | {one['seconds']:.0f} | "
        f"{one['busy_seconds']:.0f} | {one['peak_gb']:.1f} | "
        f"{one['threads']:.0f} | {one['wrong_in_front']:.3f} |"
        for one in _of(found, "scoring")
    ]
    graphs = [
        f"| {one['vectors']:,} | {one['recall']:.4f} | {one['recall_candidates']:.4f} | {one['seconds']:.0f} | "
        f"{one['busy_seconds']:.0f} | {one['exact_seconds']:.0f} | "
        f"{one['threads']:.0f} |"
        for one in _of(found, "graph")
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
        "## The graph", "",
        "Every vector's fifty nearest; recall against the exact answer for 1,000 queries (aim .98 of the ten).", "",
        "| vectors | recall@10 | recall@50 | seconds, building included | processor seconds | "
        "exact search, seconds (from 1,000 queries) | threads |",
        "| --- | --- | --- | --- | --- | --- | --- |", *graphs, "",
        "## Adding terms to a scored list", "",
        "| pairs | new | pairs examined | seconds (aim below 60) | rank correlation with scoring all | "
        "median difference of the score | threads |",
        "| --- | --- | --- | --- | --- | --- | --- |", *added, "",
        "![How seconds and memory grow](scale.svg)",
    ]  # fmt: skip


def _of(found: Found, kind: str) -> list[Mapping[str, Any]]:
    rows = [one for name, one in found.items() if name.startswith(f"{kind}-")]
    return sorted(rows, key=lambda one: one["pairs" if "pairs" in one else "vectors"])
