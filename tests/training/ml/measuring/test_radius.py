"""What a new encoder moved, on lists of a few terms whose vectors are given."""

from dataclasses import replace

import numpy as np
import pytest

from training.ml.measuring.radius import radius
from training.ml.measuring.retrieval import EncodeFn
from training.ml.records import TermText, TestList, TestPair

BEFORE = {"heart": 0, "lung": 90, "skin": 180, "Herz": 60, "Lunge": 95, "Haut": 10}
AFTER = {"heart": 0, "lung": 90, "skin": 180, "Herz": 5, "Lunge": 170, "Haut": 100}


def encode(angles: dict[str, float]) -> EncodeFn:
    def found(texts, language):
        turned = np.radians([angles[text] for text in texts])
        return np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)

    return found


def listed(**pairs: str) -> TestList:
    rows = [
        TestPair(source, source, TermText("en", source), TermText("de", target)) for source, target in pairs.items()
    ]
    return TestList("trained", "en", "de", tuple(rows))


LIST = listed(heart="Herz", lung="Lunge", skin="Haut")


def test_gained_lost_and_failing_are_named_with_what_is_nearest() -> None:
    (found,) = radius([LIST], encode(BEFORE), encode(AFTER))
    assert (found.cell, found.language_pair, found.n) == ("trained", "en-de", 3)
    assert (found.changed, found.better, found.worse) == (2, 1, 1)
    assert [(one.source, one.before, one.after) for one in found.gained] == [("heart", "Haut", "Herz")]
    assert [(one.source, one.before, one.after, one.rank_after) for one in found.lost] == [("lung", "Lunge", "Haut", 2)]
    assert [(one.source, one.listed, one.after) for one in found.failing] == [("skin", "Haut", "Lunge")]


def test_the_control_is_placed_as_general_vocabulary() -> None:
    class Parted:
        general = staticmethod(encode(AFTER))

        def __call__(self, texts, language):
            return encode(BEFORE)(texts, language)

    trained, control = radius([LIST, replace(LIST, cell="control")], encode(BEFORE), Parted())
    assert (trained.cell, trained.changed) == ("trained", 0)
    assert (control.cell, control.changed) == ("control", 2)


def test_the_same_encoder_moves_nothing() -> None:
    (found,) = radius([LIST], encode(BEFORE), encode(BEFORE))
    assert (found.changed, found.better, found.worse, found.drift) == (0, 0, 0, 0.0)
    assert found.gained == found.lost == ()


def test_a_space_that_is_turned_as_a_whole_does_not_drift() -> None:
    many = listed(**{f"s{n}": f"t{n}" for n in range(40)})
    random = np.random.default_rng(0)
    angles = {text: random.uniform(0, 360) for n in range(40) for text in (f"s{n}", f"t{n}")}
    turned = {text: angle + 70 for text, angle in angles.items()}
    shuffled = dict(zip(angles, random.permutation(list(angles.values())), strict=True))
    assert radius([many], encode(angles), encode(turned))[0].drift == pytest.approx(0, abs=0.02)
    assert radius([many], encode(angles), encode(shuffled))[0].drift > 0.5


def test_the_order_of_lists_and_pairs_says_nothing() -> None:
    other = TestList("control", "en", "de", LIST.pairs)
    assert [one.cell for one in radius([other, LIST], encode(BEFORE), encode(AFTER))] == ["trained", "control"]
    assert radius([LIST, other], encode(BEFORE), encode(AFTER)) == radius(
        [other, TestList("trained", "en", "de", LIST.pairs[::-1])], encode(BEFORE), encode(AFTER)
    )
