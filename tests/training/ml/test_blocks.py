"""Search by rounded products: as exact as it says, on lists that are hard to tell apart."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from training.ml import blocks
from training.ml.blocks import Blocks

WIDTH = 32


@pytest.fixture(autouse=True, scope="module")
def small() -> object:
    """Several blocks, levels and queries at a time for lists of a few hundred rows."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"ROWS": 64, "QUERIES": 7, "TOP": 4, "FAN": 3}.items():
            patch.setattr(blocks, name, value)
        yield


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def families(rows: int, seed: int = 0, *, apart: float = 0.3) -> np.ndarray:
    """Unit rows that lie in families of five, around a common middle, as terms do."""
    random = np.random.default_rng(seed)
    heads = random.normal(size=(-(-rows // 5), WIDTH)).repeat(5, axis=0)[:rows]
    return unit(heads + apart * random.normal(size=(rows, WIDTH)) + 0.5)


def best(queries: np.ndarray, base: np.ndarray, k: int) -> np.ndarray:
    return np.sort(queries @ base.T, axis=1)[:, ::-1][:, :k]


def check(queries: np.ndarray, base: np.ndarray, k: int) -> np.ndarray:
    """What is said to be proven is right, and every score is that of its place; which are proven."""
    found = Blocks(base).search(queries, k)
    wide = base.astype(np.float32)
    assert [found.scores.dtype, found.places.dtype] == [np.float32, np.int64]
    np.testing.assert_allclose(
        np.take_along_axis(queries @ wide.T, found.places, 1), found.scores, rtol=1e-6, atol=1e-5
    )
    np.testing.assert_allclose(found.scores[found.proven], best(queries, wide, k)[found.proven], rtol=1e-6, atol=1e-5)
    assert all(len(set(row)) == k for row in found.places.tolist())
    return found.proven


@settings(max_examples=30)
@given(st.integers(1, 30), st.integers(1, 400), st.integers(1, 20), st.integers(0, 99))
def test_what_is_proven_is_what_sorting_all_products_finds(queries: int, rows: int, k: int, seed: int) -> None:
    check(families(queries, seed), families(rows, seed + 100), min(k, rows))


def test_nearly_all_of_a_usual_list_is_proven() -> None:
    base = families(2000)
    assert check(families(200, 1), base, 5).mean() > 0.95
    assert check(families(200, 1), base.astype(np.float16), 5).mean() > 0.95


def test_rows_that_rounding_can_not_tell_apart_are_not_proven() -> None:
    close = families(600, apart=1e-4)[:5].repeat(120, axis=0)
    close = unit(close + 1e-4 * np.random.default_rng(1).normal(size=close.shape))
    proven = check(close[:50], close, 3)
    assert not proven.any()
    assert not check(families(20), np.repeat(families(1), 900, axis=0), 2).any()


def test_more_groups_are_looked_into_where_few_prove_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    close = unit(families(8).repeat(200, axis=0) + 1e-4 * np.random.default_rng(1).normal(size=(1600, WIDTH)))
    queries = families(8)
    assert check(queries, close, 5).all()
    monkeypatch.setattr(blocks, "HARDER", blocks.SPARE)
    assert not check(queries, close, 5).any()


def test_products_below_zero_are_out_of_order_and_not_proven() -> None:
    base = families(800, apart=0.1)
    away = -unit(base.mean(axis=0, keepdims=True))
    assert (away @ base.T).max() < 0
    assert not check(away, base, 3).any()


@pytest.mark.parametrize(("query", "row"), [(1.003, 1.0), (1.0, 1.003), (1.003, 1.003)])
def test_no_more_hides_in_rounding_than_is_allowed_for(query: float, row: float) -> None:
    base = np.full((9, WIDTH), row, np.float32)  # 1.003 is rounded to 1
    exact = torch.full((1, WIDTH), query)
    hidden = (exact @ torch.from_numpy(base).T).max() - WIDTH
    assert hidden <= Blocks(base)._hidden(exact, exact.bfloat16()) < 1.1 * hidden


def test_a_list_that_is_looked_into_whole_is_proven_whatever_it_holds() -> None:
    base = np.repeat(families(1), 30, axis=0)
    assert check(-base[:3], base, 30).all()
    assert check(base[:3], base, 9).all()


def test_long_rows_are_not_mistaken_for_unit_ones() -> None:
    random = np.random.default_rng(5)
    base = families(1500) * random.uniform(0.1, 300, size=(1500, 1)).astype(np.float32)
    check(families(60, 1) * 50, base, 4)


def test_few_axes_hold_most_of_the_rows_and_find_their_neighbours() -> None:
    random = np.random.default_rng(3)
    strength = np.repeat([1.0, 0.2], [40, 60])  # forty axes hold 94 % of the squares
    base = unit(random.normal(size=(1500, 100)) * strength)
    queries = unit(base[:100] + 0.1 * random.normal(size=(100, 100)) * strength)
    few = Blocks(base, few=True)
    assert few.axes is not None
    assert few.axes.shape == (100, blocks.STEP * 2)
    np.testing.assert_allclose(few.axes.T @ few.axes, np.eye(64), atol=1e-5)
    scores, places = few.guess(queries, 5, 4)
    np.testing.assert_allclose(np.take_along_axis(queries @ base.T, places, 1), scores, atol=1e-5)
    assert (scores[:, -1] >= best(queries, base, 5)[:, -1] - 1e-5).mean() > 0.98
    assert (scores >= few.guess(queries, 5, 1)[0] - 1e-6).all()


@pytest.mark.parametrize("few", [False, True])
def test_threads_side_by_side_find_what_one_finds(few: bool) -> None:
    base, queries, threads = families(600), families(90, 1), torch.get_num_threads()
    found = []
    try:
        for count in (1, 3):
            torch.set_num_threads(count)
            blocks_ = Blocks(base, few=few)
            found.append((*blocks_.guess(queries, 5, 2), *vars(blocks_.search(queries, 5)).values()))
            assert torch.get_num_threads() == count
    finally:
        torch.set_num_threads(threads)
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)
