"""Every way to spend the same verdicts, side by side: `python -m benchmarks.adaptation [--quick]`.

Results of single runs are kept under var/adaptation, so that a run goes on where the former one stopped.
"""

import argparse
import math
import os
from dataclasses import replace
from pathlib import Path

from benchmarks.adaptation import plan, report

ROOT = Path(__file__).parents[2]
QUICK_MINUTES = 6  # no run of the quick form has taken four


def main() -> None:
    options = _options()
    var = Path(os.environ.get("TERTIUM_VAR", ROOT / "var")).resolve()
    cells = var / "adaptation" / "cells"
    tasks = plan.quick() if options.quick else plan.full(options.split)
    if options.arms:
        tasks = [task for task in tasks if task.arm in options.arms]
    if options.verdicts:
        tasks = [task for task in tasks if task.setting.verdicts in options.verdicts]
    if options.seeds is not None:
        tasks = [task for task in tasks if task.setting.seed < options.seeds]
    if options.clean:
        tasks = [task for task in tasks if not task.setting.wrong]
    if options.domain:
        tasks = [task for task in tasks if task.setting.domain == options.domain]
    if options.tested:
        tasks = [replace(task, setting=replace(task.setting, tested=options.tested)) for task in tasks]
    minutes = options.minutes if options.minutes is not None else QUICK_MINUTES if options.quick else math.inf
    left = plan.run(tasks, var, cells, minutes)
    results = list(plan.results(tasks, cells))
    name = "adaptation-quick" if options.quick else "adaptation"
    report.write(results, Path(options.out), name if options.split == "test" else f"{name}-{options.split}")
    print(f"{len(results)} runs told in {options.out}; {left} are missing: run again to go on.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.adaptation", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="200 verdicts, 500 concepts a list, one seed, fewer arms")
    parser.add_argument("--minutes", type=float, help="start no further run after so many (--quick: 6)")
    parser.add_argument("--split", choices=("test", "development"), default="test", help="families tested on")
    parser.add_argument("--arms", nargs="+", help="these alone")
    parser.add_argument("--verdicts", nargs="+", type=int, help="these numbers alone")
    parser.add_argument("--seeds", type=int, help="so many alone")
    parser.add_argument("--tested", type=int, help="concepts a list")
    parser.add_argument("--domain", choices=("medicine", "law"), help="verdicts of this domain alone")
    parser.add_argument("--clean", action="store_true", help="no wrong verdicts")
    parser.add_argument("--out", default=str(ROOT / "docs" / "benchmarks"), help="folder of the page")
    return parser.parse_args()


if __name__ == "__main__":
    main()
