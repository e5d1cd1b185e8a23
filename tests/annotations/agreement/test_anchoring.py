import pytest

from annotations.agreement.anchoring import FirstAnswer, agrees_with_model, anchoring


@pytest.mark.parametrize(
    ("decision", "suspicion", "agrees"),
    [
        ("equivalent", 0.2, True), ("equivalent", 0.9, False), ("corrected", 0.9, True), ("related", 0.1, False),
        ("unsure", 0.9, None), ("flagged", 0.9, None),
    ],
)  # fmt: skip
def test_agreement_with_the_model(decision: str, suspicion: float, agrees: bool | None) -> None:
    assert agrees_with_model(decision, suspicion) is agrees


def test_the_effect_has_newcombe_s_interval() -> None:
    """56 of 70 against 48 of 80: Newcombe 1998, table II, column (a), method 10: .0524 to .3339."""
    with_view = [FirstAnswer("equivalent", 0.1 if n < 56 else 0.9, True) for n in range(70)]
    blind = [FirstAnswer("equivalent", 0.1 if n < 48 else 0.9, False) for n in range(80)]
    found = anchoring([*with_view, *blind, FirstAnswer("skipped", 0.1, True)])
    assert (found.shown.n, found.blind.n) == (70, 80)
    assert found.difference == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=0.0001)


def test_without_both_groups_there_is_no_effect() -> None:
    assert anchoring([FirstAnswer("equivalent", 0.1, True)]) is None
    assert anchoring([]) is None
