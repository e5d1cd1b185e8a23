"""The estimate of wrong pairs left: by hand, against the exact distribution, and over many reviewed lists."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.ml.estimate import Reviewed, population_interval, wrong_pairs_left


def test_by_hand() -> None:
    """The top ten are all decided and wrong; below them ten of a hundred are drawn, one is wrong."""
    top = [Reviewed(0.9, True)] * 10
    drawn = [Reviewed(0.1, place == 0) for place in range(10)]
    found = wrong_pairs_left([*drawn, *[Reviewed(0.1, None)] * 90, *top])
    assert found is not None
    assert (found.sampled, found.sampled_wrong, found.sampled_from) == (10, 1, 100)
    assert (found.open, found.left, found.found) == (90, 9, 11)
    low, high = population_interval(100, 10, 1)
    assert (found.low, found.high) == (low - 1, high - 1)
    assert found.share == pytest.approx(0.1)


def test_what_was_found_at_the_top_says_nothing_of_the_rest() -> None:
    drawn = [Reviewed(0.1, False)] * 30
    rest = [Reviewed(0.1, None)] * 500
    few, many = (wrong_pairs_left([*drawn, *rest, *[Reviewed(0.9, True)] * count]) for count in (5, 200))
    assert few is not None
    assert many is not None
    assert (few.left, few.low, few.high) == (many.left, many.low, many.high)
    assert few.left == 0 < few.high


def test_nothing_drawn_is_no_estimate() -> None:
    assert wrong_pairs_left([]) is None
    assert wrong_pairs_left([Reviewed(0.5, None)] * 5) is None
    assert wrong_pairs_left([Reviewed(0.1, None), *[Reviewed(0.1, None)] * 20, *[Reviewed(0.9, True)] * 3]) is None


def test_a_draw_that_waits_widens_the_interval_both_ways() -> None:
    rest = [Reviewed(0.1, None)] * 300
    sure = [Reviewed(0.1, place < 2) for place in range(30)]
    waiting = [*sure[:10], Reviewed(0.1, None), *sure[11:]]
    exact, wide = wrong_pairs_left([*sure, *rest]), wrong_pairs_left([*waiting, *rest])
    assert exact is not None
    assert wide is not None
    assert wide.low <= exact.low < exact.high < wide.high


def test_all_reviewed_leaves_nothing() -> None:
    found = wrong_pairs_left([Reviewed(place / 50, place > 40) for place in range(50)])
    assert found is not None
    assert (found.open, found.left, found.low, found.high) == (0, 0, 0, 0)


def test_a_number_that_a_test_just_does_not_reject_is_in_the_interval() -> None:
    """One wrong pair among forty is drawn with a chance of exactly .025."""
    assert population_interval(40, 1, 1) == (1, 40)
    assert population_interval(40, 1, 0) == (0, 39)


@given(st.integers(1, 60), st.data())
def test_the_interval_is_the_hypergeometric_one(population: int, data: st.DataObject) -> None:
    sample = data.draw(st.integers(1, population))
    wrong = data.draw(st.integers(0, sample))

    def chance(bad: int, counts: range) -> float:
        ways = sum(comb(bad, one) * comb(population - bad, sample - one) for one in counts if one <= sample)
        return ways / comb(population, sample)

    possible = range(wrong, population - (sample - wrong) + 1)
    kept = [
        bad
        for bad in possible
        if chance(bad, range(wrong, sample + 1)) >= 0.025 - 1e-9 and chance(bad, range(wrong + 1)) >= 0.025 - 1e-9
    ]
    assert population_interval(population, sample, wrong) == (min(kept), max(kept))


def test_the_interval_holds_the_truth_nineteen_times_in_twenty() -> None:
    """400 lists of 1,000 pairs, reviewed as the queue asks: the top by suspicion, every tenth at random."""
    held, guesses, truths = 0, [], []
    for seed in range(400):
        random = np.random.default_rng(seed)
        wrong = random.random(1000) < 0.1
        scores = np.clip(random.normal(0.3 + 0.25 * wrong, 0.15), 0, 1)
        by_score = np.argsort(-scores)
        decided = np.zeros(1000, dtype=bool)
        decided[by_score[:180]] = True
        decided[:40] = True  # the list itself stands in the order of the draw
        found = wrong_pairs_left(
            [
                Reviewed(float(score), bool(bad) if done else None)
                for score, bad, done in zip(scores, wrong, decided, strict=True)
            ]
        )
        assert found is not None
        truth = int((wrong & ~decided).sum())
        held += found.low <= truth <= found.high
        guesses.append(found.left)
        truths.append(truth)
    assert held >= 0.95 * 400
    assert np.mean(guesses) == pytest.approx(np.mean(truths), rel=0.15)
