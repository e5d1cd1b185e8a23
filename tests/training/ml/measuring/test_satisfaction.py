from collections.abc import Sequence

import numpy as np
import pytest

from training.ml.evaluate import satisfaction
from training.ml.records import Attract, Constraints, Order, Repel, TermText


def by_angle(texts: Sequence[str], language: str) -> np.ndarray:
    """The number at a text's end is its angle in degrees."""
    angles = np.radians([float(text.split()[-1]) for text in texts])
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def constant(texts: Sequence[str], language: str) -> np.ndarray:
    return np.tile(np.array([0.6, 0.8], dtype=np.float32), (len(texts), 1))


def en(text: str) -> TermText:
    return TermText("en", text)


def de(text: str) -> TermText:
    return TermText("de", text)


def attract(source: str, target: str, pair_id: int = 1) -> Attract:
    return Attract(en(source), de(target), "c", "f", pair_id=pair_id)


def repel(source: str, target: str, better: str = "") -> Repel:
    return Repel(en(source), de(target), "f", better=de(better) if better else None, pair_id=2)


def order(source: str, target: str) -> Order:
    return Order(en(source), de(target), "broader", "f", pair_id=3)


HEART = attract("heart 0", "Herz 5")
LUNG = attract("lung 40", "Lunge 60", 4)
FAR = [attract(f"s {angle}", f"t {angle}", 10 + angle) for angle in range(100, 180, 20)]
TABLE = {
    "attract, nearest": ([HEART, LUNG], [], [], []),
    "attract, another is nearer": (
        [attract("heart 30", "Herz 0"), LUNG, attract("x 90", "X 35", 5)], [], [], [1, 4, 5],
    ),
    "attract, two accepted for one source": ([HEART, attract("heart 0", "Pumpe 10"), LUNG], [], [], []),
    "attract, alone": ([attract("heart 0", "Herz 90")], [], [], []),
    "repel, farther than the better": ([HEART], [repel("heart 0", "Hirn 10", "Herz 5")], [], []),
    "repel, nearer than the better": ([LUNG], [repel("heart 0", "Hirn 10", "Herz 12")], [], [2]),
    "repel, below the median accepted": (FAR, [repel("heart 0", "Hirn 10")], [], []),
    "repel, as near as the median accepted": (FAR, [repel("heart 0", "Hirn 0")], [], [2]),
    "repel, the source's own accepted target": ([HEART, LUNG], [repel("heart 0", "Hirn 3")], [], [1, 2]),
    "repel, nothing accepted, nearest": ([], [repel("heart 0", "Hirn 10"), repel("lung 90", "Leber 60")], [], [2, 2]),
    "repel, nothing accepted, not nearest": (
        [], [repel("heart 0", "Hirn 50"), repel("lung 90", "Leber 20")], [], [],
    ),
    "order, between": ([HEART, *FAR], [], [order("heart 0", "Organ 20")], []),
    "order, nearer than the equivalent": (
        [attract("heart 0", "Herz 30"), *FAR], [], [order("heart 0", "Organ 20")], [1, 3],
    ),
    "order, no nearer than the unrelated": ([HEART, *FAR], [], [order("heart 0", "Organ 175")], [3]),
    "order, nothing accepted": ([], [], [order("heart 0", "Organ 20")], []),
}  # fmt: skip


@pytest.mark.parametrize(("attracts", "repels", "orders", "unmet"), TABLE.values(), ids=TABLE)
def test_rules_by_hand(attracts, repels, orders, unmet):
    constraints = Constraints(tuple(attracts), tuple(repels), tuple(orders))
    share, found = satisfaction(constraints, by_angle)
    assert [one["pair_id"] for one in found] == unmet
    assert share == pytest.approx(1 - len(unmet) / len(constraints))


def test_an_unmet_constraint_says_why():
    constraints = Constraints((HEART, LUNG), (repel("heart 0", "Hirn 3"),))
    (first, second) = satisfaction(constraints, by_angle)[1]
    assert first == {
        "kind": "attract", "source": "heart 0", "source_language": "en", "target": "Herz 5", "target_language": "de",
        "pair_id": 1,
        "sentence": "“Herz 5” for “heart 0” is accepted, yet 1 of 2 other targets are as near "
        "(cosine 0.996; at most 0 may be).",
    }  # fmt: skip
    assert second["kind"] == "repel"
    assert second["sentence"] == (
        "“Hirn 3” for “heart 0” is rejected, yet its cosine 0.999 is not below 0.996, the right target."
    )


def test_five_in_a_hundred_may_be_as_near():
    """Targets at 1°, 2°, … 101° from the source: the sixth nearest of 101 has five before it, of a hundred others."""

    def unmet(number):
        rest = [Order(en("s 0"), de(f"t {n}"), "related", "f") for n in range(1, 102) if n != number]
        found = satisfaction(Constraints((attract("s 0", f"t {number}"),), (), tuple(rest)), by_angle)[1]
        return any(one["kind"] == "attract" for one in found)

    assert [unmet(5), unmet(6), unmet(7)] == [False, False, True]


def test_a_constant_encoder_honours_nothing_that_has_an_alternative():
    constraints = Constraints((HEART, LUNG), (repel("heart 0", "Hirn 3"),), (order("lung 40", "Organ 80"),))
    share, unmet = satisfaction(constraints, constant)
    assert (share, len(unmet)) == (0, 4)


def test_languages_are_judged_apart():
    """The French target lies in the German one's place and is no competitor of it."""
    french = Attract(en("heart 0"), TermText("fr", "cœur 0"), "c", "f")
    other = Attract(en("lung 40"), TermText("fr", "poumon -5"), "c", "f")
    assert satisfaction(Constraints((HEART, LUNG, french)), by_angle) == (1, [])
    assert satisfaction(Constraints((HEART, LUNG, french, other)), by_angle)[0] == 0.75


def test_no_constraints_are_all_honoured():
    assert satisfaction(Constraints(), by_angle) == (1.0, [])
