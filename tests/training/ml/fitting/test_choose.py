import numpy as np
import pytest

from training.ml.fitting.choose import Check, Measured, choose, measure, reciprocal_rank

SOURCES, TARGETS = np.array([0, 1, 2]), np.array([3, 4, 5])
PAIRS = np.stack([SOURCES, TARGETS], axis=1)


def check(kept: bool = False, friends: dict[int, frozenset[int]] | None = None) -> Check:
    return Check("en-de", kept, PAIRS, TARGETS, SOURCES, friends or {})


def vectors(*targets: int) -> np.ndarray:
    unit = np.eye(3, dtype=np.float32)
    return np.concatenate([unit, unit[list(targets)]])


def test_rank_of_the_right_target() -> None:
    assert reciprocal_rank(check(), vectors(0, 1, 2)) == 1
    assert reciprocal_rank(check(), vectors(1, 0, 2)) < 1


def test_a_synonym_counts_as_right() -> None:
    friends = {3: frozenset({0, 3, 4}), 4: frozenset({1, 3, 4})}
    assert reciprocal_rank(check(friends=friends), vectors(1, 0, 2)) == 1


def test_measuring_keeps_the_cells_apart() -> None:
    found = measure(0.5, [check(), check(kept=True)], vectors(0, 1, 2))
    assert found == Measured(0.5, 1.0, (1.0,))


@pytest.mark.parametrize(
    ("measured", "strength"),
    [
        ([Measured(0.4, 0.80, (0.5,)), Measured(1.0, 0.90, (0.495,))], 1.0),
        ([Measured(0.4, 0.80, (0.5,)), Measured(1.0, 0.90, (0.48,))], 0.4),
        ([Measured(0.4, 0.80, (0.45,)), Measured(1.0, 0.90, (0.40,))], 0.4),
        ([Measured(0.4, 0.90, (0.5,)), Measured(1.0, 0.90, (0.6,))], 1.0),
        ([Measured(0.4, 0.90, (0.5,)), Measured(1.0, 0.90, (0.5,))], 0.4),
    ],
    ids=[
        "the better one",
        "not at the control's cost",
        "the least harm",
        "the control's gain on a tie",
        "the parent's side on a tie",
    ],
)
def test_choice(measured: list[Measured], strength: float) -> None:
    assert choose(measured, Measured(0.0, 0.7, (0.5,))).strength == strength
