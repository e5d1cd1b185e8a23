"""`python -m benchmarks.detection`: find planted errors in real lists. `--development` uses other families."""

import argparse
from pathlib import Path
from time import perf_counter

from benchmarks.detection.cells import Cell, cells
from benchmarks.detection.encoder import Encoder, folder
from benchmarks.detection.learning import Result, results
from benchmarks.detection.lists import term_lists
from benchmarks.detection.report import write

QUICK = ("medicine en-de", "medicine en-pt", "law en-de")
NOTES = Path(__file__).with_name("notes.md")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three lists, within 10 minutes")
    parser.add_argument("--development", action="store_true", help="the families that signals are developed on")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    chosen = parser.parse_args()
    split = "development" if chosen.development else "final"
    name = "detection" + ("-quick" if chosen.quick else "") + ("-development" if chosen.development else "")
    started = perf_counter()
    lists = [one for one in term_lists(folder(), split) if not chosen.quick or one.name in QUICK]
    measured = list(cells(lists, split, Encoder(folder()), folder() / "detection"))
    examined = perf_counter()
    found = _results(measured)
    seconds = {"embedding and examining": examined - started, "weighing and learning": perf_counter() - examined}
    title = "Finding the wrong pairs" + (" (quick form)" if chosen.quick else "")
    page = write(found, chosen.out, name=name, title=title, notes=NOTES.read_text(encoding="utf-8"), seconds=seconds)
    print(page.read_text(encoding="utf-8"))


def _results(measured: list[Cell]) -> list[Result]:
    return [
        one
        for cell in measured
        for one in results(cell, [other for other in measured if other.kind == cell.kind and other.list_ != cell.list_])
    ]


if __name__ == "__main__":
    main()
