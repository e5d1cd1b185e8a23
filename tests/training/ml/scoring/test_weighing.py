"""Standardising, weighing and learning from verdicts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from training.ml.scoring.refitting import Lessons, fit_weights, learn
from training.ml.scoring.standard import Standard, calm, median
from training.ml.scoring.weighing import DEFAULT, Weights

FINITE = st.floats(-1e3, 1e3, width=32)


def doubt(values: np.ndarray, high_is_doubtful: bool, usual_spread: float, *silent_up_to: float) -> np.ndarray:
    return Standard.of(values, high_is_doubtful, usual_spread).doubt(values, high_is_doubtful, *silent_up_to)


def low(*values: float) -> np.ndarray:
    return doubt(np.array(values, dtype=np.float32), False, 0.2)


def test_the_middle_of_a_hard_list_is_no_doubt() -> None:
    assert low(-0.5, -0.4, -0.3, -0.2, -0.1)[2] == 0


def test_the_least_clear_pair_of_a_clear_list_is_not_doubtful() -> None:
    """All pairs are ahead of their competitors by far: none is doubtful for being less so."""
    assert (low(2.0, 2.1, 2.2, 0.9, 2.0) < 0).all()


def test_no_opinion_is_no_doubt() -> None:
    assert low(float("nan"), 0.1, 0.2)[0] == 0
    assert low(float("nan")).tolist() == [0]
    assert np.isnan(median(np.array([np.nan], dtype=np.float32)))


def test_either_end_can_be_the_doubtful_one() -> None:
    values = np.array([0.0, 0.1, 0.9], dtype=np.float32)
    assert np.argmax(doubt(values, True, 0.2)) == 2
    assert np.argmax(doubt(values, False, 0.2)) == 0


def test_a_signal_may_be_silent_up_to_a_deviation() -> None:
    values = np.array([0.0, 0.1, 0.2, 0.3, 5.0], dtype=np.float32)
    loud, late = doubt(values, True, 0.2), doubt(values, True, 0.2, 2.5)
    assert late[:4].max() == 0
    assert late[4] == pytest.approx(loud[4] - 2.5)


def test_what_is_clear_beyond_the_middle_counts_for_less_and_less() -> None:
    """So that a pair whose concept is as clear as can be is still found by a wrong digit."""
    found = Standard(0.0, 1.0).doubt(np.array([-8, -2, -1, 0, 1, 2], dtype=np.float32), True)
    assert found == pytest.approx([-np.log(9), -np.log(3), -np.log(2), 0, 1, 2])


def test_a_list_without_spread_does_not_blow_up() -> None:
    values = np.zeros(10_000, dtype=np.float32)
    values[0] = 0.1
    assert doubt(values, True, 0.2)[0] == pytest.approx(1)


@given(hnp.arrays(np.float32, st.integers(1, 30), elements=FINITE), st.booleans())
def test_doubt_keeps_the_order(values: np.ndarray, high_is_doubtful: bool) -> None:
    found = doubt(values, high_is_doubtful, 0.2)
    order = np.argsort(values if high_is_doubtful else -values)
    assert (np.diff(found[order]) >= -1e-5).all()


@given(st.floats(-1e4, 1e4))
def test_calm_is_odd_and_grows(value: float) -> None:
    assert calm(np.array([-value]))[0] == -calm(np.array([value]))[0]
    assert calm(np.array([value + 1]))[0] > calm(np.array([value]))[0]
    assert abs(calm(np.array([value]))[0]) <= abs(value)


def test_score_by_hand() -> None:
    weights = Weights(-2.0, {"gap": 1.0, "numbers": 3.0})
    doubts = np.array([[0, 0, 5], [2, 0, 5], [1, 1, 0]], dtype=np.float32)
    scores = weights.score(("gap", "numbers", "unknown"), doubts)
    np.testing.assert_allclose(scores, [1 / (1 + np.exp(2)), 0.5, 1 / (1 + np.exp(-2))])
    assert weights.contributions(("gap", "numbers", "unknown"), doubts).tolist() == [[0, 0, 0], [2, 0, 0], [1, 3, 0]]


def test_the_surest_pairs_still_have_an_order() -> None:
    scores = DEFAULT.score(("mean_gap",), np.array([[20.0], [21.0], [40.0]], dtype=np.float32))
    assert scores[0] < scores[1] < scores[2] < 1
    assert len({f"{score:.4f}" for score in scores}) == 3


def test_doubt_may_not_lower_a_score() -> None:
    with pytest.raises(ValueError, match="gap would: use 0 instead"):
        Weights(0.0, {"gap": -1.0, "cosine": 1.0})


def verdicts(count: int, slopes: tuple[float, float], seed: int = 0) -> Lessons:
    random = np.random.default_rng(seed)
    doubts = random.normal(size=(count, 2)).astype(np.float32) * 2
    odds = doubts @ np.array(slopes) - 1
    return Lessons(doubts, random.random(count) < 1 / (1 + np.exp(-odds)))


PRIOR = Weights(-1.0, {"gap": 1.0, "exchange": 1.0})
TWO = ("gap", "exchange")


def test_verdicts_move_the_weights_towards_what_they_say() -> None:
    learned = fit_weights(TWO, verdicts(2000, (2.0, 0.0)), PRIOR)
    assert learned.of["gap"] == pytest.approx(2.0, abs=0.3)
    assert learned.of.get("exchange", 0) < 0.15


def test_verdicts_that_count_less_move_them_less() -> None:
    full, half = (fit_weights(TWO, verdicts(60, (2.0, 0.0)), PRIOR, importance=share) for share in (1.0, 0.005))
    assert half.of["gap"] == pytest.approx(1.0, abs=0.05)
    assert abs(full.of["gap"] - 1) > 2 * abs(half.of["gap"] - 1)


def test_no_weight_falls_below_zero() -> None:
    learned = fit_weights(TWO, verdicts(2000, (1.0, -2.0)), PRIOR)
    assert "exchange" not in learned.of


def test_a_signal_without_a_weight_earns_one_slowly() -> None:
    few, many = (fit_weights(("gap", "hubness"), verdicts(count, (1.0, 1.0)), PRIOR) for count in (60, 5000))
    assert few.of.get("hubness", 0) < 0.3
    assert many.of["hubness"] > 0.5


@pytest.mark.parametrize("count", [0, 49])
def test_few_verdicts_change_nothing(count: int) -> None:
    assert fit_weights(TWO, verdicts(count, (2.0, 0.0)), PRIOR) is PRIOR


def test_verdicts_of_one_kind_change_nothing() -> None:
    doubts = verdicts(200, (2.0, 0.0)).doubts
    assert fit_weights(TWO, Lessons(doubts, np.ones(200, dtype=np.bool_)), PRIOR) is PRIOR


def test_far_off_doubts_do_not_break_the_fit() -> None:
    lessons = verdicts(200, (2.0, 0.0))
    learned = fit_weights(TWO, Lessons(lessons.doubts * 1e4, lessons.wrong), PRIOR)
    assert all(np.isfinite(weight) for weight in learned.of.values())


def test_a_new_project_starts_from_what_others_learned() -> None:
    elsewhere = verdicts(2000, (2.0, 0.0))
    warm = learn(TWO, verdicts(10, (2.0, 0.0)), [elsewhere], PRIOR)
    assert warm.of["gap"] == pytest.approx(2.0, abs=0.4)
    assert learn(TWO, verdicts(10, (2.0, 0.0)), [], PRIOR) is PRIOR


def test_own_verdicts_outweigh_those_of_others() -> None:
    own = verdicts(2000, (0.5, 1.0), seed=1)
    learned = learn(TWO, own, [verdicts(2000, (2.0, 0.0))], PRIOR)
    assert abs(learned.of["gap"] - 0.5) < abs(learned.of["gap"] - 2.0)
