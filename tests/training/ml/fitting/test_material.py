from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.training.ml.jobs import KNOWN, QUICK, attract, prepare, repel
from training.ml.fitting.job import read_job
from training.ml.fitting.material import Material, gather, plain
from training.ml.fitting.schedule import Schedule
from training.ml.records import Attract, Constraints, Order, Recipe, TermText


def material(tmp_path: Path, recipe: Recipe = QUICK, **changes) -> Material:
    return gather(read_job(prepare(tmp_path, recipe, **changes).folder))


def test_a_family_trains_or_validates_never_both(tmp_path: Path) -> None:
    found = material(tmp_path, replace(QUICK, validation_share=0.4))
    families = [
        {item.family for item in attract() if item.source.text in {found.texts[row].text for row in part.rows[:, 0]}}
        for part in (found.attract, found.attract_validation)
    ]
    assert all(families)
    assert not families[0] & families[1]
    rejecting = {found.texts[row].text for row in found.repel.rows[:, 0]}
    assert not {item.source.text for item in repel() if item.family in families[1]} & rejecting


def test_known_pairs_are_held_back_as_well(tmp_path: Path) -> None:
    found = material(tmp_path, replace(QUICK, validation_share=0.4))
    assert len(found.known) + len(found.known_validation) == len(KNOWN)
    assert len(found.known_validation)


def test_without_a_second_family_everything_trains(tmp_path: Path) -> None:
    only = Constraints(attract=tuple(replace(item, family="one") for item in attract()))
    found = material(tmp_path, replace(QUICK, validation_share=0.99), constraints=only)
    assert len(found.attract) == len(attract())


def test_terms_of_a_concept_are_friends_and_equal_texts_one_row(tmp_path: Path) -> None:
    english = TermText("en", "cold")
    pairs = tuple(
        Attract(english, TermText("de", german), "J00", "J00") for german in ("Schnupfen", " Erkältung", "Erkältung")
    )
    found = material(tmp_path, constraints=Constraints(attract=pairs), replay=(), replay_pairs=())
    assert len(found.texts) == 3
    assert found.friends[0] == {0, 1, 2}


def test_a_relation_is_measured_by_the_equivalent_in_its_own_language(tmp_path: Path) -> None:
    english, german = TermText("en", "fever"), TermText("de", "Fieber")
    pairs = [Attract(english, target, "R50", "R50") for target in (german, TermText("fr", "fièvre"))]
    order = (Order(english, TermText("de", "Temperatur"), "related", "R50"),)
    found = material(tmp_path, constraints=Constraints(attract=tuple(pairs), order=order), replay=(), replay_pairs=())
    assert [found.texts[row] for row in found.order.rows[0]][2] == german


def test_every_constraint_comes_once_an_epoch(tmp_path: Path) -> None:
    recipe = replace(QUICK, batch_pairs=4, epochs=2, validation_share=0)
    found = material(tmp_path, recipe)
    schedule = Schedule(found, plain(found.known.rows), recipe)
    for epoch in range(recipe.epochs):
        numbers = range(epoch * schedule.batches_per_epoch, (epoch + 1) * schedule.batches_per_epoch)
        batches = [schedule.batch(number) for number in numbers]
        for kind in ("attract", "repel", "order"):
            seen = np.concatenate([getattr(batch, kind).rows for batch in batches])
            assert sorted(seen.tolist()) == sorted(getattr(found, kind).rows.tolist())


def test_batches_depend_on_seed_and_number_alone(tmp_path: Path) -> None:
    found = material(tmp_path)
    schedules = [Schedule(found, plain(found.known.rows), replace(QUICK, seed=seed)) for seed in (0, 0, 1)]
    rows = [schedule.batch(1).attract.rows.tolist() for schedule in schedules]
    assert rows[0] == rows[1] != rows[2]
