"""New pairs are judged in their own neighbourhood nearly as in the whole list, and rows lead back to it."""

import numpy as np
import pytest

from training.ml.scoring.growth import neighbourhood
from training.ml.scoring.listing import Listing, Vocabulary
from training.ml.suspect import score_pairs

SIZE, WIDTH = 600, 24


@pytest.fixture(scope="module")
def whole() -> Listing:
    random = np.random.default_rng(0)
    source = random.normal(size=(SIZE, WIDTH)).astype(np.float32)
    target = source + 0.3 * random.normal(size=(SIZE, WIDTH)).astype(np.float32)
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (source, target)]
    texts = [tuple(f"{name} {number}" for number in range(SIZE)) for name in ("term", "Wort")]
    rows = np.stack([np.arange(SIZE)] * 2, axis=1)
    rows[[3, 4], 1] = rows[[4, 3], 1]
    return Listing(Vocabulary("en", texts[0], unit[0]), Vocabulary("de", texts[1], unit[1]), rows)


def test_it_is_small_and_leads_back(whole: Listing) -> None:
    found = neighbourhood(whole, np.array([3, 9]), around=5, at_random=50)
    assert len(found.listing) < 100
    assert found.listing.source.texts == tuple(whole.source.texts[row] for row in found.sources)
    rows = found.listing.pairs[found.new]
    np.testing.assert_array_equal(
        np.stack([found.sources[rows[:, 0]], found.targets[rows[:, 1]]], axis=1), whole.pairs[[3, 9]]
    )


def test_competitors_come_along(whole: Listing) -> None:
    found = neighbourhood(whole, np.array([3]), around=5, at_random=0)
    cosines = whole.target.vectors @ whole.source.vectors[3]
    assert set(np.argsort(-cosines)[:5]) <= set(found.targets.tolist())


def test_scores_are_nearly_those_of_the_whole(whole: Listing) -> None:
    new = np.arange(0, 40)
    every = np.array([one.score for one in score_pairs(whole.source, whole.target, whole.pairs)])[new]
    near = neighbourhood(whole, new, around=10, at_random=200)
    part = score_pairs(near.listing.source, near.listing.target, near.listing.pairs)
    few = np.array([part[place].score for place in near.new])
    assert set(np.argsort(-few)[:2]) == set(np.argsort(-every)[:2]) == {3, 4}
    assert np.corrcoef(few, every)[0, 1] > 0.9
