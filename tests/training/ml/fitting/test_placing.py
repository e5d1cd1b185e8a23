"""How the space of a round comes about and follows its encoder."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.training.ml.jobs import QUICK, prepare
from training.ml.fitting.job import read_job
from training.ml.fitting.material import Material, gather
from training.ml.fitting.placing import complete, follow, placed, with_maps
from training.ml.space import Space

WIDTH = 6


@pytest.fixture
def material(tmp_path: Path) -> Material:
    return gather(read_job(prepare(tmp_path, replace(QUICK, validation_share=0.3)).folder))


def random_units(count: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, WIDTH)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_known_means_are_kept_and_missing_ones_fitted(material: Material) -> None:
    vectors = random_units(len(material.texts))
    given = np.ones(WIDTH, np.float32)
    means = complete(material, Space(means={"en": given, "pt": given}), vectors).means
    assert np.array_equal(means["en"], given)
    assert np.array_equal(means["pt"], given)
    german = material.language == material.languages.index("de")
    assert np.allclose(means["de"], vectors[german].mean(axis=0))


def test_means_move_with_their_language_and_others_with_the_average(material: Material) -> None:
    before = random_units(len(material.texts))
    shift = {name: np.full(WIDTH, number, np.float32) for number, name in enumerate(material.languages)}
    after = before + np.stack([shift[material.languages[number]] for number in material.language])
    nought = np.zeros(WIDTH, np.float32)
    means = follow(material, Space(means={"de": nought, "fr": nought, "pt": nought}), before, after).means
    assert np.allclose(means["de"], shift["de"])
    assert np.allclose(means["fr"], shift["fr"])
    assert np.allclose(means["pt"], np.mean(list(shift.values()), axis=0))


def test_means_of_general_vocabulary_move_with_its_words(material: Material) -> None:
    before = random_units(len(material.texts))
    after, known = before.copy(), np.unique(material.known.rows)
    after[known] += 1
    means = {"de": np.zeros(WIDTH, np.float32), "fr": np.zeros(WIDTH, np.float32)}
    space = follow(material, Space(means, general=Space(means)), before, after)
    assert space.general is not None
    assert np.allclose(space.general.means["de"], 1)
    assert np.allclose(space.general.means["fr"], 1)  # of which no word is known
    assert space.means["de"].max() < 0.9


def test_without_known_words_means_of_general_vocabulary_move_as_the_domain_s(material: Material) -> None:
    material = replace(material, known=material.known.take([]))
    before, after = random_units(len(material.texts)), random_units(len(material.texts), 1)
    means = {"de": np.zeros(WIDTH, np.float32)}
    space = follow(material, Space(means, general=Space(means)), before, after)
    assert space.general is not None
    np.testing.assert_array_equal(space.general.means["de"], space.means["de"])


def turned(material: Material) -> np.ndarray:
    """German is a turned copy of the English that it translates."""
    vectors = random_units(len(material.texts))
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(WIDTH, WIDTH)))[0].astype(np.float32)
    for pairs in (material.attract, material.attract_validation, material.known, material.known_validation):
        vectors[pairs.rows[:, 1]] = vectors[pairs.rows[:, 0]] @ turn
    return vectors


def test_a_map_fitted_on_the_pairs_helps_unseen_families_and_its_language_alone(material: Material) -> None:
    vectors, space = turned(material), Space()
    mapped = with_maps(material, space, vectors)
    assert set(mapped.maps) == {"de"}
    pairs = material.attract_validation.rows
    before, after = (placed(material, one, vectors) for one in (space, mapped))
    gain = (after[pairs[:, 0]] * after[pairs[:, 1]]).sum(1) - (before[pairs[:, 0]] * before[pairs[:, 1]]).sum(1)
    assert gain.mean() > 0.3
    others = material.language != material.languages.index("de")
    assert np.allclose(after[others], before[others], atol=1e-6)


def test_without_validation_families_there_is_no_map(tmp_path: Path) -> None:
    material = gather(read_job(prepare(tmp_path, replace(QUICK, validation_share=0)).folder))
    assert dict(with_maps(material, Space(), turned(material)).maps) == {}
