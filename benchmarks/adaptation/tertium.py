"""Tertium's own recipe, by the same door as a round, and the recipe with one part changed or taken out at a time."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from benchmarks.adaptation.arms import Arm, Given, centred, encoder_of, general_vectors, parted, with_general
from benchmarks.adaptation.metrics import Encoder
from training.ml.fitting.job import prepare_job
from training.ml.records import MIXUP_WEIGHT, Event, Recipe
from training.ml.train import train

VARIANTS: Mapping[str, dict[str, Any]] = {
    "with mixup": {"mixup_weight": MIXUP_WEIGHT},
    "no general space": {"general_pairs": 0},
    "no anchor, no replay": {"anchor_weight": 0.0, "geometry_weight": 0.0, "replay_per_pair": 0.0, "general_pairs": 0},
    "no freezing": {"freezing": "embeddings_frozen"},
    "no maps": {"maps": False},
    "no hard negatives": {"negatives": "batch"},
    "no interpolation": {"interpolate": False},
    "maps alone": {"epochs": 0},
}


def arm(changes: Mapping[str, Any]) -> Arm:
    return lambda given: _trained(given, dict(changes))


def _trained(given: Given, changes: dict[str, Any]) -> Encoder:
    if given.epochs is not None:
        changes = {"epochs": given.epochs} | changes
    recipe = replace(Recipe(seed=given.seed), **changes)
    bed, space = given.bed, centred(given.bed, encoder_of(given.backbone, given.cache))
    replayed = recipe.replay_per_pair > 0
    known, once = general_vectors(given)
    started, stages = time.perf_counter(), {}
    space = with_general(given, space, known)
    stages["general"] = round(time.perf_counter() - started, 2)
    losses: dict[str, float] = {}
    done: Event = {}

    def hear(event: Event) -> None:
        stage = event["stage"] if event["event"] == "progress" else event["event"]
        stages[stage] = round(time.perf_counter() - started, 2)
        if event["event"] == "loss":
            losses.update(event["values"])
        done.update(event)

    prepare_job(
        given.folder / "job",
        backbone=given.backbone,
        space=space,
        constraints=bed.constraints,
        replay=bed.replay if replayed else (),
        replay_pairs=bed.known if replayed else (),
        recipe=recipe,
    )
    child = train(given.folder / "job", hear)
    about: dict[str, Any] = {"seconds": time.perf_counter() - started, "once": once, "stages": stages}
    about["last_losses"] = losses
    about |= {name: done[name] for name in ("steps", "weak_pairs", "child_share", "maps_share") if name in done}
    same = child.backbone.digest == given.backbone.digest
    return parted(child.space, encoder_of(child.backbone, given.cache if same else None), about)
