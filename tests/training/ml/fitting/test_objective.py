"""The objective on the tiny encoder: what is contrasted with what."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.training.ml.jobs import QUICK, prepare
from training.ml import mixup
from training.ml.fitting.job import read_job
from training.ml.fitting.material import gather
from training.ml.fitting.objective import Objective, _rows
from training.ml.fitting.schedule import Batch, Schedule
from training.ml.fitting.tuning import set_up, silver
from training.ml.records import Recipe


def objective(tmp_path: Path, recipe: Recipe = QUICK) -> tuple[Objective, Batch]:
    job = read_job(prepare(tmp_path, recipe).folder)
    material = gather(job)
    tuning = set_up(job, material, lambda *_: None)
    made = Objective(material, tuning.runner, tuning.parent, tuning.space, recipe)
    return made, Schedule(material, silver(material, tuning, recipe), recipe).batch(0)


def test_mixup_with_one_equals_no_mixup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, batch = objective(tmp_path)
    monkeypatch.setattr(mixup, "draw", lambda count, *_: torch.ones(count))
    mixed = made(batch)["mixup"]
    rows = _rows(batch)
    at_hand = made._placed(rows, made._runner(rows), rows)
    source, target = torch.from_numpy(batch.attract.rows).T
    weights = torch.from_numpy(batch.attract.weights)
    plain = made._contrast(at_hand[source], target, at_hand, weights)
    assert mixed.item() == pytest.approx(plain.item(), abs=1e-5)


def test_one_batch_in_so_many_is_mixed(tmp_path: Path) -> None:
    made, batch = objective(tmp_path, replace(QUICK, mixup_every=4))
    mixed = [number for number in range(5) if "mixup" in made(replace(batch, number=number))]
    assert mixed == [0, 4]


def test_the_anchors_start_at_nought(tmp_path: Path) -> None:
    made, batch = objective(tmp_path)
    values = made(batch)
    assert values["anchor"].item() == pytest.approx(0, abs=1e-5)
    assert values["geometry"].item() == pytest.approx(0, abs=1e-5)


def test_translations_that_are_drawn_together_are_not_anchored_as_well(tmp_path: Path) -> None:
    made, batch = objective(tmp_path)
    assert len(batch.weak)
    assert "anchor" not in made(replace(batch, replay=batch.replay[:0]))


def test_a_weight_of_nought_takes_a_loss_out(tmp_path: Path) -> None:
    made, batch = objective(tmp_path, replace(QUICK, repel_weight=0, mixup_weight=0))
    values = made(batch)
    assert "mixup" not in values
    assert made.total(values).item() == pytest.approx(made.total({**values, "repel": torch.tensor(9.0)}).item())


def test_layers_are_contrasted_with_the_batch_and_maps_with_everything(tmp_path: Path) -> None:
    """A text that is in no batch matters to the maps, and not to the layers."""
    made, batch = objective(tmp_path)
    stranger = next(row for row in made._material.replay.tolist() if row not in _rows(batch).tolist())
    target = batch.attract.rows[0, 1]
    made._language[stranger] = made._language[target]
    of_layers, of_maps = made(batch)["attract"], made.of_head(batch)["attract"]
    made._parent[stranger] = made._parent[target]  # as near to the source as its translation
    assert made(batch)["attract"].item() == of_layers.item()
    assert made.of_head(batch)["attract"].item() > of_maps.item()
