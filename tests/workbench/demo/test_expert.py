from collections import Counter

from workbench.demo.corrupt import Injected
from workbench.demo.expert import ERROR_RATE, Shown, SimulatedExpert
from workbench.demo.rows import Row

COUNT = 4_000
TRUTH = [Row(str(n), "f", "de", f"Fieber {n}") for n in range(COUNT)]
INJECTED = [Injected(str(n), "de", f"Husten {n}", f"Fieber {n}", "sibling") for n in range(COUNT)]
EXPERT = SimulatedExpert(TRUTH, INJECTED)


def answers(word: str) -> list:
    return [EXPERT.answer(Shown(str(n), f"fever {n}", "de", f"{word} {n}")) for n in range(COUNT)]


def test_right_pairs_are_accepted_but_for_the_stated_errors() -> None:
    said = Counter(answer.decision for answer in answers("Fieber"))

    assert set(said) == {"equivalent", "not_equivalent"}
    assert abs(said["not_equivalent"] / COUNT - ERROR_RATE) < 0.01


def test_wrong_pairs_are_mostly_corrected_with_the_right_term() -> None:
    given = answers("Husten")
    said = Counter(answer.decision for answer in given)

    assert abs(said["equivalent"] / COUNT - ERROR_RATE) < 0.01
    assert abs(said["not_equivalent"] / COUNT - 0.2 * (1 - ERROR_RATE)) < 0.02
    assert all(
        answer.correction == (f"Fieber {n}" if answer.decision == "corrected" else "") for n, answer in enumerate(given)
    )


def test_the_same_pair_gets_the_same_answer() -> None:
    assert answers("Husten") == answers("Husten")
