import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from annotations.agreement.coefficients import cohen_kappa, krippendorff_alpha, one_against_rest, percent

LABELS = ["equivalent", "not_equivalent", "broader"]
labels = st.sampled_from(LABELS)
units = st.lists(st.lists(labels, max_size=4), max_size=30)
pairs = st.lists(st.tuples(labels, labels), max_size=40)

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), part C: nominal, four observers, gaps
PUBLISHED = [
    "111", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", "555", "11", "3",
]  # fmt: skip


def test_the_published_example() -> None:
    assert krippendorff_alpha([list(unit) for unit in PUBLISHED]).value == pytest.approx(0.743, abs=0.0005)


@given(units)
def test_alpha_is_that_of_the_library(given: list[list[str]]) -> None:
    ours = krippendorff_alpha(given, resamples=10)
    used = {label for unit in given if len(unit) > 1 for label in unit}
    if len(used) < 2:
        assert ours.value is None
        return
    table = np.full((4, len(given)), np.nan)
    for column, unit in enumerate(given):
        table[: len(unit), column] = [LABELS.index(label) for label in unit]
    assert ours.value == pytest.approx(krippendorff.alpha(table, level_of_measurement="nominal"))


@given(pairs)
def test_kappa_is_that_of_scikit_learn(given: list[tuple[str, str]]) -> None:
    ours = cohen_kappa(given, resamples=10)
    if len({label for pair in given for label in pair}) < 2:
        assert ours.value is None
        return
    assert ours.value == pytest.approx(cohen_kappa_score(*zip(*given, strict=True)))
    assert ours.n == len(given)


def test_kappa_of_the_textbook() -> None:
    """20 times both yes, 15 both no, 5 and 10 of two minds: agreement .7, by chance .5."""
    given = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohen_kappa(given).value == pytest.approx(0.4)


def test_percent_counts_every_two_answers_to_the_same_unit() -> None:
    found = percent([["a", "a", "b"], ["a", "a"], ["b"], []])
    assert (found.value, found.n) == (0.5, 4)
    assert percent([["a"]]).value is None


def test_the_interval_holds_the_truth_in_about_nineteen_of_twenty_samples() -> None:
    """Two people who each say the truth with .9, two labels: their expected kappa is .64."""
    held = 0
    rng = np.random.default_rng(1)
    for _ in range(200):
        truth = rng.integers(0, 2, 150)
        said = [np.where(rng.random(150) < 0.9, truth, 1 - truth) for _ in range(2)]
        found = cohen_kappa([(str(a), str(b)) for a, b in zip(*said, strict=True)], resamples=300)
        held += found.low <= 0.64 <= found.high
    assert 180 <= held <= 199


def test_intervals_narrow_with_more_units_and_depend_on_nothing_else() -> None:
    few = [["a", "a"], ["a", "b"], ["b", "b"], ["b", "b"]] * 10
    one, again, more = krippendorff_alpha(few), krippendorff_alpha(few[::-1]), krippendorff_alpha(few * 20)
    assert one.value == again.value
    assert one.low < one.value < one.high
    assert more.high - more.low < (one.high - one.low) / 3


def test_one_category_against_the_rest() -> None:
    given = [["a", "b"], ["b", "c"], ["a", "a"]]
    assert one_against_rest(given, "a") == [["a", ""], ["", ""], ["a", "a"]]
