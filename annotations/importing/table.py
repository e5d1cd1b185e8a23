"""Reads a delimited text file as rows of named cells: encoding, separator, header, quotation marks. Pure."""

import codecs
import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TextIO

from annotations.exporting.csv import unquote_cell
from annotations.importing.rows import InvalidFile, RowError

FORMATS = ("csv", "tsv")
MAX_FILE_BYTES = 200_000_000
MAX_RECORD_LINES = 20  # of one row: more means a quotation mark that is never closed
SUFFIXES = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv"}
SEPARATORS = {"csv": (",", ";", "\t"), "tsv": ("\t",)}
CHUNK = 1 << 20


@dataclass(frozen=True)
class Cells:
    line: int
    values: dict[str, str]


@dataclass(frozen=True)
class Table:
    file: str
    columns: tuple[str, ...]
    lines: int  # of the whole file, for progress
    rows: Iterator[Cells | RowError]


def read_table(path: Path, layouts: Sequence[Sequence[str]], format: str | None = None) -> Table:
    """A table whose header holds all columns of one of the layouts; rows are read as they are asked for.

    A row that can't be read comes as a RowError. InvalidFile: missing, too large, empty, not UTF-8, a column missing.
    """
    lines = _check_encoding(path)
    separators = SEPARATORS[_format(path, format)]
    separator, columns = _header(path, separators, layouts)
    return Table(path.name, columns, lines, _rows(path, separator, columns))


def _format(path: Path, format: str | None) -> str:
    if format is None:
        format = SUFFIXES.get(path.suffix.lower())
        if format is None:
            raise InvalidFile(f"{path.name}: its name does not tell the format; give --format csv or --format tsv.")
    if format not in FORMATS:
        raise InvalidFile(f"{format!r} is not a format: choose one of {', '.join(FORMATS)}.")
    return format


def _check_encoding(path: Path) -> int:
    """The number of lines. One pass over the bytes first, so that a wrong one is named by its place."""
    if not path.is_file():
        raise InvalidFile(f"{path}: there is no such file.")
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise InvalidFile(f"{path.name} has {size:,} bytes: split it into files of at most {MAX_FILE_BYTES:,}.")
    decoder = codecs.getincrementaldecoder("utf-8")()
    read = lines = 0
    with path.open("rb") as file:
        for chunk in iter(partial(file.read, CHUNK), b""):
            pending = len(decoder.getstate()[0])
            _decode(decoder, chunk, path.name, read - pending, lines)
            read += len(chunk)
            lines += chunk.count(b"\n")
        _decode(decoder, b"", path.name, read - len(decoder.getstate()[0]), lines, final=True)
    return lines


def _decode(
    decoder: codecs.IncrementalDecoder, chunk: bytes, file: str, start: int, lines: int, *, final: bool = False
) -> None:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        line = lines + error.object[: error.start].count(b"\n") + 1
        raise InvalidFile(
            f"{file} is not UTF-8: byte {start + error.start:,} in line {line:,} does not belong there. "
            "Save the file as UTF-8 (in a spreadsheet: “CSV UTF-8”) and import it again."
        ) from error


def _header(path: Path, separators: Sequence[str], layouts: Sequence[Sequence[str]]) -> tuple[str, tuple[str, ...]]:
    longest: tuple[str, ...] = ()
    for separator in separators:
        with path.open(encoding="utf-8-sig", newline="") as file:
            columns = _first_record(file, separator, path.name)
        if any(set(layout) <= set(columns) for layout in layouts):
            _check_unique(path.name, columns)
            return separator, columns
        longest = max(longest, columns, key=len)
    raise InvalidFile(_missing_columns(path.name, longest, layouts))


def _check_unique(file: str, columns: Sequence[str]) -> None:
    for name in columns:
        if name and columns.count(name) > 1:
            raise InvalidFile(f"{file} has two columns {name!r}: rename or delete one of them.")


def _first_record(file: TextIO, separator: str, name: str) -> tuple[str, ...]:
    """The header's names, none when another separator made nonsense of its quotation marks."""
    for _, cells in _records(file, separator):
        if isinstance(cells, str):
            return ()
        if any(cell.strip() for cell in cells):
            return tuple(cell.strip().lower() for cell in cells)
    raise InvalidFile(f"{name} is empty: it needs a header and at least one row.")


def _missing_columns(file: str, columns: Sequence[str], layouts: Sequence[Sequence[str]]) -> str:
    nearest = min(layouts, key=lambda layout: len(set(layout) - set(columns)))
    missing = ", ".join(name for name in nearest if name not in columns)
    wanted = " or ".join(", ".join(layout) for layout in layouts)
    found = ", ".join(repr(name[:40]) for name in columns[:12]) or "nothing that can be read"
    return f"{file} lacks the column {missing}: the header must hold {wanted}, but it holds {found}."


def _rows(path: Path, separator: str, columns: tuple[str, ...]) -> Iterator[Cells | RowError]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header_seen = False
        for line, cells in _records(file, separator):
            if isinstance(cells, str):
                yield RowError(path.name, line, cells)
            elif not any(cell.strip() for cell in cells):
                continue
            elif not header_seen:
                header_seen = True
            else:
                yield _named(path.name, line, cells, columns)


def _named(file: str, line: int, cells: list[str], columns: tuple[str, ...]) -> Cells | RowError:
    extra = [cell for cell in cells[len(columns) :] if cell.strip()]
    if extra:
        reason = f"too many columns: {len(cells)} cells, but the header names {len(columns)}"
        return RowError(file, line, f"{reason}; put a term that holds the separator in quotation marks")
    if len(cells) < len(columns):
        return RowError(file, line, f"too few columns: {len(cells)} cells, but the header names {len(columns)}")
    return Cells(line, {name: unquote_cell(cell) for name, cell in zip(columns, cells, strict=False) if name})


def _records(file: TextIO, separator: str) -> Iterator[tuple[int, list[str] | str]]:
    """(first line, cells, or why they can't be read). A record that can't be read costs its first line, no more."""
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _NeverEnds) as error:
            first, reason = lines.first, _reason(error)
            lines.back_to_second()
            reader = csv.reader(lines, delimiter=separator, strict=True)
            yield first, reason
        else:
            yield lines.first, cells


def _reason(error: Exception) -> str:
    if "field limit" in str(error):
        return f"a cell has more than {csv.field_size_limit():,} characters"
    if isinstance(error, _NeverEnds) or "unexpected end" in str(error):
        return "a quotation mark is opened and not closed"
    return f"the quotation marks do not fit: {error}"


class _NeverEnds(Exception):
    """Ends a record from within csv.reader; `_records` makes a reason of it."""


class _Lines:
    """The lines of a file for csv.reader, able to give those of a broken record once more."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self._record: list[str] = []
        self.first = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._record) >= MAX_RECORD_LINES:
            raise _NeverEnds
        line = self._again.popleft() if self._again else next(self._file)
        self._record.append(line)
        return line

    def begin(self) -> None:
        self.first += len(self._record)
        self._record = []

    def back_to_second(self) -> None:
        self._again.extendleft(reversed(self._record[1:]))
        self._record = self._record[:1]
