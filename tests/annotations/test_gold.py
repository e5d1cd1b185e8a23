from pathlib import Path

import pytest
from django.contrib.auth.models import User

from annotations import concepts, gold
from annotations.actions import (
    Answer,
    InvalidAnswer,
    NotAllowed,
    answer,
    change_project,
    drop_gold,
    finish_practice,
    practise,
    set_gold,
    undo_last,
)
from annotations.agreement.gold import MINIMUM
from annotations.models import Claim, Decision, GoldPair, Notification, Project, Reliability, TermPair, Verdict
from annotations.queue import counts, listed, take, take_next
from annotations.views.card import build_card
from annotations.views.members import Member
from tests.annotations.builder import import_pairs, make_project, make_user, pair_of, scan

pytestmark = pytest.mark.django_db
WORDS = [(f"source {n:02}", f"target {n:02}") for n in range(40)]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = make_project()
    import_pairs(made, tmp_path, WORDS)
    scan(made)
    return made


@pytest.fixture
def lead(project: Project) -> User:
    return make_user("lead", project, "lead")


def make_gold(project: Project, lead: User, count: int, decision: str = "related", *, practice: bool = False) -> None:
    for n in range(count):
        set_gold(pair_of(project, f"source {39 - n}"), lead, Answer(decision), "Because.", practice=practice)


def work(project: Project, user: User, decision: str = "equivalent", gold_decision: str = "related") -> list[bool]:
    """Answers until nothing is left; returns whether each was a gold pair."""
    seen = []
    while claim := take_next(project, user):
        is_gold = GoldPair.objects.filter(pair=claim.pair).exists()
        answer(claim.pair, user, Answer(gold_decision if is_gold else decision))
        seen.append(is_gold)
    return seen


def test_gold_pairs_come_unseen_among_the_others_each_once(project: Project, lead: User) -> None:
    make_gold(project, lead, 10)
    project = change_project(project, lead, gold_share=0.3, overlap=2)
    ann, bob = make_user("ann", project), make_user("bob", project)
    for seen in (work(project, ann), work(project, bob)):
        assert seen.count(False) == 30
        assert 1 <= seen.count(True) <= 10  # by ids, that differ from run to run: 9 of them on average
        assert seen != sorted(seen)
    answered = Verdict.objects.filter(reviewer=ann).values_list("pair", flat=True)
    assert len(answered) == len(set(answered))


def test_without_a_share_none_comes(project: Project, lead: User) -> None:
    make_gold(project, lead, 10)
    project = change_project(project, lead, gold_share=0.0)
    assert work(project, make_user("ann", project)).count(True) == 0


def test_the_share_is_kept(project: Project, lead: User) -> None:
    make_gold(project, lead, 15)
    project = change_project(project, lead, gold_share=0.25, overlap=3)
    people = [make_user(f"user{n}", project) for n in range(3)]
    seen = [is_gold for user in people for is_gold in work(project, user)]
    assert 0.1 <= seen.count(True) / seen.count(False) <= 0.4


def test_a_gold_pair_stays_decided_whatever_is_said_of_it(project: Project, lead: User) -> None:
    make_gold(project, lead, 1)
    pair, ann = pair_of(project, "source 39"), make_user("ann", project)
    answer(pair, ann, Answer("equivalent"))
    assert (pair.state, Decision.objects.get(pair=pair).outcome) == ("decided", "related")


def test_the_same_gold_pair_comes_back_until_it_is_answered(project: Project, lead: User) -> None:
    make_gold(project, lead, 3)
    project = change_project(project, lead, gold_share=1.0)
    ann = make_user("ann", project)
    claim = take_next(project, ann)
    assert claim.pair.gold
    assert take_next(project, ann) == claim
    Claim.objects.filter(pk=claim.pk).update(expires_at=None)
    assert take_next(project, ann) == claim
    beside = take_next(project, ann, beside=[claim.pair_id])
    assert beside.pair_id != claim.pair_id


def test_whoever_set_a_gold_pair_is_not_asked_it(project: Project, lead: User) -> None:
    make_gold(project, lead, 5)
    project = change_project(project, lead, gold_share=1.0)
    assert work(project, lead).count(True) == 0
    assert not Reliability.objects.exists()


def test_practice_pairs_are_never_hidden_in_the_queue(project: Project, lead: User) -> None:
    make_gold(project, lead, 5, practice=True)
    project = change_project(project, lead, gold_share=1.0)
    assert work(project, make_user("ann", project)).count(True) == 0


