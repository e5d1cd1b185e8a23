from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.settle import (
    MAX_UNDECIDED,
    UNDECIDED,
    Conflict,
    GivenAnswer,
    NeedsAnother,
    NeedsLead,
    Settled,
    settle,
)

JUDGEMENTS = ["equivalent", "not_equivalent", "corrected", "broader", "not_a_term"]
judged = st.builds(
    GivenAnswer, st.integers(1, 99), st.sampled_from(JUDGEMENTS), st.sampled_from(["", "right", "other"])
)
undecided = st.builds(GivenAnswer, st.integers(1, 99), st.sampled_from(sorted(UNDECIDED)))
answers = st.lists(judged | undecided, max_size=6)
wanted = st.integers(1, 4)


@given(judged, st.integers(1, 4), wanted)
def test_unanimous_answers_settle_with_their_weight(answer: GivenAnswer, count: int, wanted: int) -> None:
    result = settle([answer] * count, wanted)
    if count >= wanted:
        assert result == Settled(answer.decision, answer.correction, 0.7 if count == 1 else 1.0)
    else:
        assert result == NeedsAnother(wanted - count)


@given(answers, wanted, st.randoms())
def test_the_order_of_answers_does_not_matter(answers: list[GivenAnswer], wanted: int, random) -> None:
    mixed = random.sample(answers, len(answers))
    first, second = settle(answers, wanted), settle(mixed, wanted)
    if isinstance(first, Conflict) and isinstance(second, Conflict):
        assert sorted(map(repr, first.answers)) == sorted(map(repr, second.answers))
    else:
        assert first == second


@given(answers, judged, judged, wanted)
def test_two_views_are_always_a_conflict(
    answers: list[GivenAnswer], one: GivenAnswer, other: GivenAnswer, wanted: int
) -> None:
    differ = (one.decision, one.correction) != (other.decision, other.correction)
    assert isinstance(settle([*answers, one, other], wanted), Conflict) or not differ


@given(answers, wanted)
def test_a_flag_goes_to_the_lead_whatever_else_was_said(answers: list[GivenAnswer], wanted: int) -> None:
    assert isinstance(settle([*answers, GivenAnswer(100, "flagged")], wanted), NeedsLead)


@given(st.lists(undecided, min_size=MAX_UNDECIDED, max_size=6), wanted)
def test_the_lead_is_asked_when_enough_reviewers_could_not_say(answers: list[GivenAnswer], wanted: int) -> None:
    assert isinstance(settle(answers, wanted), NeedsLead)


@given(st.lists(undecided, max_size=MAX_UNDECIDED - 1), judged, wanted)
def test_undecided_answers_neither_settle_nor_count(
    answers: list[GivenAnswer], answer: GivenAnswer, wanted: int
) -> None:
    assert settle(answers, wanted) == NeedsAnother(wanted)
    assert settle([*answers, answer], 1) == Settled(answer.decision, answer.correction, 0.7)


def test_two_different_corrections_are_a_conflict() -> None:
    one, other = GivenAnswer(1, "corrected", "Herz"), GivenAnswer(2, "corrected", "Herzmuskel")
    assert settle([one, other], 2) == Conflict((one, other))


def test_who_is_asked_again_is_waited_for() -> None:
    old = [GivenAnswer(1, "equivalent"), GivenAnswer(2, "related"), GivenAnswer(3, "related")]
    assert isinstance(settle(old, 2, most=3), Settled)
    assert settle(old, 2, most=3, asked_again=4) == NeedsAnother(1)
    assert settle(old[:1], 1, asked_again=2) == NeedsAnother(1)
    unsure = [GivenAnswer(n, "unsure") for n in range(7, 10)]
    assert isinstance(settle([*old, *unsure], 2, most=3, asked_again=4), NeedsLead)
    assert isinstance(settle([*old[1:], GivenAnswer(4, "related")], 1, asked_again=3), Settled)
