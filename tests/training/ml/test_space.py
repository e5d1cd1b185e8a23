from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from safetensors.numpy import save_file

from training.ml.space import InvalidSpace, Space, fit_means

VECTORS = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 6), st.just(4)), elements=st.floats(-4, 4, width=32, allow_subnormal=False)
).filter(lambda rows: bool((np.linalg.norm(rows, axis=1) > 0.01).all()))


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@given(VECTORS, st.sampled_from(["de", "en", "fr"]), st.integers(0, 9))
def test_rows_come_out_of_length_one(vectors: np.ndarray, language: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    space = Space({"de": random.normal(size=4), "en": random.normal(size=4)}, {"de": random.normal(size=(4, 4))})
    rows = space.apply(vectors, language)
    assert (rows.shape, rows.dtype) == (vectors.shape, np.float32)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


@given(VECTORS)
def test_an_empty_space_only_normalises(vectors: np.ndarray) -> None:
    np.testing.assert_allclose(Space().apply(vectors, "de"), unit(vectors), atol=1e-6)


def test_it_centres_normalises_maps_and_normalises_again() -> None:
    map_ = np.array([[0, 1], [2, 0]], np.float32)
    space = Space({"de": np.array([1, 0], np.float32)}, {"de": map_})
    # (4, 4) - (1, 0) = (3, 4), of length one (.6, .8), mapped (1.6, .6)
    expected = np.array([[1.6, 0.6]]) / np.hypot(1.6, 0.6)
    np.testing.assert_allclose(space.apply(np.array([[4, 4]], np.float32), "de"), expected, atol=1e-6)


def test_the_shared_map_comes_last_and_is_for_every_language() -> None:
    shared = np.array([[1, 0], [0, 3]], np.float32)
    space = Space(maps={"de": np.array([[0, 1], [1, 0]], np.float32)}, shared=shared)
    rows = np.array([[4, 3]], np.float32)
    np.testing.assert_allclose(space.apply(rows, "de"), unit(np.array([[3.0, 12.0]])), atol=1e-6)
    np.testing.assert_allclose(space.apply(rows, "xx"), unit(np.array([[4.0, 9.0]])), atol=1e-6)


def test_a_language_without_a_mean_uses_the_mean_of_the_means() -> None:
    space = Space({"de": np.array([1, 0], np.float32), "en": np.array([0, 1], np.float32)})
    expected = unit(np.array([[2.5, 0.5]]))
    np.testing.assert_allclose(space.apply(np.array([[3, 1]], np.float32), "xx"), expected, atol=1e-6)


def test_a_row_that_is_the_mean_stays_where_it_was() -> None:
    vectors = unit(np.array([[1.0, 2, 2]], np.float32)).astype(np.float32)
    np.testing.assert_allclose(fit_means({"de": vectors}).apply(vectors, "de"), vectors, atol=1e-6)


def test_the_input_is_left_as_it_was() -> None:
    vectors = np.eye(3, dtype=np.float32)
    space = fit_means({"de": vectors})
    space.apply(vectors, "de")
    np.testing.assert_array_equal(vectors, np.eye(3))


def test_means_are_fitted_a_language_and_none_without_vectors() -> None:
    random = np.random.default_rng(0)
    german = random.normal(size=(50, 3)).astype(np.float32)
    space = fit_means({"de": german, "el": np.empty((0, 3), np.float32)})
    assert set(space.means) == {"de"}
    np.testing.assert_allclose(space.means["de"], german.mean(axis=0), atol=1e-6)
    assert space.means["de"].dtype == np.float32


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    space = Space({"zh-Hant": random.normal(size=3), "de": random.normal(size=3)}, {"de": random.normal(size=(3, 3))})
    general = Space({"de": random.normal(size=3)}, {"de": random.normal(size=(3, 3))}, random.normal(size=(3, 3)))
    space = replace(space, shared=random.normal(size=(3, 3)), general=general)
    space.save(tmp_path / "round" / "space.safetensors")
    again = Space.load(tmp_path / "round" / "space.safetensors")
    assert again.digest == space.digest
    np.testing.assert_array_equal(again.apply(np.eye(3), "de"), space.apply(np.eye(3), "de"))
    assert again.general is not None
    assert again.general.digest == general.digest
    assert [path.name for path in (tmp_path / "round").iterdir()] == ["space.safetensors"]


def test_an_empty_space_is_saved_too(tmp_path: Path) -> None:
    Space().save(tmp_path / "space.safetensors")
    assert Space.load(tmp_path / "space.safetensors").digest == Space().digest


def test_the_digest_tells_spaces_apart() -> None:
    one, two = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
    spaces = [
        Space(),
        Space({"de": one}),
        Space({"de": two}),
        Space({"en": one}),
        Space({"de": one, "en": two}),
        Space({"de": one}, {"de": np.eye(2, dtype=np.float32)}),
        Space({}, {"de": np.eye(2, dtype=np.float32)}),
        Space({"de": one}, general=Space({"de": two})),
        Space({"de": one}, general=Space({"en": two})),
    ]
    assert len({space.digest for space in spaces}) == len(spaces)
    assert Space({"de": one, "en": two}).digest == Space({"en": two, "de": one}).digest


@pytest.mark.parametrize(
    ("means", "maps", "says"),
    [
        ({"de": np.zeros((2, 2))}, {}, r"mean of 'de' has shape \(2, 2\): \(d,\) is needed"),
        ({}, {"de": np.zeros((2, 3))}, r"map of 'de' has shape \(2, 3\): \(d, d\) is needed"),
        ({"de": np.zeros(2)}, {"de": np.zeros((3, 3))}, r"share one width, but have \[2, 3\]"),
        ({"de": np.array([np.nan])}, {}, "aren't finite"),
    ],
)
def test_parts_that_do_not_fit_are_refused(means: dict, maps: dict, says: str) -> None:
    with pytest.raises(InvalidSpace, match=says):
        Space(means, maps)


def test_general_vocabulary_has_one_space_of_the_same_width() -> None:
    with pytest.raises(InvalidSpace, match=r"share one width, but have \[2, 3\]"):
        Space({"de": np.zeros(2)}, general=Space({"de": np.zeros(3)}))
    with pytest.raises(InvalidSpace, match="has none beside it"):
        Space(general=Space(general=Space()))


def test_without_its_maps_a_space_keeps_its_means_and_that_of_general_vocabulary() -> None:
    general = Space({"de": np.ones(2)}, {"de": np.eye(2)})
    space = Space({"de": np.zeros(2)}, {"de": np.eye(2)}, np.eye(2), general).unmapped
    assert (set(space.means), dict(space.maps), space.shared) == ({"de"}, {}, None)
    assert space.general is general


@pytest.mark.parametrize("vectors", [np.zeros(2), np.zeros((1, 3)), np.array([[np.inf, 0]])])
def test_vectors_that_do_not_fit_are_refused(vectors: np.ndarray) -> None:
    with pytest.raises(InvalidSpace, match=r"don't fit a space of 2|aren't finite"):
        Space({"de": np.zeros(2)}).apply(vectors, "de")


def test_vectors_without_rows_can_not_tell_a_width() -> None:
    with pytest.raises(InvalidSpace, match="'de' have shape"):
        fit_means({"de": np.zeros(3)})


def test_a_file_that_is_no_space_says_so(tmp_path: Path) -> None:
    save_file({"weight": np.zeros(2)}, tmp_path / "foreign")
    (tmp_path / "rubbish").write_bytes(b"rubbish")
    for name, says in (("foreign", "holds 'weight'"), ("rubbish", "no space"), ("missing", "no space")):
        with pytest.raises(InvalidSpace, match=says):
            Space.load(tmp_path / name)
