"""CSV that a spreadsheet can open without running what is in it. Pure.

A cell that begins like a formula gets one leading apostrophe; `unquote_cell`, which every import uses, takes exactly
that one off again. A cell with such apostrophes of its own gets one more, so the way back is exact for every text.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

FORMULA = re.compile(r"'*[=+\-@＝＋－＠\x00-\x1f\x7f-\x9f]")  # taken for a formula, or stripped until it is one


class Writable(Protocol):
    def write(self, text: str, /) -> object: ...


def quote_cell(text: str) -> str:
    return f"'{text}" if FORMULA.match(text) else text


def unquote_cell(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def write_csv(stream: Writable, columns: Sequence[str], rows: Iterable[Sequence[str | int | float | bool]]) -> int:
    """Writes the header and the rows as they come; returns how many. Numbers go in as they are, booleans as 0 and 1."""
    plain = csv.writer(stream, lineterminator="\n")
    quoted = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
    plain.writerow(columns)
    written = 0
    for row in rows:
        cells = [_cell(value) for value in row]
        writer = quoted if any("\r" in cell for cell in cells) else plain  # csv leaves a lone \r bare
        writer.writerow(cells)
        written += 1
    return written


def _cell(value: str | int | float | bool) -> str:
    if isinstance(value, str):
        return quote_cell(value)
    return str(int(value)) if isinstance(value, bool) else str(value)