def test_failing_means_probation_a_second_reviewer_and_word_to_the_lead(project: Project, lead: User) -> None:
    make_gold(project, lead, MINIMUM + 1)
    ann, bob = make_user("ann", project), make_user("bob", project)
    alone = pair_of(project, "source 00")
    answer(alone, ann, Answer("equivalent"))
    shared = pair_of(project, "source 01")
    answer(shared, ann, Answer("equivalent"))
    answer(shared, bob, Answer("equivalent"))
    for n in range(MINIMUM):
        assert TermPair.objects.get(pk=alone.pk).state == "decided"
        answer(pair_of(project, f"source {39 - n}"), ann, Answer("equivalent" if n else "related"))
    row = Reliability.objects.get(reviewer=ann)
    assert (row.gold_seen, row.gold_right, row.probation, row.weight) == (MINIMUM, 1, True, 0.0)
    assert TermPair.objects.get(pk=alone.pk).state == "queued"
    assert TermPair.objects.get(pk=shared.pk).state == "decided"
    assert take(project, bob, alone)
    told = Notification.objects.get(kind="gold")
    assert (told.user, told.actor) == (lead, ann)
    answer(alone, bob, Answer("equivalent"))
    assert alone.state == "decided"
    answer(pair_of(project, f"source {39 - MINIMUM}"), ann, Answer("equivalent"))
    assert Notification.objects.filter(kind="gold").count() == 1


def test_who_gets_gold_pairs_right_again_is_trusted_again(project: Project, lead: User) -> None:
    make_gold(project, lead, 20)
    ann = make_user("ann", project)
    for n in range(8):
        answer(pair_of(project, f"source {39 - n}"), ann, Answer("equivalent" if n < 3 else "related"))
    assert Reliability.objects.get().probation
    for n in range(8, 12):
        answer(pair_of(project, f"source {39 - n}"), ann, Answer("related"))
    assert not Reliability.objects.get().probation
    answer(pair_of(project, "source 00"), ann, Answer("equivalent"))
    assert pair_of(project, "source 00").state == "decided"


def test_taking_a_gold_answer_back_takes_it_out_of_the_count(project: Project, lead: User) -> None:
    make_gold(project, lead, 1)
    ann = make_user("ann", project)
    answer(pair_of(project, "source 39"), ann, Answer("related"))
    assert Reliability.objects.get().gold_seen == 1
    undo_last(project, ann)
    assert Reliability.objects.get().gold_seen == 0
    assert take_next(project, ann).pair == pair_of(project, "source 39")


def test_a_lead_who_takes_the_answer_back_takes_the_gold_with_it(project: Project, lead: User) -> None:
    make_gold(project, lead, 1)
    undo_last(project, lead)
    assert not GoldPair.objects.exists()
    assert pair_of(project, "source 39").state == "queued"


def test_no_list_tells_the_answer_before_it_is_given(project: Project, lead: User) -> None:
    make_gold(project, lead, 1)
    hidden, ann = pair_of(project, "source 39"), make_user("ann", project)

    def shown(user: User) -> tuple[bool, bool]:
        viewer = None if user == lead else user
        page = concepts.page(project, hidden.concept, viewer=user)
        return hidden in listed(project, viewer=viewer), hidden in page.pairs

    assert shown(lead) == (True, True)
    assert shown(ann) == (False, False)
    answer(hidden, ann, Answer("skipped"))
    assert shown(ann) == (False, False)
    answer(hidden, ann, Answer("equivalent"))
    assert shown(ann) == (True, True)


