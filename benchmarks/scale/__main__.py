"""`python -m benchmarks.scale`: what each step costs as lists grow. Every measurement is kept and never redone."""

import argparse
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.detection.encoder import folder
from benchmarks.processor import processor
from benchmarks.scale.page import write

SMALL = (
    ("throughput", 0), ("attribution", 0), ("scoring", 10_000), ("scoring", 30_000), ("search", 10_000),
    ("search", 30_000), ("search", 100_000), ("graph", 10_000), ("graph", 30_000), ("graph", 100_000),
    ("growth", 30_000), ("scoring", 100_000), ("growth", 100_000),
)  # fmt: skip
FULL = (("growth", 250_000), ("search", 250_000), ("scoring", 250_000), ("recall", 1_000_000), ("scoring", 1_000_000))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="250,000 and 1,000,000 pairs as well: hours")
    parser.add_argument("--only", default="", help="one measurement, as KIND:SIZE")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    chosen = parser.parse_args()
    kept = folder() / "scale"
    kept.mkdir(exist_ok=True)
    for kind, size in (*SMALL, *(FULL if chosen.full else ())):
        path = kept / f"{kind}-{size}.json"
        if not path.exists() and chosen.only in ("", f"{kind}:{size}"):
            path.write_text(json.dumps(_measured(kind, size)), encoding="utf-8")
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(kept.glob("*.json"))}
    print(write(found, chosen.out).read_text(encoding="utf-8"))


def _measured(kind: str, size: int) -> dict[str, object]:
    print(f"measuring {kind} {size or ''}", flush=True)
    command = [sys.executable, "-m", "benchmarks.scale.cell", kind, str(size)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    about = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "processor": processor()}
    return {**json.loads(ended.stdout.splitlines()[-1]), **about}


if __name__ == "__main__":
    main()
