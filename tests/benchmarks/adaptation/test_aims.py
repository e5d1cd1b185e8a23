from dataclasses import replace

from benchmarks.adaptation.aims import aims
from benchmarks.adaptation.figures import Row, row
from tests.benchmarks.adaptation.test_figures import BASE, result


def rows(seconds: float) -> list[Row]:
    ours = row("Tertium", [result("Tertium", 1, 1, 1, 0)], BASE, 2)
    same_work = row("sentence-transformers, upper layers", [result("other", 1, 1, 0, 0)], BASE, 2)
    return [row("centred + CSLS", [BASE], BASE, 2), replace(same_work, seconds=10.0), replace(ours, seconds=seconds)]


def test_a_missed_aim_is_told_like_a_met_one() -> None:
    found = "\n".join(aims(rows(seconds=4.0)))
    assert "| trained P@1 at least 0.93 | 0.750 | **missed** |" in found
    assert "| at least 1 point above every arm | +25.0 to sentence-transformers, upper layers | met |" in found
    assert "| 0.40 (4 s of 10 s) | **missed** |" in found


def test_the_share_of_the_seconds_is_that_of_the_same_work() -> None:
    assert "| 0.20 (2 s of 10 s) | met |" in "\n".join(aims(rows(seconds=2.0)))


def test_what_known_translations_do_alone_is_told_beside_what_is_found() -> None:
    alone = row("known translations alone", [result("other", 1, 0, 0, 0)], BASE, 2)
    found = "\n".join(aims([*rows(seconds=2.0), alone]))
    assert (
        "| general control at least 0.48 | 0.750, +50.0 to the base; 0.250 by *known translations alone* | met |"
        in found
    )


def test_seconds_before_the_first_round_are_told_beside_the_share() -> None:
    first = [replace(one, once=31.0) if one.arm == "Tertium" else one for one in rows(seconds=2.0)]
    assert "(2 s of 10 s); before an encoder's first round, 31 s" in "\n".join(aims(first))


def test_no_share_is_told_of_seconds_that_cannot_be_compared() -> None:
    untimed = [replace(one, timed=False) if one.arm.endswith("upper layers") else one for one in rows(seconds=2.0)]
    assert "of the seconds" not in "\n".join(aims(untimed))
