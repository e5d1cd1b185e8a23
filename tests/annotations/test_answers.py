from pathlib import Path

import pytest
from django.db import transaction

from annotations.actions import Answer, InvalidAnswer, NotAllowed, adjudicate, answer, undo_last
from annotations.models import Claim, Decision, Project, Term, TermPair, Verdict, VerdictRefused
from annotations.queue import take_next
from tests.annotations.builder import import_pairs, make_project, make_user, pair_of, queued_project, scan, term

pytestmark = pytest.mark.django_db


def state(pair: TermPair) -> str:
    return TermPair.objects.get(pk=pair.pk).state


def open_slots(pair: TermPair) -> int:
    return Claim.objects.filter(pair=pair, answered=False).count()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return queued_project(tmp_path)


@pytest.fixture
def twofold(tmp_path: Path) -> Project:
    """A project that wants two answers for each pair."""
    return queued_project(tmp_path, slug="law", overlap=2)


def test_one_answer_decides_where_one_is_wanted(project: Project) -> None:
    ann, pair = make_user("ann", project), pair_of(project, "heart")
    verdict = answer(pair, ann, Answer("equivalent", note="Plain."), encoder_digest="e" * 64)
    assert (verdict.decision, verdict.note, verdict.origin, verdict.encoder_digest) == (
        "equivalent", "Plain.", "web", "e" * 64,
    )  # fmt: skip
    decision = Decision.objects.get(pair=pair)
    assert (decision.outcome, decision.weight, decision.adjudicated_by) == ("equivalent", 0.7, None)
    assert pair.state == state(pair) == "decided"
    assert open_slots(pair) == 0


def test_two_who_agree_weigh_more(twofold: Project) -> None:
    pair = pair_of(twofold, "heart")
    answer(pair, make_user("ann"), Answer("corrected", "Herzorgan"))
    assert (state(pair), open_slots(pair), Decision.objects.count()) == ("queued", 1, 0)
    answer(pair, make_user("bob"), Answer("corrected", "  Herzorgan "))
    decision = Decision.objects.get(pair=pair)
    assert (decision.outcome, decision.correction, decision.weight) == ("corrected", "Herzorgan", 1.0)


def test_two_who_disagree_make_a_conflict_for_the_lead(twofold: Project) -> None:
    pair, lead = pair_of(twofold, "heart"), make_user("lea", twofold, "lead")
    answer(pair, make_user("ann"), Answer("equivalent"))
    answer(pair, make_user("bob"), Answer("not_equivalent"))
    assert state(pair) == "conflict"
    assert not Decision.objects.exists()
    assert take_next(twofold, make_user("cid")).pair != pair
    decision = adjudicate(pair, lead, Answer("not_equivalent"))
    assert (decision.outcome, decision.weight, decision.adjudicated_by) == ("not_equivalent", 1.0, lead)
    assert state(pair) == "decided"
    assert term(twofold, "Herz").state == "rejected"


def test_only_a_lead_adjudicates_and_only_with_an_outcome(project: Project) -> None:
    pair, lead = pair_of(project, "heart"), make_user("lea", project, "lead")
    with pytest.raises(NotAllowed, match="only a lead"):
        adjudicate(pair, make_user("ann", project), Answer("equivalent"))
    for decision in ("unsure", "skipped", "flagged"):
        with pytest.raises(InvalidAnswer, match="decides nothing"):
            adjudicate(pair, lead, Answer(decision))
    assert not Verdict.objects.exists()


def test_an_adjudicated_decision_stands_until_the_lead_takes_it_back(twofold: Project) -> None:
    pair, ann, bob = pair_of(twofold, "heart"), make_user("ann"), make_user("bob")
    lead = make_user("lea", twofold, "lead")
    answer(pair, ann, Answer("equivalent"))
    answer(pair, bob, Answer("related"))
    adjudicate(pair, lead, Answer("narrower"))
    undo_last(twofold, bob)
    answer(pair, make_user("cid"), Answer("antonym"))
    assert Decision.objects.get(pair=pair).outcome == "narrower"
    adjudicate(pair, lead, Answer("broader"))
    assert Decision.objects.get(pair=pair).outcome == "broader"
    undo_last(twofold, lead)
    assert not Decision.objects.filter(adjudicated_by=lead).exists()
    assert state(pair) == "conflict"


def test_a_late_answer_beyond_the_overlap_is_kept(project: Project) -> None:
    ann, bob, pair = make_user("ann"), make_user("bob"), pair_of(project, "heart")
    claim = take_next(project, ann, minutes=-1)
    assert claim.pair == pair
    assert take_next(project, bob).pair == pair
    answer(pair, bob, Answer("equivalent"))
    answer(pair, ann, Answer("equivalent"))
    assert Verdict.objects.filter(pair=pair).count() == 2
    assert Decision.objects.get(pair=pair).weight == 1.0


