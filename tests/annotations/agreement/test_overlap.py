import pytest

from annotations.agreement.overlap import OverlapPolicy, answers_wanted, goes_against
from annotations.agreement.settle import Conflict, GivenAnswer, NeedsAnother, NeedsLead, Settled, settle

ANN, BOB, CEM = (GivenAnswer(n, "equivalent") for n in (1, 2, 3))
NO = GivenAnswer(4, "not_equivalent")
DOUBTFUL = OverlapPolicy(only_doubtful=True)


@pytest.mark.parametrize(
    ("policy", "answers", "suspicion", "wanted"),
    [
        (OverlapPolicy(3), [], None, 3),
        (OverlapPolicy(1), [ANN], 0.99, 1),
        (DOUBTFUL, [], 0.99, 1),
        (DOUBTFUL, [ANN], 0.5, 1),
        (DOUBTFUL, [ANN], None, 1),
        (DOUBTFUL, [ANN], 0.8, 2),
        (DOUBTFUL, [NO], 0.8, 1),
        (DOUBTFUL, [NO], 0.1, 2),
        (DOUBTFUL, [GivenAnswer(1, "equivalent", confidence=1)], 0.5, 2),
        (DOUBTFUL, [GivenAnswer(1, "equivalent", confidence=2)], 0.5, 1),
        (DOUBTFUL, [GivenAnswer(1, "unsure")], 0.9, 1),
        (OverlapPolicy(3, only_doubtful=True), [ANN], 0.9, 3),
        (OverlapPolicy(1), [GivenAnswer(1, "equivalent", probation=True)], 0.5, 2),
        (OverlapPolicy(1), [GivenAnswer(1, "equivalent", probation=True), BOB], 0.5, 1),
    ],
)
def test_answers_wanted(policy: OverlapPolicy, answers: list[GivenAnswer], suspicion: float, wanted: int) -> None:
    assert answers_wanted(policy, answers, suspicion) == wanted


@pytest.mark.parametrize(
    ("decision", "suspicion", "against"),
    [("equivalent", 0.81, True), ("equivalent", 0.79, False), ("corrected", 0.19, True), ("unsure", 0.99, False)],
)
def test_what_goes_against_the_model(decision: str, suspicion: float, against: bool) -> None:
    assert goes_against(decision, suspicion) is against


def test_two_who_disagree_get_a_third_and_two_thirds_decide() -> None:
    assert settle([ANN, NO], 2, most=3) == NeedsAnother(1)
    assert settle([ANN, NO, BOB], 2, most=3) == Settled("equivalent", "", pytest.approx(2 / 3))
    assert isinstance(settle([ANN, NO], 2), Conflict)
    assert isinstance(settle([ANN, NO, BOB], 2), Conflict)


def test_weights_decide_who_has_the_majority() -> None:
    weak = [GivenAnswer(n, "equivalent", weight=0.2) for n in (1, 2)]
    assert isinstance(settle([*weak, NO], 2, most=3), Conflict)
    strong = [GivenAnswer(n, "equivalent", weight=0.9) for n in (1, 2)]
    assert settle([*strong, GivenAnswer(4, "related", weight=0.2)], 2, most=3) == Settled(
        "equivalent", "", pytest.approx(0.81)
    )


def test_people_on_probation_are_no_majority() -> None:
    failed = [GivenAnswer(n, "equivalent", probation=True) for n in (1, 2)]
    assert isinstance(settle([*failed, NO], 2, most=3), Conflict)


def test_a_third_who_cannot_say_leads_to_a_fourth_until_the_lead_is_asked() -> None:
    unsure = [GivenAnswer(n, "unsure") for n in (5, 6, 7)]
    assert settle([ANN, NO, unsure[0]], 2, most=3) == NeedsAnother(1)
    assert isinstance(settle([ANN, NO, *unsure], 2, most=3), Conflict)


def test_fewer_reviewers_in_the_project_ask_the_lead_sooner() -> None:
    skips = [GivenAnswer(n, "skipped") for n in (1, 2)]
    assert settle(skips, 1) == NeedsAnother(1)
    assert isinstance(settle(skips, 1, undecided_limit=2), NeedsLead)


def test_a_settled_weight_carries_the_reliability() -> None:
    assert settle([GivenAnswer(1, "equivalent", weight=0.5)], 1) == Settled("equivalent", "", pytest.approx(0.35))
