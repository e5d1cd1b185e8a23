"""Comments with replies, and who is told of what."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db.models import QuerySet

from annotations import notifications
from annotations.actions import (
    Answer,
    InvalidAnswer,
    NotAllowed,
    adjudicate,
    answer,
    comment,
    mark_read,
    withdraw_comment,
)
from annotations.models import Comment, Notification, Project
from tests.annotations.builder import make_project, make_user, pair_of, queued_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return queued_project(tmp_path, overlap=2)


@pytest.fixture
def people(project: Project) -> tuple[User, User, User]:
    return make_user("ann", project), make_user("bob", project), make_user("lead", project, "lead")


def unread(user: User) -> QuerySet[Notification]:
    """The newest first."""
    return Notification.objects.filter(user=user, read_at=None)


def told(user: User) -> list[str]:
    return [row.kind for row in unread(user)]


def test_a_conflict_is_told_to_the_lead_and_to_those_in_it(project: Project, people: tuple[User, ...]) -> None:
    ann, bob, lead = people
    cem, pair = make_user("cem", project), pair_of(project, "heart")
    answer(pair, ann, Answer("equivalent"))
    assert Notification.objects.count() == 0
    answer(pair, bob, Answer("related"))
    assert [told(user) for user in (ann, bob, lead, cem)] == [["conflict"], ["conflict"], ["conflict"], []]
    assert unread(lead).get().pair == pair
    answer(pair, bob, Answer("broader"))
    assert notifications.count(lead) == 1


def test_a_flag_is_told_to_the_lead_alone(project: Project, people: tuple[User, ...]) -> None:
    ann, bob, lead = people
    answer(pair_of(project, "heart"), ann, Answer("flagged"))
    assert [told(user) for user in (ann, bob, lead)] == [[], [], ["flag"]]


def test_who_said_otherwise_hears_what_the_lead_decided(project: Project, people: tuple[User, ...]) -> None:
    ann, bob, lead = people
    pair = pair_of(project, "heart")
    answer(pair, ann, Answer("equivalent"))
    answer(pair, bob, Answer("related"))
    adjudicate(pair, lead, Answer("related"))
    assert told(ann) == ["adjudicated", "conflict"]
    assert told(bob) == ["conflict"]
    assert unread(ann)[0].actor == lead


def test_replies_are_told_to_the_thread(project: Project, people: tuple[User, ...]) -> None:
    ann, bob, lead = people
    pair = pair_of(project, "heart")
    thread = comment(project, ann, "Which sense?", pair=pair)
    first = comment(project, bob, "The organ.", reply_to=thread)
    second = comment(project, lead, " Agreed. ", reply_to=first)
    assert (second.parent, second.pair, second.concept, second.text) == (thread, pair, pair.concept, "Agreed.")
    assert [told(user) for user in people] == [["reply", "reply"], ["reply"], []]
    assert unread(ann)[0].comment == second


def test_notifications_are_read_one_by_one_or_all(project: Project, people: tuple[User, ...]) -> None:
    ann, _, lead = people
    for source in ("heart", "lung", "liver"):
        answer(pair_of(project, source), ann, Answer("flagged"))
    first = unread(lead)[0]
    assert mark_read(ann, [first.pk]) == 0
    assert mark_read(lead, [first.pk]) == 1
    assert notifications.count(lead) == 2
    assert mark_read(lead) == 2
    assert notifications.count(lead) == 0


@pytest.mark.parametrize("text", ["", "  \n", "x" * 4001, "a\0b"])
def test_comments_say_something(project: Project, people: tuple[User, ...], text: str) -> None:
    with pytest.raises(InvalidAnswer):
        comment(project, people[0], text, pair=pair_of(project, "heart"))


def test_comments_stay_within_their_project(project: Project, people: tuple[User, ...]) -> None:
    pair, other = pair_of(project, "heart"), make_project(slug="other")
    with pytest.raises(NotAllowed):
        comment(project, make_user("eve"), "Hello", pair=pair)
    with pytest.raises(InvalidAnswer):
        comment(other, User.objects.create_superuser("root"), "Hello", pair=pair)
    with pytest.raises(InvalidAnswer):
        comment(project, people[0], "Hello")
    with pytest.raises(InvalidAnswer):
        comment(project, people[0], "Hello", pair=pair, concept=pair_of(project, "lung").concept)
    assert not Comment.objects.exists()


def test_its_author_alone_withdraws_a_comment(project: Project, people: tuple[User, ...]) -> None:
    ann, bob, lead = people
    one = comment(project, ann, "One", pair=pair_of(project, "heart"))
    for other in (bob, lead):
        with pytest.raises(NotAllowed):
            withdraw_comment(one, other)
    withdraw_comment(one, ann)
    assert [(row.text, row.withdrawn_at is None) for row in Comment.objects.all()] == [("One", False)]
