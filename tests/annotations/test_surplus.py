"""An answer that the pair didn't want any more is kept and marked; never one that counts towards the decision."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from annotations.actions import (
    Answer,
    adjudicate,
    answer,
    change_project,
    import_user,
    import_verdicts,
    set_gold,
    undo_last,
)
from annotations.models import Project, TermPair, Verdict
from annotations.queue import take_next
from tests.annotations.builder import make_user, pair_of, queued_project, write_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return queued_project(tmp_path)


@pytest.fixture
def heart(project: Project) -> TermPair:
    return pair_of(project, "heart")


def said(pair: TermPair, name: str, decision: str) -> bool:
    """Whether the answer is marked."""
    user = User.objects.filter(username=name).first() or make_user(name)
    return answer(pair, user, Answer(decision)).surplus


def test_the_answer_of_a_lapsed_claim_decides_and_the_one_that_comes_after_is_marked(project: Project) -> None:
    ann, bob = make_user("ann"), make_user("bob")
    late = take_next(project, ann, minutes=-1).pair
    assert take_next(project, bob).pair == late
    assert not said(late, "ann", "equivalent")
    assert late.state == "decided"
    assert said(late, "bob", "equivalent")


def test_who_could_not_say_before_comes_too_late_as_well(heart: TermPair) -> None:
    assert not said(heart, "ann", "skipped")
    assert not said(heart, "bob", "equivalent")
    assert said(heart, "ann", "equivalent")


def test_a_change_of_mind_is_marked_no_more_and_no_less_than_the_answer_was(heart: TermPair) -> None:
    assert not said(heart, "ann", "equivalent")
    assert said(heart, "bob", "equivalent")
    assert said(heart, "bob", "related")
    assert not said(heart, "ann", "broader")


def test_an_answer_decides_what_others_could_not(heart: TermPair) -> None:
    assert [said(heart, name, "unsure") for name in ("ann", "bob", "cid")] == [False] * 3
    assert heart.state == "flagged"
    assert not said(heart, "dan", "equivalent")
    assert heart.state == "decided"


def test_an_answer_to_a_conflict_is_marked_unless_it_makes_the_majority(project: Project) -> None:
    lead = make_user("lead", project, "lead")
    for name in ("ann", "bob"):
        make_user(name, project)
    project = change_project(project, lead, overlap=2)
    lung = pair_of(project, "lung")
    assert [said(lung, "ann", "equivalent"), said(lung, "bob", "related"), said(lung, "cid", "related")] == [
        False, False, True
    ]  # fmt: skip
    assert lung.state == "conflict"
    project = change_project(project, lead, overlap_maximum=2)
    heart = pair_of(project, "heart")
    assert [said(heart, "ann", "equivalent"), said(heart, "bob", "related")] == [False, False]
    assert heart.state == "conflict"
    assert not said(heart, "cid", "related")
    assert heart.state == "decided"


def test_after_the_lead_s_word_every_answer_is_marked(project: Project, heart: TermPair) -> None:
    adjudicate(heart, make_user("lead", project, "lead"), Answer("related"))
    assert said(heart, "ann", "equivalent")
    assert not Verdict.objects.filter(reviewer__username="lead", surplus=True).exists()


def test_hidden_gold_wants_everybody_s_answer(project: Project, heart: TermPair) -> None:
    set_gold(heart, make_user("lead", project, "lead"), Answer("related"), "Because.")
    assert not said(heart, "ann", "equivalent")


def test_a_pair_that_is_open_again_wants_an_answer(heart: TermPair) -> None:
    assert not said(heart, "ann", "equivalent")
    undo_last(heart.project, User.objects.get(username="ann"))
    assert not said(heart, "bob", "equivalent")


def test_of_a_file_the_answers_count_in_their_order(project: Project, tmp_path: Path) -> None:
    for name in ("ann", "bob", "cid"):
        make_user(name, project)
    rows = [["heart", "Herz", decision, name] for name, decision in (
        ("ann", "unsure"), ("bob", "equivalent"), ("cid", "equivalent")
    )]  # fmt: skip
    file = write_rows(tmp_path / "verdicts.csv", ("source", "target", "decision", "reviewer"), rows)
    import_verdicts(project, file, reviewer_fallback=import_user(project))
    marked = Verdict.objects.order_by("pk").values_list("reviewer__username", "surplus")
    assert list(marked) == [("ann", False), ("bob", False), ("cid", True)]
