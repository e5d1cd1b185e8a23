"""New pairs are judged in their own neighbourhood nearly as in the whole list, and rows lead back to it."""

import numpy as np
import pytest

from training.ml.scoring.geometry import GeometrySettings, measure
from training.ml.scoring.growth import Added, neighbourhood
from training.ml.scoring.listing import Listing, Vocabulary
from training.ml.scoring.signals import SIGNALS
from training.ml.scoring.standard import Standard
from training.ml.suspect import examine_pairs, examine_part, weigh

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


def added(*rows: int) -> Added:
    return Added(*[np.array(rows, dtype=np.int64)] * 3)


def test_it_is_small_and_leads_back(whole: Listing) -> None:
    found = neighbourhood(whole, added(3, 9), around=5, at_random=50)
    assert len(found.listing) < 100
    assert found.listing.source.texts == tuple(whole.source.texts[row] for row in found.sources)
    rows = found.listing.pairs
    np.testing.assert_array_equal(
        np.stack([found.sources[rows[:, 0]], found.targets[rows[:, 1]]], axis=1), whole.pairs[found.places]
    )
    assert found.places[found.new].tolist() == [3, 9]


def test_competitors_come_along(whole: Listing) -> None:
    found = neighbourhood(whole, added(3), around=5, at_random=0)
    cosines = whole.target.vectors @ whole.source.vectors[3]
    assert set(np.argsort(-cosines)[:5]) <= set(found.targets.tolist())


def test_old_pairs_that_met_a_new_term_are_named(whole: Listing) -> None:
    found = neighbourhood(whole, added(7), around=5, at_random=20)
    nearest = found.listing.target.vectors @ found.listing.source.vectors.T
    wanted = {
        row
        for row, (source, target) in enumerate(found.listing.pairs)
        if not found.new[row]
        and (
            7 in found.targets[np.argsort(-nearest[:, source])[:5]]
            or 7 in found.sources[np.argsort(-nearest[target])[:5]]
        )
    }
    assert set(found.touched(measure(found.listing, GeometrySettings())).tolist()) == wanted != set()


def test_scores_are_nearly_those_of_the_whole(whole: Listing) -> None:
    every = examine_pairs(whole.source, whole.target, whole.pairs)
    near = neighbourhood(whole, added(*range(40)), around=10, at_random=200)
    part = weigh(examine_part(near.listing, every.standards))
    few, scores = part.scores[near.new], weigh(every).scores[:40]
    assert set(np.argsort(-few)[:2]) == set(np.argsort(-scores)[:2]) == {3, 4}
    assert np.corrcoef(few, scores)[0, 1] > 0.9


def test_they_are_measured_by_the_standards_of_the_whole(whole: Listing) -> None:
    strict = tuple(Standard(-5.0, 0.1) for _ in SIGNALS)
    near = neighbourhood(whole, added(3), around=5, at_random=50).listing
    own = examine_pairs(near.source, near.target, near.pairs)
    assert weigh(examine_part(near, strict)).scores.min() > weigh(own).scores.min()
