"""A line chart as SVG, by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

LEFT, RIGHT, TOP, BOTTOM = 64, 34, 44, 52
WIDTH, HEIGHT = 720, 380


@dataclass(frozen=True)
class Line:
    name: str
    points: tuple[tuple[float, float], ...]
    colour: str
    dashes: str = ""
    dots: bool = False


@dataclass(frozen=True)
class Axes:
    title: str
    across: str
    up: str
    x: tuple[float, float]
    y: tuple[float, float]
    x_ticks: tuple[float, ...]
    y_ticks: tuple[float, ...]


def chart(axes: Axes, lines: Sequence[Line], *, top: int = 0) -> list[str]:
    """The parts of one chart, `top` units down; `page` puts several into one picture."""

    def x(value: float) -> float:
        return LEFT + (value - axes.x[0]) / (axes.x[1] - axes.x[0]) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return top + HEIGHT - BOTTOM - (value - axes.y[0]) / (axes.y[1] - axes.y[0]) * (HEIGHT - TOP - BOTTOM)

    floor = top + HEIGHT - BOTTOM
    parts = [f'<text x="{LEFT}" y="{top + 22}" font-size="15">{escape(axes.title)}</text>']
    for tick in axes.x_ticks:
        parts.append(f'<path d="M{x(tick):.1f} {top + TOP}V{floor}" stroke="#bbb" stroke-width="0.6"/>')
        parts.append(f'<text x="{x(tick):.1f}" y="{floor + 16}" text-anchor="middle">{tick:,.9g}</text>')
    for tick in axes.y_ticks:
        parts.append(f'<path d="M{LEFT} {y(tick):.1f}H{WIDTH - RIGHT}" stroke="#bbb" stroke-width="0.6"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:,.9g}</text>')
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{floor + 36}" text-anchor="middle">{escape(axes.across)}</text>'
    )
    middle = top + (TOP + HEIGHT - BOTTOM) / 2
    parts.append(f'<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">{escape(axes.up)}</text>')
    for line in lines:
        path = " ".join(f"{x(one):.1f},{y(other):.1f}" for one, other in line.points)
        parts.append(f'<polyline points="{path}" fill="none" {_pen(line)}/>')
        for one, other in line.points if line.dots else ():
            parts.append(f'<circle cx="{x(one):.1f}" cy="{y(other):.1f}" r="3.5" fill="{line.colour}"/>')
    return parts + _legend(lines, floor)


def _legend(lines: Sequence[Line], floor: float) -> list[str]:
    """In the lower right corner, over whatever lines pass there."""
    side, height = WIDTH - RIGHT - 190, 18 * len(lines)
    box = f'x="{side - 8}" y="{floor - 8 - height}" width="194" height="{height + 4}"'
    parts = [f'<rect {box} fill="white" fill-opacity="0.9"/>']
    for number, line in enumerate(lines):
        down = floor - 14 - 18 * (len(lines) - 1 - number)
        parts.append(f'<path d="M{side} {down - 4}h24" {_pen(line)}/>')
        parts.append(f'<text x="{side + 30}" y="{down}">{escape(line.name)}</text>')
    return parts


def _pen(line: Line) -> str:
    dashes = f' stroke-dasharray="{line.dashes}"' if line.dashes else ""
    return f'stroke="{line.colour}" stroke-width="2"{dashes}'


def page(charts: Sequence[list[str]]) -> str:
    height = HEIGHT * len(charts)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" font-family="sans-serif" '
        f'font-size="12"><rect width="{WIDTH}" height="{height}" fill="white"/>'
    )
    return "\n".join([head, *(part for parts in charts for part in parts), "</svg>", ""])
