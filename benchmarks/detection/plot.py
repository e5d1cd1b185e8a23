"""Line charts as plain SVG, so that a benchmark needs no drawing library."""

from collections.abc import Mapping, Sequence
from math import isnan

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 420, 300, 52, 34, 12, 44
COLOURS = ("#1b6ca8", "#c1440e", "#2e7d32", "#7b1fa2", "#b8860b", "#00838f", "#5d4037", "#455a64")
Series = Mapping[str, Sequence[tuple[float, float]]]


def curves(panels: Sequence[tuple[str, Series]], x_label: str) -> str:
    """Panels side by side, one legend below; each has a title and named series of (x, y). NaN is left out."""
    names = list(dict.fromkeys(name for _, series in panels for name in series))
    rows = (len(names) + 3) // 4
    width, height = WIDTH * len(panels), HEIGHT + 20 * rows + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="11"><rect width="{width}" height="{height}" fill="#ffffff"/>'
    ]
    for place, (title, series) in enumerate(panels):
        parts.append(f'<g transform="translate({place * WIDTH} 0)">{_panel(title, series, names, x_label)}</g>')
    for place, name in enumerate(names):
        x, y = LEFT + (place % 4) * 180, HEIGHT + 14 + 20 * (place // 4)
        colour = COLOURS[place % len(COLOURS)]
        parts.append(f'<rect x="{x}" y="{y - 8}" width="14" height="4" fill="{colour}"/>{_text(x + 20, y - 2, name)}')
    return "".join([*parts, "</svg>\n"])


def _panel(title: str, series: Series, names: Sequence[str], x_label: str) -> str:
    points = [(x, y) for line in series.values() for x, y in line if not isnan(y)]
    xs, ys = sorted({x for x, _ in points}), [y for _, y in points]
    low, high = min(ys), max(ys)
    low, high = low - 0.05 * (high - low or 1), high + 0.05 * (high - low or 1)

    def at(x: float, y: float) -> tuple[float, float]:
        across = xs.index(x) / max(len(xs) - 1, 1)  # even steps: the counts grow as a geometric series would
        up = (y - low) / (high - low)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    parts = [_text(LEFT, 18, title, 13)]
    for step in range(5):
        y = low + step * (high - low) / 4
        _, height = at(xs[0], y)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height:.1f}" y2="{height:.1f}" stroke="#dddddd"/>')
        parts.append(_text(6, height + 4, f"{y:.3f}"))
    parts += [_text(at(x, low)[0] - 8, HEIGHT - BOTTOM + 16, f"{x:,.0f}") for x in xs]
    parts.append(_text(LEFT, HEIGHT - 10, x_label))
    for name, line in series.items():
        colour = COLOURS[names.index(name) % len(COLOURS)]
        places = [at(x, y) for x, y in line if not isnan(y)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
    return "".join(parts)


def _text(x: float, y: float, text: str, size: int = 11) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}">{safe}</text>'
