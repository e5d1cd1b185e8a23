import numpy as np
import pytest

from training.ml.fitting.choose import Check, Measured, ahead, choose, measure, reciprocal_ranks

SOURCES, TARGETS = np.array([0, 1, 2]), np.array([3, 4, 5])
PAIRS = np.stack([SOURCES, TARGETS], axis=1)


def check(kept: bool = False, friends: dict[int, frozenset[int]] | None = None) -> Check:
    return Check("en-de", kept, PAIRS, TARGETS, SOURCES, friends or {})


def vectors(*targets: int) -> np.ndarray:
    unit = np.eye(3, dtype=np.float32)
    return np.concatenate([unit, unit[list(targets)]])


def test_ranks_of_the_right_targets() -> None:
    assert reciprocal_ranks(check(), vectors(0, 1, 2)).tolist() == [1, 1, 1]
    swapped = reciprocal_ranks(check(), vectors(1, 0, 2))
    assert swapped[2] == 1
    assert max(swapped[:2]) < 1


def test_a_synonym_counts_as_right() -> None:
    friends = {3: frozenset({0, 3, 4}), 4: frozenset({1, 3, 4})}
    assert reciprocal_ranks(check(friends=friends), vectors(1, 0, 2)).tolist() == [1, 1, 1]


def test_measuring_keeps_the_cells_apart() -> None:
    found = measure(0.5, [check(), check(kept=True), check(kept=True)], vectors(0, 1, 2))
    assert (found.strength, len(found.improved), len(found.kept)) == (0.5, 1, 2)


def ranked(strength: float, gained: int, lost: int = 0, *, kept: int = 0) -> Measured:
    """Against the usual one: so many of 100 queries gain half a rank, lose it; of 100 to be kept, gain or lose it."""
    improved = np.full(100, 0.5, np.float32)
    improved[:gained], improved[gained : gained + lost] = 1, 0
    control = np.full(100, 0.5, np.float32)
    control[: abs(kept)] += 0.5 * np.sign(kept)
    return Measured(strength, (improved,), (control,))


USUAL = ranked(0.6, 0)


def test_the_lead_and_its_error_by_hand() -> None:
    difference, error = ahead(ranked(1.0, 6, 2, kept=-4), USUAL)
    assert difference == pytest.approx((6 - 2) / 200 - 0.5 * 4 / 200)
    assert error == pytest.approx(((8 * 0.25 / 100) / 100 + 0.25 * (4 * 0.25 / 100) / 100) ** 0.5)


@pytest.mark.parametrize(
    ("others", "strength"),
    [
        ([ranked(1.0, 3)], 0.6),
        ([ranked(1.0, 5)], 1.0),
        ([ranked(1.0, 8, 6)], 0.6),
        ([ranked(1.0, 5, kept=-10)], 0.6),
        ([ranked(1.0, 0, kept=5)], 1.0),
        ([ranked(0.8, 6), ranked(1.0, 20, 6)], 1.0),
        ([ranked(0.0, 0)], 0.6),
    ],
    ids=[
        "ahead by chance",
        "surely ahead",
        "as many lost as gained",
        "not at the control's cost",
        "the control alone",
        "the surest, not the first",
        "a tie",
    ],
)
def test_choice(others: list[Measured], strength: float) -> None:
    assert choose([*others, USUAL], usual=0.6).strength == strength


def test_three_pairs_that_all_gain_are_chance() -> None:
    short = [Measured(share, (np.full(3, rank, np.float32),), ()) for share, rank in ((0.6, 0.5), (1.0, 1.0))]
    assert choose(short, usual=0.6).strength == 0.6