@pytest.mark.parametrize("said", ["not_equivalent", "corrected", "not_a_term"])
def test_no_term_tells_the_answer_before_it_is_given(project: Project, lead: User, tmp_path: Path, said: str) -> None:
    import_pairs(project, tmp_path, [("source A", "target A", "A", "F"), ("source B", "target B", "B", "F")])
    hidden, beside = pair_of(project, "source A"), pair_of(project, "source B")
    given = Answer(said, "better" if said == "corrected" else "")
    set_gold(hidden, lead, given, "Because.")
    ann, observer = make_user("ann", project), make_user("observer", project, "observer")

    def shown(user: User, judged: bool) -> tuple[dict[str, str], set[str], set[str]]:
        """Targets on the concept's page with their states, those of its pairs, and those in use on all other lists."""
        own = concepts.page(project, hidden.concept, viewer=user)
        family = concepts.page(project, beside.concept, viewer=user).family
        used = [*family[0].terms.get("de", []), *concepts.sibling_terms(beside, user)]
        used += concepts.other_terms(hidden, user, judged=judged)
        states = {term.text: term.state for term in own.terms["de"]}
        return states, {pair.target_term.text for pair in own.pairs}, {term.text for term in used} - {"source A"}

    as_if_undecided = {"target A": "active"}, set(), {"target A"}
    assert shown(ann, False) == shown(observer, False) == as_if_undecided
    answer(hidden, ann, Answer("unsure"))
    assert shown(ann, False) == as_if_undecided
    answer(hidden, ann, Answer("equivalent"))
    better = {"better"} if given.correction else set()
    states, pairs, used = shown(ann, True)
    assert (states.keys(), pairs, used) == ({"target A"} | better, {"target A"} | better, better)
    assert (states, pairs, used) == shown(lead, True)
    assert states["target A"] != "active"
    assert shown(observer, False) == as_if_undecided


def test_a_pair_to_practise_on_does_not_print_its_answer(project: Project, lead: User) -> None:
    pair, ann = pair_of(project, "source 00"), make_user("ann", project)
    set_gold(pair, lead, Answer("corrected", "better"), "Because.", practice=True)
    card = build_card(Member(ann, project, "reviewer"), pair.pk, practising=True)
    assert [term.text for term in card.own_concept] == []
    assert [term.text for term in concepts.other_terms(pair, ann, judged=True)] == ["better"]


def test_only_a_lead_sets_and_drops_gold(project: Project, lead: User) -> None:
    ann, pair = make_user("ann", project), pair_of(project, "source 00")
    with pytest.raises(NotAllowed):
        set_gold(pair, ann, Answer("equivalent"), "Because.")
    with pytest.raises(InvalidAnswer, match="explanation"):
        set_gold(pair, lead, Answer("equivalent"), "  ")
    with pytest.raises(InvalidAnswer):
        set_gold(pair, lead, Answer("unsure"), "Because.")
    assert not GoldPair.objects.exists()
    made = set_gold(pair, lead, Answer("corrected", "better"), "Because.")
    assert (made.decision, made.correction) == ("corrected", "better")
    with pytest.raises(NotAllowed):
        drop_gold(made, ann)
    drop_gold(made, lead)
    assert pair_of(project, "source 00", "target 00").state == "decided"


def test_a_new_expert_practises_on_five(project: Project, lead: User) -> None:
    make_gold(project, lead, 7, practice=True)
    ann = make_user("ann", project)
    found = gold.practice(project, ann)
    assert (found.offered, found.finished, found.done, found.wanted) == (True, False, 0, 5)
    for n in range(5):
        found = gold.practice(project, ann)
        assert found.done == n
        result = practise(found.next, ann, Answer("related" if n else "equivalent"))
        assert (result.right, result.gold.explanation) == (n > 0, "Because.")
    found = gold.practice(project, ann)
    assert (found.offered, found.finished, found.done, found.right, found.next) == (False, True, 5, 4, None)
    assert not Verdict.objects.filter(reviewer=ann).exists()
    assert counts(project, ann)["mine"] == 0


def test_the_first_practice_answer_counts(project: Project, lead: User) -> None:
    make_gold(project, lead, 2, practice=True)
    ann = make_user("ann", project)
    first = gold.practice(project, ann).next
    assert not practise(first, ann, Answer("equivalent")).right
    assert not practise(first, ann, Answer("related")).right
    assert gold.practice(project, ann).done == 1


def test_practice_can_be_passed_over_and_is_not_for_outsiders(project: Project, lead: User) -> None:
    make_gold(project, lead, 2, practice=True)
    ann, eve = make_user("ann", project), make_user("eve")
    finish_practice(project, ann)
    assert not gold.practice(project, ann).offered
    assert not gold.practice(project, eve).offered
    with pytest.raises(NotAllowed):
        practise(GoldPair.objects.first(), eve, Answer("related"))


def test_hidden_gold_is_no_practice(project: Project, lead: User) -> None:
    make_gold(project, lead, 1)
    ann = make_user("ann", project)
    assert not gold.practice(project, ann).offered
    with pytest.raises(InvalidAnswer):
        practise(GoldPair.objects.get(), ann, Answer("related"))