def test_a_late_answer_that_disagrees_reopens_the_case(project: Project) -> None:
    pair = pair_of(project, "heart")
    answer(pair, make_user("ann"), Answer("not_equivalent"))
    assert term(project, "Herz").state == "rejected"
    answer(pair, make_user("bob"), Answer("equivalent"))
    assert state(pair) == "conflict"
    assert not Decision.objects.exists()
    assert term(project, "Herz").state == "active"


@pytest.mark.parametrize("decision", ["unsure", "skipped"])
def test_who_cannot_say_hands_the_pair_to_another_and_at_last_to_the_lead(project: Project, decision: str) -> None:
    pair = pair_of(project, "heart")
    for name in ("ann", "bob"):
        user = make_user(name)
        assert take_next(project, user).pair == pair
        answer(pair, user, Answer(decision))
        assert (state(pair), open_slots(pair)) == ("queued", 1)
        assert take_next(project, user).pair != pair
    answer(pair, make_user("cid"), Answer(decision))
    assert (state(pair), open_slots(pair)) == ("flagged", 0)


def test_a_flag_goes_straight_to_the_lead(twofold: Project) -> None:
    pair = pair_of(twofold, "heart")
    answer(pair, make_user("ann"), Answer("flagged", note="Which sense?"))
    assert (state(pair), open_slots(pair)) == ("flagged", 0)


def test_the_same_answer_again_changes_nothing(project: Project) -> None:
    ann, pair = make_user("ann"), pair_of(project, "heart")
    first = answer(pair, ann, Answer("equivalent"))
    assert answer(pair, ann, Answer("equivalent")) == first
    assert Verdict.objects.count() == 1


def test_a_reviewer_s_later_answer_takes_the_place_of_the_former(project: Project) -> None:
    ann, pair = make_user("ann"), pair_of(project, "heart")
    answer(pair, ann, Answer("skipped"))
    answer(pair, ann, Answer("equivalent"))
    assert Decision.objects.get(pair=pair).outcome == "equivalent"
    answer(pair, ann, Answer("broader"))
    assert Decision.objects.get(pair=pair).outcome == "broader"
    undo_last(project, ann)
    assert Decision.objects.get(pair=pair).outcome == "equivalent"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (Answer("maybe"), "not a decision"),
        (Answer("corrected"), "needs the right term"),
        (Answer("corrected", " \n"), "needs the right term"),
        (Answer("corrected", " Herz "), "listed term itself"),
        (Answer("corrected", "x" * 1001), "1,001 characters"),
        (Answer("corrected", "病" * 834), "2,502 bytes"),
        (Answer("corrected", "He\0rz"), "control character"),
        (Answer("equivalent", "Herzorgan"), "does not go with “Equivalent”: choose “Corrected”"),
        (Answer("equivalent", note="x" * 4001), "4,001 characters"),
        (Answer("equivalent", note="\0"), "NUL"),
    ],
)
def test_answers_that_cannot_be_recorded(project: Project, given: Answer, reason: str) -> None:
    pair = pair_of(project, "heart")
    with pytest.raises(InvalidAnswer, match=reason):
        answer(pair, make_user("ann"), given)
    assert not Verdict.objects.exists()
    assert state(pair) == "queued"


def test_held_out_and_measured_pairs_take_no_answer(tmp_path: Path) -> None:
    project, ann = make_project(held_out_share=0.999), make_user("ann")
    import_pairs(project, tmp_path, [("heart", "Herz")])
    with pytest.raises(InvalidAnswer, match="held out"):
        answer(pair_of(project, "heart"), ann, Answer("equivalent"))
    import_pairs(project, tmp_path, [("lung", "Lunge")], role="control")
    with pytest.raises(InvalidAnswer, match="only measured"):
        answer(pair_of(project, "lung"), ann, Answer("equivalent"))


def test_a_pair_can_be_answered_before_it_is_scored(tmp_path: Path) -> None:
    project, ann = make_project(), make_user("ann")
    import_pairs(project, tmp_path, [("heart", "Herz")])
    pair = pair_of(project, "heart")
    answer(pair, ann, Answer("unsure"))
    assert (state(pair), Claim.objects.count()) == ("listed", 0)
    answer(pair, ann, Answer("equivalent"))
    assert state(pair) == "decided"
    scan(project)
    assert (state(pair), Claim.objects.count()) == ("decided", 0)
    undo_last(project, ann)
    undo_last(project, ann)
    assert (state(pair), open_slots(pair)) == ("queued", 1)


def test_undo_gives_the_pair_back_to_its_reviewer(project: Project) -> None:
    ann, bob = make_user("ann"), make_user("bob")
    claim = take_next(project, ann)
    verdict = answer(claim.pair, ann, Answer("not_equivalent"))
    undoing = undo_last(project, ann)
    assert (undoing.undoes, undoing.pair, undoing.reviewer) == (verdict, claim.pair, ann)
    assert (state(claim.pair), open_slots(claim.pair)) == ("queued", 1)
    assert not Decision.objects.exists()
    assert term(project, "Herz").state == "active"
    assert take_next(project, bob).pair != claim.pair
    assert take_next(project, ann).pair == claim.pair


