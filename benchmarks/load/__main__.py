"""`python -m benchmarks.load [CELL …]`: measures and writes the page; a run that was stopped goes on where it was."""

import argparse
import sys

from benchmarks.load import cells, page


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.load", description=__doc__)
    parser.add_argument("cells", nargs="*", metavar="CELL", help=f"measure these alone: {', '.join(cells.CELLS)}")
    parser.add_argument("--page", action="store_true", help="only write the page from what has been measured")
    given = parser.parse_args()
    if unknown := set(given.cells) - set(cells.CELLS):
        parser.error(f"there is no cell {sorted(unknown)[0]!r}: choose from {', '.join(cells.CELLS)}")
    missing = [cell for cell in cells.CELLS if not cells.stored(cell).exists()]
    for cell in [] if given.page else given.cells or missing or cells.CELLS:
        print(f"{cell} …", file=sys.stderr, flush=True)
        cells.run(cell)
    if not given.cells:
        page.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
