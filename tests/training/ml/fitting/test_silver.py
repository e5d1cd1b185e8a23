import numpy as np

from training.ml.fitting.silver import Side, mutual_pairs


def side(first: int, vectors: list[list[float]]) -> Side:
    rows = np.array(vectors, dtype=np.float32)
    return Side(np.arange(first, first + len(rows)), rows / np.linalg.norm(rows, axis=1, keepdims=True))


AXES = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]


def test_texts_that_choose_each_other_are_paired() -> None:
    found = mutual_pairs(side(10, AXES), side(20, [AXES[2], AXES[0], AXES[1]]), margin=0.05)
    assert sorted(found.tolist()) == [[10, 21], [11, 22], [12, 20]]


def test_a_choice_that_is_not_returned_is_no_pair() -> None:
    found = mutual_pairs(side(10, [*AXES, [1.0, 0.3, 0.0]]), side(20, AXES), margin=0.0)
    assert 13 not in found[:, 0]


def test_a_close_call_is_no_pair() -> None:
    twins = [[1.0, 0.0, 0.01], [1.0, 0.0, -0.01], AXES[1]]
    assert mutual_pairs(side(10, AXES[:2]), side(20, twins), margin=0.05).tolist() == [[11, 22]]


def test_a_language_without_texts_gives_none() -> None:
    assert len(mutual_pairs(side(10, AXES), side(20, AXES[:1]), margin=0.0)) == 0
