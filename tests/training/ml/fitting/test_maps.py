import numpy as np

from training.ml.fitting.maps import near_identity

TURN = np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 1]], dtype=np.float32)
EAST, NORTH, UP = np.eye(3, dtype=np.float32)


def test_many_pairs_outweigh_the_pull() -> None:
    target = np.random.default_rng(0).normal(size=(500, 3)).astype(np.float32)
    assert np.allclose(near_identity(target @ TURN, target, 0.1), TURN, atol=1e-2)


def test_one_pair_against_a_pull_of_one_goes_half_way() -> None:
    fitted = near_identity(NORTH[None], EAST[None], 1.0)
    assert np.allclose(EAST @ fitted, (EAST + NORTH) / 2)


def test_a_direction_without_pairs_stays() -> None:
    fitted = near_identity(NORTH[None], EAST[None], 0.01)
    assert np.allclose(UP @ fitted, UP)


def test_weights_decide_between_pairs_that_disagree() -> None:
    fitted = near_identity(np.stack([NORTH, UP]), np.stack([EAST, EAST]), 1e-6, np.array([1, 0], np.float32))
    assert np.allclose(EAST @ fitted, NORTH, atol=1e-4)
