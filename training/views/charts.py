"""Geometry of the server-drawn SVG charts. Pure: numbers in, coordinates out; templates draw them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 300.0, 80.0  # user units of a curve's viewBox
SPAN = 200.0  # user units of an interval's axis
DRAWN = 300  # points of a curve at most


@dataclass(frozen=True)
class Curve:
    name: str
    points: str  # "x,y x,y …"
    first: float
    last: float
    low: float
    high: float
    end: tuple[float, float]


@dataclass(frozen=True)
class Effect:
    """One row of the before/after table with its dot and interval in axis units."""

    cell: Mapping[str, Any]
    dot: float
    low: float
    high: float
    verdict: str  # better | worse | open | undecidable

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True)
class Bar:
    label: str
    value: int
    x: float
    y: float
    height: float


def curves(losses: Sequence[tuple[int, Mapping[str, float]]], steps: int) -> list[Curve]:
    """One curve a loss name, in the order of first appearance; x runs over all the round's steps."""
    names = list(dict.fromkeys(name for _, values in losses for name in values))
    return [_curve(name, [(step, values[name]) for step, values in losses if name in values], steps) for name in names]


def _curve(name: str, points: list[tuple[int, float]], steps: int) -> Curve:
    values = [value for _, value in points]
    low, high = min(values), max(values)
    right = max(steps, points[-1][0], 1)
    spread = high - low or 1.0
    kept = points[:: max(1, len(points) // DRAWN)]
    if kept[-1] != points[-1]:
        kept.append(points[-1])
    placed = [
        (round(WIDTH * step / right, 1), round(HEIGHT - HEIGHT * (value - low) / spread, 1)) for step, value in kept
    ]
    return Curve(name, " ".join(f"{x},{y}" for x, y in placed), values[0], values[-1], low, high, placed[-1])


def effects(cells: Sequence[Mapping[str, Any]], metric: str, decidable: int = 200) -> list[Effect]:
    """The cells of one metric on a common axis that is symmetric about zero."""
    rows = [cell for cell in cells if cell["metric"] == metric]
    reach = max((abs(end) for cell in rows for end in (*cell["interval"], cell["difference"])), default=0) or 0.01
    return [
        Effect(
            cell,
            dot=_place(cell["difference"], reach),
            low=_place(cell["interval"][0], reach),
            high=_place(cell["interval"][1], reach),
            verdict=_verdict(cell, decidable),
        )
        for cell in rows
    ]


def _place(difference: float, reach: float) -> float:
    return round(SPAN / 2 + difference / reach * (SPAN / 2 - 6), 1)


def _verdict(cell: Mapping[str, Any], decidable: int) -> str:
    if cell["n"] < decidable:
        return "undecidable"
    low, high = cell["interval"]
    if low > 0:
        return "better"
    return "worse" if high < 0 else "open"


@dataclass(frozen=True)
class Trend:
    """One value over the rounds, with a dot for each."""

    points: str
    dots: list[tuple[float, float]]
    low: float
    high: float
    last: float


def trend(values: Mapping[int, float], columns: int) -> Trend:
    """`values` by column, 0 … columns − 1; a value that never changes is drawn in the middle."""
    low, high = min(values.values()), max(values.values())
    step = WIDTH / max(columns - 1, 1)

    def height(value: float) -> float:
        return round(HEIGHT - HEIGHT * (value - low) / (high - low), 1) if high > low else HEIGHT / 2

    dots = [
        (round(step * column, 1) if columns > 1 else WIDTH / 2, height(values[column])) for column in sorted(values)
    ]
    return Trend(" ".join(f"{x},{y}" for x, y in dots), dots, low, high, values[max(values)])


def bars(values: Sequence[tuple[str, int]]) -> list[Bar]:
    """Columns over the whole width, the tallest as high as the chart."""
    top = max((value for _, value in values), default=0) or 1
    step = WIDTH / max(len(values), 1)
    return [
        Bar(label, value, round(step * index + 1, 2), round(HEIGHT - HEIGHT * value / top, 2), HEIGHT * value / top)
        for index, (label, value) in enumerate(values)
    ]