def test_undo_walks_back_one_s_own_verdicts_in_this_project(project: Project, tmp_path: Path) -> None:
    law = queued_project(tmp_path, slug="law")
    ann, bob = make_user("ann"), make_user("bob")
    for source in ("heart", "lung"):
        answer(pair_of(project, source), ann, Answer("equivalent"))
    answer(pair_of(law, "heart"), ann, Answer("equivalent"))
    answer(pair_of(project, "liver"), bob, Answer("equivalent"))
    assert undo_last(project, ann).pair == pair_of(project, "lung")
    assert undo_last(project, ann).pair == pair_of(project, "heart")
    assert undo_last(project, ann) is None
    assert state(pair_of(law, "heart")) == state(pair_of(project, "liver")) == "decided"


def test_undo_of_a_skip_leaves_one_open_slot(project: Project) -> None:
    ann, pair = make_user("ann"), pair_of(project, "heart")
    answer(pair, ann, Answer("skipped"))
    undo_last(project, ann)
    assert (state(pair), open_slots(pair)) == ("queued", 1)


def test_undo_of_an_answer_that_came_without_a_claim(project: Project) -> None:
    ann, bob, pair = make_user("ann"), make_user("bob"), pair_of(project, "heart")
    answer(pair, ann, Answer("equivalent"))
    answer(pair, bob, Answer("related"))
    undo_last(project, bob)
    assert state(pair) == "decided"
    undo_last(project, ann)
    assert (state(pair), open_slots(pair)) == ("queued", 1)  # which is bob's


def test_verdicts_are_append_only(project: Project) -> None:
    verdict = answer(pair_of(project, "heart"), make_user("ann"), Answer("equivalent"))
    verdict.decision = "related"
    for change in (
        verdict.save,
        verdict.delete,
        Verdict.objects.all().delete,
        lambda: Verdict.objects.update(decision="related"),
        lambda: Verdict.objects.bulk_update([verdict], ["decision"]),
    ):
        with pytest.raises(VerdictRefused, match="append-only"), transaction.atomic():
            change()
    assert Verdict.objects.get().decision == "equivalent"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Answer("equivalent"), "active"),
        (Answer("not_equivalent"), "rejected"),
        (Answer("corrected", "Herzorgan"), "superseded"),
        (Answer("wrong_form", "Herzen"), "superseded"),
        (Answer("wrong_form"), "active"),
        (Answer("broader"), "active"),
        (Answer("antonym"), "active"),
        (Answer("wrong_language"), "retired"),
        (Answer("not_a_term"), "retired"),
    ],
)
def test_what_a_decision_does_to_the_target_and_undo_takes_back(project: Project, given: Answer, expected: str) -> None:
    ann = make_user("ann")
    before = set(Term.objects.values_list("pk", "state")), set(TermPair.objects.values_list("pk", "state"))
    answer(pair_of(project, "heart"), ann, given)
    assert term(project, "Herz").state == expected
    assert term(project, "heart").state == "active"
    undo_last(project, ann)
    assert before == (
        set(Term.objects.values_list("pk", "state")), set(TermPair.objects.values_list("pk", "state"))
    )  # fmt: skip


def test_a_correction_lists_the_right_pair(project: Project) -> None:
    pair = pair_of(project, "heart")
    answer(pair, make_user("ann"), Answer("corrected", "Herzorgan"))
    listed = TermPair.objects.get(correction_of=pair)
    assert (listed.source_term.text, listed.target_term.text) == ("heart", "Herzorgan")
    assert (listed.state, listed.concept, listed.target_language) == ("decided", pair.concept, "de")
    scan(project, digest="b" * 64)
    assert not Claim.objects.filter(pair=listed).exists()


def test_a_corrected_pair_that_was_reviewed_itself_survives_the_undo(project: Project) -> None:
    ann, pair = make_user("ann"), pair_of(project, "heart")
    answer(pair, ann, Answer("corrected", "Herzorgan"))
    answer(TermPair.objects.get(correction_of=pair), make_user("bob"), Answer("equivalent"))
    undo_last(project, ann)
    assert pair_of(project, "heart", "Herzorgan").state == "decided"


def test_a_correction_to_a_term_that_is_there_makes_no_second_one(tmp_path: Path) -> None:
    project, ann = make_project(), make_user("ann")
    import_pairs(project, tmp_path, [("heart", "Hertz"), ("heart", "Herz")])
    pair = pair_of(project, "heart", "Hertz")
    answer(pair, ann, Answer("corrected", "Herz"))
    assert Term.objects.filter(text="Herz").count() == 1
    undo_last(project, ann)
    assert pair_of(project, "heart", "Herz").state == "listed"


def test_a_target_that_is_right_beside_another_source_is_not_rejected(tmp_path: Path) -> None:
    project, ann = make_project(), make_user("ann")
    import_pairs(project, tmp_path, [("heart", "Herz", "C1"), ("core", "Herz", "C1")])
    answer(pair_of(project, "core"), ann, Answer("not_equivalent"))
    assert term(project, "Herz").state == "rejected"
    answer(pair_of(project, "heart"), ann, Answer("equivalent"))
    assert term(project, "Herz").state == "active"
