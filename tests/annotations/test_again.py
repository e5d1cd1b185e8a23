"""A decided pair that a lead asks again about stays open until somebody else has judged it too."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from annotations.actions import Answer, NotAllowed, answer, ask_again, change_project, order_queues, undo_last
from annotations.models import Claim, Comment, Project, TermPair
from annotations.queue import take_next
from annotations.suspicions import order_soon
from tests.annotations.builder import make_user, pair_of, queued_project

pytestmark = pytest.mark.django_db
REASON = "Please look again."


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return queued_project(tmp_path)


@pytest.fixture
def lead(project: Project) -> User:
    return make_user("lead", project, "lead")


@pytest.fixture
def ann(project: Project) -> User:
    return make_user("ann", project)


@pytest.fixture
def bob(project: Project) -> User:
    return make_user("bob", project)


def asked_again(project: Project, lead: User, *answered: tuple[User, str]) -> TermPair:
    pair = pair_of(project, "heart")
    for user, said in answered:
        answer(pair, user, Answer(said))
    assert pair.state == "decided"
    assert ask_again(project, lead, [pair.pk], REASON).back == 1
    return pair


def state(pair: TermPair) -> str:
    return TermPair.objects.get(pk=pair.pk).state


def test_a_skip_or_a_doubt_does_not_decide_with_the_old_answer(
    project: Project, lead: User, ann: User, bob: User
) -> None:
    pair = asked_again(project, lead, (ann, "equivalent"))
    assert take_next(project, bob).pair == pair
    for said in ("skipped", "unsure"):
        answer(pair, bob, Answer(said))
        assert state(pair) == "queued"
    assert take_next(project, lead).pair == pair
    answer(pair, lead, Answer("equivalent"))
    assert state(pair) == "decided"


def test_taking_the_new_answer_back_does_not_decide_either(project: Project, lead: User, ann: User, bob: User) -> None:
    pair = asked_again(project, lead, (ann, "equivalent"))
    answer(pair, bob, Answer("equivalent"))
    assert state(pair) == "decided"
    undo_last(project, bob)
    assert state(pair) == "queued"
    assert take_next(project, bob).pair == pair


def test_a_change_of_mind_of_who_judged_before_does_not_decide(
    project: Project, lead: User, ann: User, bob: User
) -> None:
    pair = asked_again(project, lead, (ann, "equivalent"))
    answer(pair, ann, Answer("related"))
    assert state(pair) == "queued"
    answer(pair, bob, Answer("related"))
    assert (state(pair), pair.outcome) == ("decided", "related")


def test_a_majority_waits_for_one_more_as_well(project: Project, lead: User, ann: User, bob: User) -> None:
    project = change_project(project, lead, overlap=2, overlap_maximum=3)
    cem, dan = make_user("cem", project), make_user("dan", project)
    pair = asked_again(project, lead, (ann, "equivalent"), (bob, "related"), (lead, "related"))
    answer(pair, cem, Answer("skipped"))
    assert state(pair) == "queued"
    answer(pair, dan, Answer("equivalent"))
    assert state(pair) == "conflict"


def test_the_queue_keeps_one_place_for_it(project: Project, lead: User, ann: User, bob: User) -> None:
    project = change_project(project, lead, overlap=2)
    pair = asked_again(project, lead, (ann, "equivalent"), (bob, "equivalent"))
    order_soon(project)
    order_queues()
    assert Claim.objects.filter(pair=pair, answered=False).count() == 1


def test_what_everybody_has_judged_stays_decided(project: Project, lead: User, ann: User) -> None:
    pair, other = pair_of(project, "heart"), pair_of(project, "lung")
    for one, users in ((pair, (ann, lead)), (other, (ann,))):
        for user in users:
            answer(one, user, Answer("equivalent"))
    asked = ask_again(project, lead, [pair.pk, other.pk], REASON)
    assert (asked.back, asked.judged_by_all) == (1, 1)
    assert (state(pair), state(other)) == ("decided", "queued")
    assert Comment.objects.get().pair == other


def test_only_a_lead_asks_again(project: Project, ann: User) -> None:
    with pytest.raises(NotAllowed):
        ask_again(project, ann, [pair_of(project, "heart").pk], REASON)
