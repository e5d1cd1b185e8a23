import numpy as np
import pytest

from training.ml.maps import procrustes, towards_identity

ANGLE = 0.4
TURN = np.array([[np.cos(ANGLE), np.sin(ANGLE)], [-np.sin(ANGLE), np.cos(ANGLE)]], dtype=np.float32)


def angle(rotation: np.ndarray) -> float:
    return float(np.arctan2(rotation[0, 1], rotation[0, 0]))


def test_procrustes_finds_the_turn_between_pairs() -> None:
    source = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)
    assert np.allclose(procrustes(source @ TURN.T, source), TURN.T, atol=1e-5)


def test_weights_decide_between_pairs_that_disagree() -> None:
    source = np.array([[1, 0], [1, 0]], dtype=np.float32)
    target = np.stack([source[0] @ TURN, source[0] @ TURN.T])
    assert angle(procrustes(source, target, np.array([1, 0], np.float32))) == pytest.approx(-ANGLE, abs=1e-5)


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_drawing_back_turns_less_and_stays_a_rotation(strength: float) -> None:
    drawn = towards_identity(TURN, strength)
    assert angle(drawn) == pytest.approx(strength * ANGLE, abs=1e-5)
    assert np.allclose(drawn @ drawn.T, np.eye(2), atol=1e-6)
