"""Whole rounds on the tiny encoder, through the doors that the product uses."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from tests import tiny_encoder
from tests.training.ml.jobs import PAIRS, QUICK, attract, prepare, repel
from training.ml.backbone import Backbone, load, resolve
from training.ml.embed import embed
from training.ml.records import Constraints, Event, InvalidConfiguration, Repel, TermText
from training.ml.space import Space, fit_means
from training.ml.train import train


def cosines(encoder: Backbone, space: Space, pairs: list[tuple[TermText, TermText]]) -> np.ndarray:
    loaded = load(encoder)
    sides = [[pair[side] for pair in pairs] for side in (0, 1)]
    placed = [space.apply(embed(loaded, [term.text for term in side]), side[0].language) for side in sides]
    return (placed[0] * placed[1]).sum(axis=1)


def moved(tmp_path: Path, constraints: Constraints, epochs: int = QUICK.epochs) -> dict[str, np.ndarray]:
    """By how much the cosines of accepted and of rejected pairs change."""
    parent = resolve(str(tiny_encoder.build(tmp_path / "parent")), tmp_path / "cache")
    texts = {language: [pair[side].text for pair in PAIRS] for side, language in enumerate(("en", "de"))}
    space = fit_means({language: embed(load(parent), words) for language, words in texts.items()})
    recipe = replace(QUICK, epochs=epochs, validation_share=0, interpolate=False)
    job = prepare(tmp_path, recipe, constraints=constraints, parent=parent, space=space)
    child = train(job.folder, lambda event: None)
    pairs = {"accepted": constraints.attract, "rejected": constraints.repel}
    terms = {name: [(item.source, item.target) for item in items] for name, items in pairs.items()}
    return {
        name: cosines(child.backbone, child.space, found) - cosines(parent, space, found)
        for name, found in terms.items()
    }


@pytest.mark.slow
def test_an_accepted_pair_comes_closer_and_a_rejected_one_moves_away(tmp_path: Path) -> None:
    """The first test of all: a sign turned round anywhere would show here."""
    half = len(PAIRS) // 2
    rejected = tuple(Repel(item.source, item.target, item.family) for item in attract()[half:])
    found = moved(tmp_path, Constraints(attract()[:half], rejected))
    assert found["accepted"].mean() > 0.1
    assert (found["accepted"] > 0).mean() > 0.6
    assert found["rejected"].mean() < -0.1
    assert (found["rejected"] < 0).mean() > 0.6


@pytest.mark.slow
def test_a_rejected_sibling_of_an_accepted_term_moves_away(tmp_path: Path) -> None:
    """All that the two siblings share draws the rejected one closer with the accepted one."""
    found = moved(tmp_path, Constraints(attract(), repel()), epochs=10)
    assert found["accepted"].mean() > 0.1
    assert found["rejected"].mean() < -0.1
    assert (found["rejected"] < 0).mean() > 0.6


class Stopped(BaseException):
    """What a kill looks like from inside."""


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "result" / "weights" / "model.safetensors")


@pytest.mark.slow
@pytest.mark.parametrize("plan", ["top_k", "lora", "auto"])
def test_resuming_equals_not_stopping(tmp_path: Path, plan: str) -> None:
    recipe = replace(QUICK, freezing=plan, lora_rank=2)
    whole = prepare(tmp_path / "whole", recipe)
    train(whole.folder, lambda event: None)
    broken = prepare(tmp_path / "broken", recipe)

    def stop(event: Event) -> None:
        if event["event"] == "loss" and event["step"] == 3:
            raise Stopped

    with pytest.raises(Stopped):
        train(broken.folder, stop)
    steps: list[int] = []
    train(broken.folder, lambda event: steps.append(event.get("step", 0)))
    assert next(step for step in steps if step) == 3  # the checkpoint was at 2
    once, resumed = weights(whole.folder), weights(broken.folder)
    assert all(torch.equal(once[name], resumed[name]) for name in once)
    assert Space.load(whole.folder / "result/space.safetensors").digest == (
        Space.load(broken.folder / "result/space.safetensors").digest
    )


@pytest.mark.slow
def test_another_jobs_checkpoint_is_not_taken_up(tmp_path: Path) -> None:
    job = prepare(tmp_path)
    train(job.folder, lambda event: None)
    checkpoint = (job.folder / "checkpoint").rename(tmp_path / "checkpoint")
    other = prepare(tmp_path, replace(QUICK, seed=1), parent=job.backbone)
    checkpoint.rename(other.folder / "checkpoint")
    steps: list[int] = []
    train(other.folder, lambda event: steps.append(event.get("step", 0)))
    assert 1 in steps


@pytest.mark.slow
def test_frozen_parameters_stay_and_trained_ones_move(tmp_path: Path) -> None:
    job = prepare(tmp_path, replace(QUICK, top_k=1))
    train(job.folder, lambda event: None)
    before, after = load_file(job.backbone.path / "model.safetensors"), weights(job.folder)
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert moved
    assert all(name.startswith("encoder.layer.2.") for name in moved)


@pytest.mark.slow
def test_a_child_can_be_a_parent(tmp_path: Path) -> None:
    first = prepare(tmp_path / "first")
    child = train(first.folder, lambda event: None)
    second = prepare(tmp_path / "second", parent=child.backbone, space=child.space)
    grandchild = train(second.folder, lambda event: None)
    assert grandchild.backbone.digest != child.backbone.digest
    assert set(grandchild.space.means) == {"en", "de", "fr"}


@pytest.mark.slow
def test_accumulated_batches_make_fewer_steps(tmp_path: Path) -> None:
    events: list[Event] = []
    job = prepare(tmp_path, replace(QUICK, accumulate=2, batch_pairs=4))
    train(job.folder, events.append)
    steps = [event for event in events if event["event"] == "loss"]
    assert [event["step"] for event in steps] == list(range(1, steps[0]["steps"] + 1))
    assert {"attract", "repel", "weak", "anchor", "geometry", "mixup"} <= set(steps[0]["values"])


@pytest.mark.slow
def test_validation_families_are_looked_at_before_training_and_after_each_epoch(tmp_path: Path) -> None:
    events: list[Event] = []
    train(prepare(tmp_path, replace(QUICK, validation_share=0.3)).folder, events.append)
    steps = max(event["step"] for event in events if event["event"] == "loss")
    found = {event["step"]: event["values"] for event in events if event["event"] == "metric"}
    assert list(found) == [0, steps // 3, 2 * steps // 3, steps]
    assert all(values.keys() == {"en-de", "general en-de"} for values in found.values())
    assert all(0 <= value <= 1 for values in found.values() for value in values.values())
    assert found[0] != found[steps]


@pytest.mark.slow
def test_with_no_family_held_back_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    events: list[Event] = []
    train(prepare(tmp_path, replace(QUICK, validation_share=0.0)).folder, events.append)
    assert {str(event["values"]) for event in events if event["event"] == "metric"} == {"{}"}


def test_a_device_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match="no CUDA device: choose auto or cpu"):
        train(prepare(tmp_path, replace(QUICK, device="cuda")).folder, lambda event: None)


@pytest.mark.slow
def test_a_round_with_only_rejections_trains(tmp_path: Path) -> None:
    job = prepare(tmp_path, constraints=Constraints(repel=repel()), replay_pairs=())
    assert train(job.folder, lambda event: None).backbone.digest != job.backbone.digest


def test_no_constraints_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match="decide some pairs in the review queue"):
        prepare(tmp_path, constraints=Constraints())


def run(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "training.ml.train", str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.services
def test_the_process_speaks_json_lines(tmp_path: Path) -> None:
    job = prepare(tmp_path)
    process = run(job.folder)
    out, error = process.communicate(timeout=120)
    events = [json.loads(line) for line in out.splitlines()]
    assert (process.returncode, error) == (0, "")
    assert {event["event"] for event in events} == {"progress", "loss", "metric", "checkpoint", "done"}
    assert events[-1]["event"] == "done"
    result = json.loads((job.folder / "result" / "result.json").read_text())
    assert result["digest"] == events[-1]["digest"]


@pytest.mark.services
def test_the_process_refuses_a_folder_without_a_job(tmp_path: Path) -> None:
    process = run(tmp_path)
    _, error = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "prepare the job first" in error.splitlines()[-1]
    assert "Traceback" not in error


@pytest.mark.services
def test_two_ranks_train_as_one(tmp_path: Path) -> None:
    """Real processes under torchrun: negatives are gathered, so that the losses are those of one process."""
    recipe = replace(QUICK, repel_weight=1.0, accumulate=2, batch_pairs=4)
    alone = prepare(tmp_path / "alone", recipe)
    expected: list[Event] = []
    train(alone.folder, expected.append)
    together = prepare(tmp_path / "together", recipe, parent=alone.backbone)
    start = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "-m", "training.ml.train"]
    done = subprocess.run([sys.executable, *start, str(together.folder)], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    ours, theirs = ([event for event in events if event["event"] == "loss"] for events in (told, expected))
    assert [event["step"] for event in ours] == [event["step"] for event in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert one["values"] == pytest.approx(other["values"], rel=1e-3, abs=1e-4)
    assert json.loads((together.folder / "result" / "result.json").read_text())["ranks"] == 2
    once, twice = weights(alone.folder), weights(together.folder)
    assert max((once[name] - twice[name]).abs().mean() for name in once) < 1e-3
