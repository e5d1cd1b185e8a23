import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.ml import blocks, index
from training.ml.index import InvalidVectors, search


def unit(rows: int, *, width: int = 8, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(rows, width)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@given(st.integers(0, 30), st.integers(1, 40), st.integers(1, 12), st.integers(0, 99))
def test_it_finds_what_sorting_all_products_finds(queries: int, rows: int, k: int, seed: int) -> None:
    wanted, base = unit(queries, seed=seed), unit(rows, seed=seed + 1000)
    scores, places = search(wanted, base, k)
    products = wanted @ base.T
    best = np.sort(products, axis=1)[:, ::-1][:, :k]
    assert (scores.dtype, places.dtype, scores.shape) == (np.float32, np.int64, (queries, min(k, rows)))
    np.testing.assert_allclose(scores, best, atol=1e-5)
    np.testing.assert_allclose(np.take_along_axis(products, places, axis=1), scores, atol=1e-5)


def test_blocks_are_put_together_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    base = unit(50)
    monkeypatch.setattr(index, "BLOCK", 7)
    seen: list[tuple[int, int]] = []
    _, places = search(base, base, 1, progress=lambda *counts: seen.append(counts))
    np.testing.assert_array_equal(places[:, 0], np.arange(50))
    assert seen == [(done, 50) for done in (7, 14, 21, 28, 35, 42, 49, 50)]


@pytest.mark.parametrize("native", [False, True])
def test_long_lists_are_searched_nearly_exactly(native: bool) -> None:
    base, queries = unit(3000, width=16), unit(300, width=16, seed=1)
    exact, found = search(queries, base, 10)[1], search(queries, base, 10, exact_below=3000, native=native)[1]
    assert np.mean([len(set(a) & set(b)) for a, b in zip(exact, found, strict=True)]) > 9.8


@pytest.mark.parametrize(("native", "way"), [(False, "_graph"), (True, "_guesses")])
def test_lists_are_long_from_the_stated_size_on(native: bool, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a long list")

    monkeypatch.setattr(index, way, refuse)
    search(unit(3), unit(20), 2, exact_below=21, native=native)
    search(unit(3), unit(20), 2, exact_below=20, native=not native)
    with pytest.raises(AssertionError, match="a long list"):
        search(unit(3), unit(20), 2, exact_below=20, native=native)


@pytest.mark.parametrize(("native", "efforts"), [(False, "EFFORTS"), (True, "SPARES")])
def test_they_are_searched_harder_until_enough_is_found(
    native: bool, efforts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, efforts, (1, *getattr(index, efforts)))
    for name, value in {"STEP": 1, "SHARE": 0.9}.items():  # one axis is left out, and one group is a poor guess
        monkeypatch.setattr(blocks, name, value)
    base, queries = unit(2000, width=16), unit(100, width=16, seed=1)
    exact, _ = search(queries, base, 1)
    found, _ = search(queries, base, 1, exact_below=1, native=native)
    assert (found > exact - 1e-6).mean() >= 0.98
    monkeypatch.setattr(index, efforts, (1,))
    found, _ = search(queries, base, 1, exact_below=1, native=native)
    assert (found > exact - 1e-6).mean() < 0.98


@pytest.mark.parametrize(("native", "name"), [(False, "HNSW"), (True, "Looking into few axes")])
def test_a_list_in_which_not_enough_can_be_found_is_told_of(
    native: bool, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(index, "RECALL_WANTED", 1.1)
    search(unit(3), unit(50), 1, exact_below=1, native=native)
    assert f"{name} finds 1.000 of the exact neighbours among 50 vectors" in caplog.text


@pytest.mark.parametrize("native", [False, True])
def test_equal_vectors_are_equally_good_neighbours(native: bool, caplog: pytest.LogCaptureFixture) -> None:
    search(unit(5, seed=3), np.repeat(unit(2), 40, axis=0), 30, exact_below=1, native=native)
    assert not caplog.text


@pytest.mark.parametrize("native", [False, True])
def test_as_many_are_found_as_are_asked_for(native: bool) -> None:
    base = np.repeat(unit(4), 100, axis=0)  # many equal rows: a graph's links end among them
    queries = unit(5, seed=3)
    scores, places = search(queries, base, 400, exact_below=1, native=native)
    np.testing.assert_array_equal(np.sort(places, axis=1), np.tile(np.arange(400), (5, 1)))
    np.testing.assert_allclose(scores, search(queries, base, 400)[0], atol=1e-5)


@pytest.mark.parametrize("native", [False, True])
def test_no_queries_find_nothing_in_a_long_list(native: bool) -> None:
    assert search(unit(0), unit(50), 2, exact_below=1, native=native)[1].shape == (0, 2)


@pytest.mark.parametrize(
    ("queries", "base", "k", "says"),
    [
        (unit(2), unit(2, width=4), 1, r"Queries \(2, 8\) and list \(2, 4\) don't fit"),
        (unit(2)[0], unit(2), 1, "don't fit"),
        (unit(2), unit(2), 0, "at least one neighbour"),
        (np.full((1, 8), np.nan), unit(2), 1, "queries .* aren't finite"),
        (unit(2), np.full((1, 8), np.inf), 1, "list .* aren't finite"),
    ],
)
def test_what_can_not_be_searched_is_refused(queries: np.ndarray, base: np.ndarray, k: int, says: str) -> None:
    with pytest.raises(InvalidVectors, match=says):
        search(queries, base, k)


def test_nothing_is_found_in_an_empty_list() -> None:
    scores, places = search(unit(3), unit(0), 5)
    assert scores.shape == places.shape == (3, 0)


@pytest.fixture
def native(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor with bfloat16, and lists long enough for it."""
    monkeypatch.setattr(index, "bfloat16_is_native", lambda device: True)
    monkeypatch.setattr(index, "BLOCKS_FROM", 20)


@pytest.mark.usefixtures("native")
@settings(max_examples=30)
@given(st.integers(0, 30), st.integers(20, 90), st.integers(1, 120), st.integers(0, 99), st.booleans())
def test_rounded_products_find_what_exact_ones_find(queries: int, rows: int, k: int, seed: int, half: bool) -> None:
    wanted, base = unit(queries, seed=seed), unit(rows, seed=seed + 1000).astype(np.float16 if half else np.float32)
    scores, places = search(wanted, base, k)
    exactly, _ = search(wanted, base, k, native=False)
    assert (scores.dtype, places.dtype, scores.shape) == (np.float32, np.int64, (queries, min(k, rows)))
    np.testing.assert_allclose(scores, exactly, atol=1e-5)
    products = wanted @ base.astype(np.float32).T
    np.testing.assert_allclose(np.take_along_axis(products, places, axis=1), scores, atol=1e-5)


@pytest.mark.usefixtures("native")
def test_what_rounding_can_not_prove_is_searched_exactly() -> None:
    close = np.repeat(unit(3), 300, axis=0) + 1e-4 * unit(900, seed=1)
    exactly, _ = search(close, close, 2, native=False)
    np.testing.assert_allclose(search(close, close, 2)[0], exactly, atol=1e-6)


@pytest.mark.usefixtures("native")
def test_rounded_products_are_put_together_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "BLOCK", 7)
    base, seen = unit(50, width=16), []
    _, places = search(base, base, 1, progress=lambda *counts: seen.append(counts))
    np.testing.assert_array_equal(places[:, 0], np.arange(50))
    assert seen == [(done, 50) for done in (7, 14, 21, 28, 35, 42, 49, 50)]


@pytest.mark.usefixtures("native")
def test_rounded_products_are_for_long_lists_and_processors_that_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("rounded")

    monkeypatch.setattr(index, "Blocks", refuse)
    search(unit(3), unit(19), 2)
    search(unit(3), unit(20), 2, native=False)
    with pytest.raises(AssertionError, match="rounded"):
        search(unit(3), unit(20), 2)
    monkeypatch.setattr(index, "bfloat16_is_native", lambda device: False)
    search(unit(3), unit(20), 2)


def test_a_long_list_in_halves_is_searched_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "SLICE", 7)
    base, queries = unit(50).astype(np.float16), unit(9, seed=1)
    scores, places = search(queries, base, 5, exact_below=51)
    products = queries @ base.astype(np.float32).T
    np.testing.assert_allclose(scores, np.sort(products, axis=1)[:, ::-1][:, :5], atol=1e-6)
    np.testing.assert_allclose(np.take_along_axis(products, places, axis=1), scores, atol=1e-6)
