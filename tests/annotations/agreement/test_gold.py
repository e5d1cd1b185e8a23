import pytest

from annotations.agreement.gold import LAST, MINIMUM, Standing, is_right, standing, weight


@pytest.mark.parametrize(
    ("expected", "correction", "said", "text", "right"),
    [
        ("equivalent", "", "equivalent", "", True),
        ("equivalent", "", "not_equivalent", "", False),
        ("equivalent", "", "unsure", "", None),
        ("equivalent", "", "skipped", "", None),
        ("equivalent", "", "flagged", "", None),
        ("corrected", "Herz", "corrected", "Herz", True),
        ("corrected", "Herz", "corrected", "Hirn", False),
        ("corrected", "Herz", "not_equivalent", "", True),
        ("not_equivalent", "", "corrected", "Herz", True),
        ("corrected", "Herz", "equivalent", "", False),
        ("broader", "", "narrower", "", False),
    ],
)
def test_is_right(expected: str, correction: str, said: str, text: str, right: bool | None) -> None:
    assert is_right(expected, correction, said, text) is right


@pytest.mark.parametrize(
    ("results", "seen", "right", "probation"),
    [
        ([], 0, 0, False),
        ([False] * (MINIMUM - 1), MINIMUM - 1, 0, False),
        ([False] * MINIMUM, MINIMUM, 0, True),
        ([True] * 7 + [False] * 3, 10, 7, False),
        ([True] * 6 + [False] * 4, 10, 6, True),
        ([False] * 20 + [True] * LAST, LAST, LAST, False),
    ],
)
def test_standing(results: list[bool], seen: int, right: int, probation: bool) -> None:
    assert standing(results) == Standing(seen, right, probation)


@pytest.mark.parametrize(
    ("gold", "accuracy", "rated", "weighs"),
    [
        (Standing(0, 0, False), None, 0, 1.0),
        (Standing(7, 0, False), None, 0, 1.0),
        (Standing(10, 9, False), None, 0, 1.0),
        (Standing(10, 7, False), None, 0, 0.5),
        (Standing(10, 5, True), None, 0, 0.0),
        (Standing(10, 6, True), 0.95, 1000, 0.5),
        (Standing(0, 0, False), 0.8, 100, 0.75),
        (Standing(0, 0, False), None, 100, 1.0),
        (Standing(10, 10, False), 0.7, 10, 0.875),
    ],
)
def test_weight(gold: Standing, accuracy: float | None, rated: int, weighs: float) -> None:
    assert weight(gold, accuracy, rated) == pytest.approx(weighs)
