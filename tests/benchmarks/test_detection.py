"""What the benchmark of detection counts with: measures by hand, errors that are errors, families that don't mix."""

from collections import Counter

import numpy as np
import pytest

from benchmarks.detection.errors import CONCEPT_KINDS, plant
from benchmarks.detection.form_errors import RULES, plant_forms
from benchmarks.detection.lists import Pair, is_final, is_reviewed
from benchmarks.detection.measures import auroc, average_precision, calibration_error, precision_at_top

WRONG = np.array([True, False, True, False])
SCORES = np.array([0.9, 0.8, 0.7, 0.1])


def test_measures_by_hand() -> None:
    assert auroc(WRONG, SCORES) == 0.75
    assert auroc(WRONG, np.zeros(4)) == 0.5
    assert np.isnan(auroc(np.zeros(4, dtype=bool), SCORES))
    assert average_precision(WRONG, SCORES) == pytest.approx((1 + 2 / 3) / 2)
    assert precision_at_top(np.arange(100) < 3, -np.arange(100.0)) == 0.6  # three of the first five
    assert calibration_error(WRONG, np.array([1.0, 0.0, 1.0, 0.0])) == 0
    assert calibration_error(WRONG, np.array([0.5, 0.5, 0.5, 0.5])) == 0
    assert calibration_error(WRONG, np.array([0.95, 0.95, 0.15, 0.15])) == pytest.approx((0.9 + 0.7) / 4)


PAIRS = tuple(Pair(f"F{number // 5}", f"term {number}", f"Wort {number}", f"mot {number}") for number in range(100))


@pytest.mark.parametrize("kind", CONCEPT_KINDS)
def test_planted_pairs_are_wrong_and_all_others_as_they_were(kind: str) -> None:
    vectors = np.random.default_rng(0).normal(size=(100, 8))
    found = plant(PAIRS, kind, vectors, seed=1)
    right = {(pair.source, pair.target) for pair in PAIRS}
    wrong = [pair for pair, planted in zip(found.pairs, found.kinds, strict=True) if planted]
    assert len(wrong) == 10
    assert all((pair.source, pair.target) not in right for pair in wrong)
    assert {
        (pair.source, pair.target) for pair, planted in zip(found.pairs, found.kinds, strict=True) if not planted
    } <= right
    partners = {pair.target: pair.source for pair in PAIRS}
    listed = {pair.source for pair in found.pairs}
    if kind.endswith("orphaned"):
        assert len(found.pairs) == 90
        assert not any(partners[pair.target] in listed for pair in wrong)
    else:
        assert Counter(pair.target for pair in found.pairs) == Counter(pair.target for pair in PAIRS)
    if kind.startswith("sibling"):
        assert all(pair.family == PAIRS[int(partners[pair.target].split()[1])].family for pair in wrong)


@pytest.mark.parametrize(
    ("kind", "language", "source", "target", "wrong"),
    [
        ("number", "de", "disease", "Erkrankung", "Erkrankungen"),
        ("number", "fr", "diseases", "maladies", "maladie"),
        ("inflection", "es", "acute", "agudo", "aguda"),
        ("digit", "de", "Type 2", "Typ 2", None),
        ("laterality", "de", "upper arm", "Oberarm", "Unterarm"),
        ("laterality", "zh", "acute hepatitis", "急性肝炎", "慢性肝炎"),
        ("negation", "es", "ulcer with bleeding", "úlcera con hemorragia", "úlcera sin hemorragia"),
        ("negation", "zh", "without coma", "不伴有昏迷", "伴有昏迷"),
        ("abbreviation", "zh", "hepatitis", "病毒性肝炎的", "病性炎"),
    ],
)
def test_rules(kind: str, language: str, source: str, target: str, wrong: str | None) -> None:
    found = RULES[kind](Pair("F", source, target), language, np.random.default_rng(0))
    assert found != target
    assert wrong is None or found == wrong


def test_digits_of_codes_and_sides_inside_words_are_left_alone() -> None:
    random = np.random.default_rng(0)
    assert RULES["digit"](Pair("F", "infection", "Infektion (A48.1+)"), "de", random) == ""
    assert RULES["laterality"](Pair("F", "international law", "Völkerrechtsnorm"), "de", random) == ""


def test_forms_are_planted_evenly() -> None:
    pairs = [Pair("F", f"acute disease {number}", f"akute Erkrankung mit Fieber {number}") for number in range(200)]
    found = plant_forms(pairs, "de", seed=0)
    counts = Counter(found.kinds)
    assert counts[""] == 200 - sum(count for kind, count in counts.items() if kind)
    assert set(counts) - {""} == set(RULES)
    assert all(one == other for one, other, kind in zip(pairs, found.pairs, found.kinds, strict=True) if not kind)


def test_families_are_parted_twice() -> None:
    names = [f"{letter}{number:02}" for letter in "ABCDEFGH" for number in range(100)]
    quarters = Counter((is_final(name), is_reviewed(name)) for name in names)
    assert len(quarters) == 4
    assert min(quarters.values()) > 150
