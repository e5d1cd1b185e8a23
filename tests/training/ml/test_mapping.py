"""The map of vectors: near stays near, what keeps its neighbours keeps its place, and small lists are no trouble."""

import numpy as np
import pytest

from training.ml.mapping import MapSettings, lay_out, principal

QUICK = MapSettings(steps=120)
Floats = np.ndarray


def clusters(seed: int = 0, *, groups: int = 8, each: int = 25, width: int = 24, spread: float = 0.12) -> Floats:
    random = np.random.default_rng(seed)
    centres = np.repeat(random.normal(size=(groups, width)), each, axis=0)
    rows = centres + spread * random.normal(size=centres.shape)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def kept(vectors: Floats, places: Floats, near: int = 10) -> float:
    """Share of each row's nearest that are among twice as many nearest on the map."""
    alike = np.argsort(-(vectors @ vectors.T), axis=1)[:, 1 : near + 1]
    apart = np.square(places[:, None] - places[None]).sum(axis=2)
    close = np.argsort(apart, axis=1)[:, 1 : 2 * near + 1]
    return float(np.mean([len({*one} & {*other}) / near for one, other in zip(alike, close, strict=True)]))


def test_neighbours_stay_neighbours_better_than_on_principal_components() -> None:
    vectors = clusters(groups=40, each=20, spread=0.3)
    assert kept(vectors, lay_out(vectors, settings=QUICK)) > 0.95 > 0.6 > kept(vectors, principal(vectors))


def test_what_keeps_its_neighbours_stays_where_it_was() -> None:
    vectors = clusters()
    before = lay_out(vectors, settings=QUICK)
    moved = vectors.copy()
    moved[0] = vectors[-1]  # one term goes over to another group

    after = lay_out(moved, before, settings=QUICK)

    way = np.linalg.norm(after - before, axis=1)
    assert way[0] > 5 * np.median(way)
    assert np.linalg.norm(after[0] - after[-1]) < np.linalg.norm(before[0] - before[-1]) / 2


def test_the_same_vectors_give_the_same_map() -> None:
    vectors = clusters(groups=2)
    assert np.array_equal(lay_out(vectors, settings=QUICK), lay_out(vectors, settings=QUICK))


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5])
def test_small_lists_and_twins_have_finite_places(n: int) -> None:
    twins = np.tile(np.eye(1, 6, dtype=np.float32), (n, 1))
    found = lay_out(twins, settings=QUICK)
    assert found.shape == (n, 2)
    assert np.isfinite(found).all()
