"""A plot as SVG, by hand: one row an arm, one mark a cell, with its interval, in points against the untrained."""

from collections.abc import Sequence
from html import escape

from benchmarks.adaptation.figures import CELLS, Row

COLOURS = {"trained": "#0b6e4f", "zero-shot": "#c2571a", "other domain": "#6b4fa0", "control": "#33658a"}
LEFT, WIDTH, LINE, TOP = 250, 900, 44, 64


def plot(rows: Sequence[Row], title: str) -> str:
    ends = [end for row in rows for cell in CELLS for end in row.difference[cell][1]]
    low, high = 100 * min(0.0, *ends) - 0.5, 100 * max(0.0, *ends) + 0.5
    height = TOP + LINE * len(rows) + 40

    def x(points: float) -> float:
        return LEFT + (points - low) / (high - low) * (WIDTH - LEFT - 20)

    step = next(size for size in (1, 2, 5, 10, 20, 50) if (high - low) / size <= 12)
    first = -int(-low // step) * step
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="13"><title>{escape(title)}</title>',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        f'<text x="10" y="22" font-size="15">{escape(title)}</text>',
    ]
    for number, cell in enumerate(CELLS):
        parts.append(f'<circle cx="{LEFT + 140 * number}" cy="42" r="5" fill="{COLOURS[cell]}"/>')
        parts.append(f'<text x="{LEFT + 140 * number + 10}" y="46">{cell}</text>')
    for tick in range(first, int(high) + 1, step):
        weight, label = (0.4, f"{tick:+d}") if tick else (1.5, "0")
        parts.append(f'<path d="M{x(tick):.1f} {TOP - 6}V{height - 30}" stroke="#777" stroke-width="{weight}"/>')
        parts.append(f'<text x="{x(tick):.1f}" y="{height - 12}" text-anchor="middle">{label}</text>')
    for number, row in enumerate(rows):
        middle = TOP + LINE * number + LINE / 2
        parts.append(f'<text x="10" y="{middle + 4:.1f}">{escape(row.arm)}</text>')
        for place, cell in enumerate(CELLS):
            value, (lower, upper) = row.difference[cell]
            y, colour = middle + 8 * (place - 1.5), COLOURS[cell]
            span = f"M{x(100 * lower):.1f} {y:.1f}H{x(100 * upper):.1f}"
            parts.append(f'<path d="{span}" stroke="{colour}" stroke-width="2"/>')
            parts.append(f'<circle cx="{x(100 * value):.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>')
    return "\n".join([*parts, "</svg>", ""])
