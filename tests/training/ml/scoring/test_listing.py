import numpy as np
import pytest

from tests.training.ml.planes import listing, vocabulary
from training.ml.scoring.listing import InvalidListing, Listing, Vocabulary

SOURCE = vocabulary("en", hepatitis=0, liver_inflammation=10, HEPATITIS=20, fever=90)
TARGET = vocabulary("de", Hepatitis=0, Leberentzündung=10, Fieber=90)
FOUND = listing(SOURCE, TARGET, "hepatitis=Hepatitis", "liver inflammation=Hepatitis", "fever=Fieber")


@pytest.mark.parametrize(
    ("source", "target", "listed"),
    [(0, 0, True), (1, 0, True), (2, 0, True), (0, 1, False), (3, 0, False), (3, 2, True)],
)
def test_texts_that_differ_in_case_alone_are_listed_alike(source: int, target: int, listed: bool) -> None:
    assert FOUND.listed(np.array([source]), np.array([target])).tolist() == [listed]
    assert FOUND.reversed.listed(np.array([target]), np.array([source])).tolist() == [listed]


def test_listed_broadcasts() -> None:
    assert FOUND.listed(np.array([[0], [3]]), np.array([[0, 2]])).tolist() == [[True, False], [False, True]]


def test_partner_is_the_first_pair() -> None:
    assert FOUND.partner.tolist() == [0, 1, 0, 2]
    assert FOUND.reversed.partner.tolist() == [0, -1, 2]


def test_no_pairs() -> None:
    empty = listing(SOURCE, TARGET)
    assert not empty.listed(np.array([0]), np.array([0])).any()
    assert empty.partner.tolist() == [-1, -1, -1, -1]


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        (np.zeros((2, 3), dtype=np.int64), r"\(p, 2\) is needed"),
        (np.array([[0, 9]]), "outside the lists of 4 sources and 3 targets"),
        (np.array([[-1, 0]]), "outside the lists"),
    ],
)
def test_pairs_that_point_nowhere(pairs: np.ndarray, sentence: str) -> None:
    with pytest.raises(InvalidListing, match=sentence):
        Listing(SOURCE, TARGET, pairs)


def test_vectors_that_do_not_fit() -> None:
    with pytest.raises(InvalidListing, match=r"2 'de' texts need vectors of shape \(2, d\).*\(1, 3\)"):
        Vocabulary("de", ("a", "b"), np.zeros((1, 3), dtype=np.float32))
    wide = Vocabulary("de", ("a",), np.zeros((1, 3), dtype=np.float32))
    with pytest.raises(InvalidListing, match="2 and 3 dimensions share no space"):
        Listing(SOURCE, wide, np.zeros((0, 2), dtype=np.int64))
