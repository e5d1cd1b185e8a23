"""Constraints and replay → a candidate encoder. `python -m training.ml.train FOLDER` runs a job in its own process."""

import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from training.ml import backbone, layout
from training.ml.backbone import Backbone, InvalidEncoder
from training.ml.fitting import ranks
from training.ml.fitting.checkpoint import load_checkpoint, save_checkpoint
from training.ml.fitting.finish import finish
from training.ml.fitting.job import TrainingJob, prepare_job, read_job
from training.ml.fitting.material import gather
from training.ml.fitting.objective import Objective
from training.ml.fitting.schedule import Batch, Schedule
from training.ml.fitting.tuning import Tuning, set_up, silver
from training.ml.fitting.watching import Watch
from training.ml.records import Event, InvalidConfiguration
from training.ml.space import Space

__all__ = ["TrainedEncoder", "prepare_job", "train"]
Emit = Callable[[Event], None]


@dataclass(frozen=True)
class TrainedEncoder:
    backbone: Backbone
    space: Space


def train(folder: Path, emit: Emit) -> TrainedEncoder:
    """Run the job in `folder`, from its checkpoint where there is one; the result is left in folder/result.

    Same job, same device, same number of threads: the same weights, bit for bit on a CPU, stopped or not.
    Raises InvalidConfiguration (a job that can't be run) and InvalidEncoder (a parent that can't be loaded).
    """
    job = read_job(folder)
    recipe = job.recipe
    torch.manual_seed(recipe.seed)
    material = gather(job)
    tuning = set_up(job, material, _progress(emit))
    counts = tuning.counts()
    weak = silver(material, tuning, recipe)
    layers = replace(recipe, maps=False)
    objective = Objective(material, tuning.runner, tuning.parent, tuning.space.unmapped, layers)
    schedule = Schedule(material, weak, recipe)
    optimizer = torch.optim.AdamW(tuning.parameters, lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, _warm_up_then_decay(schedule.steps, recipe.warmup_share))
    parts = {"optimizer": optimizer, "scheduler": scheduler}
    watch = Watch(material, tuning)
    start = _resume(folder, job, tuning, parts)
    if start == 0 < schedule.steps:
        emit({"event": "metric", "step": 0, "values": watch()})
    for step in range(start, schedule.steps):
        values = _gradients(objective, schedule.step(step))
        ranks.summed(tuning.parameters)
        torch.nn.utils.clip_grad_norm_(tuning.parameters, recipe.clip_norm)
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
        emit({"event": "loss", "step": step + 1, "steps": schedule.steps, "values": values})
        last = step + 1 == schedule.steps
        if (step + 1) % schedule.steps_per_epoch == 0 or last:
            emit({"event": "metric", "step": step + 1, "values": watch()})
        if (step + 1) % recipe.checkpoint_steps == 0 or last:
            if ranks.first():
                save_checkpoint(folder / "checkpoint", _state(job, step + 1, tuning, parts))
            emit({"event": "checkpoint", "step": step + 1})

    space, chosen = finish(material, tuning, recipe, _progress(emit))
    about = {"steps": schedule.steps, "weak_pairs": len(weak), "ranks": ranks.count(), **counts, **chosen}
    about["general_space"] = space.general is not None
    child = _leave(folder, job, tuning, space, about, emit) if ranks.first() else None
    ranks.together()
    return TrainedEncoder(child or layout.read(folder / "result" / "weights"), space)


def _gradients(objective: Objective, batches: Sequence[Batch]) -> dict[str, float]:
    """Adds up the gradients of a step's batches; returns the mean of each loss."""
    values: dict[str, float] = {}
    for batch in batches:
        losses = objective(batch)
        (objective.total(losses) / len(batches)).backward()
        for name, value in losses.items():
            values[name] = values.get(name, 0.0) + value.item() / len(batches)
    return values


def _leave(folder: Path, job: TrainingJob, tuning: Tuning, space: Space, about: dict[str, Any], emit: Emit) -> Backbone:
    child = backbone.save(tuning.model, job.backbone, folder / "result" / "weights")
    space.save(folder / "result" / "space.safetensors")
    about = {"digest": child.digest, "space_digest": space.digest, "recipe": asdict(job.recipe), **about}
    partial = folder / "result" / ".result.json"
    partial.write_text(json.dumps(about, indent=2), encoding="utf-8")
    partial.replace(folder / "result" / "result.json")
    emit({"event": "done", **about})
    return child


def _warm_up_then_decay(steps: int, share: float) -> Callable[[int], float]:
    """Linear from near 0 to 1 over the first share of the steps, then linear to near 0."""
    warm = max(1, round(steps * share))
    return lambda step: min((step + 1) / (warm + 1), max(0.0, (steps - step) / max(1, steps - warm)))


def _fingerprint(job: TrainingJob) -> str:
    """A checkpoint serves only the job that wrote it."""
    told = (job.backbone.digest, asdict(job.recipe), job.constraints, job.replay, job.replay_pairs)
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _state(job: TrainingJob, step: int, tuning: Tuning, parts: dict[str, Any]) -> dict[str, Any]:
    return {
        "fingerprint": _fingerprint(job),
        "step": step,
        "trained": [parameter.detach() for parameter in tuning.parameters],
        "random": torch.get_rng_state(),
        **{name: part.state_dict() for name, part in parts.items()},
    }


def _resume(folder: Path, job: TrainingJob, tuning: Tuning, parts: dict[str, Any]) -> int:
    state = load_checkpoint(folder / "checkpoint", _fingerprint(job))
    if state is None:
        return 0
    with torch.no_grad():
        for parameter, value in zip(tuning.parameters, state["trained"], strict=True):
            parameter.copy_(value)
    for name, part in parts.items():
        part.load_state_dict(state[name])
    torch.set_rng_state(state["random"])
    return int(state["step"])


def _progress(emit: Emit) -> Callable[[str, int, int], None]:
    return lambda stage, done, total: emit({"event": "progress", "stage": stage, "done": done, "total": total})


def _say(event: Event) -> None:
    print(json.dumps(event), flush=True)  # noqa: T201


def _say_nothing(event: Event) -> None:
    """Another rank speaks."""


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("Usage: python -m training.ml.train FOLDER (a folder written by prepare_job)", file=sys.stderr)  # noqa: T201
        return 2
    try:
        with ranks.joined():
            backbone.set_threads(None if ranks.count() == 1 else 1)
            train(Path(arguments[0]), _say if ranks.first() else _say_nothing)
    except (InvalidConfiguration, InvalidEncoder) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
