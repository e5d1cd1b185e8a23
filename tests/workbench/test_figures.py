"""Numbers as pages show them: rounded, never cut off, with the page's own decimal sign."""

import pytest
from django.utils import translation

from workbench.templatetags.figures import coefficient, duration, percent, points


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.0312, "+3.1"), (0.0146, "+1.5"), (-0.0146, "−1.5"), (0.0, "+0.0"), (-0.0004, "+0.0"), (None, "")],
)
def test_points_are_signed_and_rounded(share: float | None, shown: str) -> None:
    assert points(share) == shown


@pytest.mark.parametrize(("share", "shown"), [(0.9116, "91.2"), (0.91, "91.0"), (1.0, "100.0"), (None, "")])
def test_shares_are_rounded(share: float | None, shown: str) -> None:
    assert percent(share) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.714, "0.71"), (-0.5, "−0.50"), (1.0, "1.00"), (None, ""), ("", "")])
def test_coefficients_have_the_sign_of_a_number(value: float | str | None, shown: str) -> None:
    assert coefficient(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.26, "0.3 s"), (7.6, "8 s"), (183.2, "3 min 03 s"), (3725.0, "1 h 02 min"), (None, "")],
)
def test_durations(seconds: float | None, shown: str) -> None:
    assert duration(seconds) == shown


def test_german_has_a_comma() -> None:
    with translation.override("de"):
        assert (points(0.0312), percent(0.9116)) == ("+3,1", "91,2")
