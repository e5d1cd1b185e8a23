"""Word statistics of a list, on lists small enough to count by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.ml.scoring.alignment import Cells, Side, explain, ranges
from training.ml.scoring.lexicon import learn, pieces, whole_word
from training.ml.scoring.listing import Listing, Vocabulary


def listing(*pairs: tuple[str, str]) -> Listing:
    vectors = np.zeros((len(pairs), 1), dtype=np.float32)
    sources, targets = zip(*pairs, strict=True)
    rows = np.stack([np.arange(len(pairs))] * 2, axis=1)
    return Listing(Vocabulary("en", sources, vectors), Vocabulary("de", targets, vectors), rows)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Acute gout", ["acute", "gout"]),
        ("Nierenversagen", ["nierenversagen", "nier…", "…sagen"]),
        ("Gelenke", ["gelenke", "gele…"]),
        ("Typ 2, Typ 2", ["typ", "2"]),
        ("急性", ["急", "性", "急性"]),
        ("मधुमेह", ["मधुमेह", "मधुम…"]),
        ("", []),
    ],
)
def test_pieces(text: str, wanted: list[str]) -> None:
    assert pieces(text) == wanted


@pytest.mark.parametrize(
    ("piece", "text", "word"),
    [
        ("nier…", "Akutes Nierenversagen", "Nierenversagen"),
        ("…sagen", "Akutes Nierenversagen", "Nierenversagen"),
        ("akutes", "Akutes Nierenversagen", "Akutes"),
        ("急", "急性", "急"),
    ],
)
def test_whole_word(piece: str, text: str, word: str) -> None:
    assert whole_word(piece, text) == word


def test_what_an_exchanged_word_lacks() -> None:
    colours, things = ("red", "blue", "old", "new"), ("house", "car", "door", "tree")
    words = {"red": "rot", "blue": "blau", "old": "alt", "new": "neu", "house": "Haus", "car": "Auto", "door": "Tor"}
    pairs = [(f"{one} {what}", f"{words[one]} {words.get(what, 'Baum')}") for one in colours for what in things]
    swapped = [("red house", "blau Haus"), ("blue house", "rot Haus")]
    known = learn(listing(*swapped, *[pair for pair in pairs if pair[0] not in ("red house", "blue house")]))
    assert set(np.argsort(-known.target.mean)[:2]) == {0, 1}
    assert set(np.argsort(-known.source.worst)[:2]) == {0, 1}
    assert known.target_pieces[known.target.piece[0]] == "blau"
    assert known.source_pieces[known.target.usual[0]] == "blue"
    assert (known.target.together[0], known.target.seen[0]) == (3, 4)
    assert known.target.mean[5] < 0.2


def test_terms_without_words_lack_nothing() -> None:
    known = learn(listing(("—", "Haus"), ("house", "…"), ("car", "Auto")))
    assert known.target.mean.tolist() == [0, 0, 0]
    assert known.target.piece.tolist() == [0, -1, 1]
    assert known.source.piece.tolist() == [-1, 0, 1]


def test_a_word_seen_once_is_not_explained_by_its_own_pair() -> None:
    side = Side.of([np.array([0]), np.array([1])], np.array([0, 1]))
    assert explain(Cells.of(side, side)).lift.tolist() == [0, 0]


def test_a_word_seen_twice_is_explained_by_the_other_pair() -> None:
    side = Side.of([np.array([0]), np.array([1])], np.array([0, 0, 1]))
    lift = explain(Cells.of(side, side)).lift
    assert lift[0] == lift[1] > 0
    assert lift[2] == 0


@given(st.lists(st.tuples(st.text("abc Å 急性", max_size=8), st.text("xyz ß", max_size=8)), min_size=1, max_size=12))
def test_any_list_gives_finite_figures(pairs: list[tuple[str, str]]) -> None:
    known = learn(listing(*pairs))
    for side in (known.source, known.target):
        assert np.isfinite(side.mean).all()
        assert np.isfinite(side.worst).all()
        assert (side.mean >= 0).all()
        assert (side.together <= side.seen).all()


def test_ranges() -> None:
    assert ranges(np.array([5, 0, 2]), np.array([2, 0, 3])).tolist() == [5, 6, 2, 3, 4]


def test_a_long_term_keeps_its_last_character_before_its_pairs() -> None:
    assert "不" in pieces("由于使用治疗性药物引起的局部皮肤反应，不伴有全身症状")
