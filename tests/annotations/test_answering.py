"""Many answers at once, taking any of them back, one's own history."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations import history
from annotations.actions import (
    Answer,
    InvalidAnswer,
    NotAllowed,
    Shown,
    adjudicate,
    answer,
    answer_many,
    undo,
    undo_last,
)
from annotations.models import Claim, Project, TermPair, Verdict
from annotations.paging import keyset
from annotations.queue import take_next
from tests.annotations.builder import PAIRS, import_pairs, make_project, make_user, pair_of, queued_project, scan

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return queued_project(tmp_path)


@pytest.fixture
def ann(project: Project) -> User:
    return make_user("ann", project)


def ids(project: Project) -> list[int]:
    return list(TermPair.objects.filter(project=project).order_by("pk").values_list("pk", flat=True))


def test_many_pairs_get_one_answer(project: Project, ann: User) -> None:
    done = answer_many(project, ann, ids(project), Answer("related", confidence=2), shown=Shown(saw_model=True))
    assert [verdict.pair_id for verdict in done.saved] == ids(project)
    assert done.refused == []
    assert set(TermPair.objects.values_list("state", "outcome")) == {("decided", "related")}
    assert set(Verdict.objects.values_list("confidence", "saw_model")) == {(2, True)}
    assert not Claim.objects.filter(answered=False).exists()


def test_the_good_ones_are_saved_and_the_others_named(tmp_path: Path) -> None:
    project = make_project(target_languages=["de"], zero_shot_languages=["fr"])
    import_pairs(project, tmp_path, PAIRS[:2], target_language="de")
    import_pairs(project, tmp_path, [("arm", "bras")], target_language="fr")
    other = make_project(slug="other")
    import_pairs(other, tmp_path, [("leg", "Bein")])
    scan(project)
    ann, measured, foreign = make_user("ann", project), pair_of(project, "arm"), pair_of(other, "leg")
    wanted = [pair_of(project, "heart").pk, measured.pk, foreign.pk, pair_of(project, "lung").pk, 10**9]
    done = answer_many(project, ann, wanted, Answer("equivalent"))
    assert [verdict.pair.source_term.text for verdict in done.saved] == ["heart", "lung"]
    assert [pair for pair, _ in done.refused] == [measured.pk, foreign.pk, 10**9]
    assert "only measured" in done.refused[0][1]
    assert not Verdict.objects.filter(pair__in=[measured, foreign]).exists()


def test_the_same_twice_is_one_verdict(project: Project, ann: User) -> None:
    first = answer_many(project, ann, [*ids(project), ids(project)[0]], Answer("equivalent"))
    again = answer_many(project, ann, ids(project), Answer("equivalent"))
    assert first.saved == again.saved
    assert Verdict.objects.count() == len(PAIRS)


def test_corrections_are_one_by_one(project: Project, ann: User) -> None:
    for given in (Answer("corrected", "Herz"), Answer("corrected"), Answer("wrong_form", "Herzen")):
        with pytest.raises(InvalidAnswer, match="one by one"):
            answer_many(project, ann, ids(project), given)
    with pytest.raises(InvalidAnswer, match="at most 500"):
        answer_many(project, ann, list(range(501)), Answer("equivalent"))
    assert answer_many(project, ann, [], Answer("equivalent")).saved == []
    assert not Verdict.objects.exists()


def test_a_hundred_at_once_cost_hardly_more_queries_than_one(tmp_path: Path) -> None:
    project = queued_project(tmp_path, [(f"source {n}", f"target {n}") for n in range(101)])
    ann, (first, *rest) = make_user("ann", project), ids(project)
    with CaptureQueriesContext(connection) as one:
        answer_many(project, ann, [first], Answer("equivalent"))
    with CaptureQueriesContext(connection) as many:
        answer_many(project, ann, rest, Answer("equivalent"))
    assert len(one) <= 22
    assert len(many) <= len(one) + 2


def test_any_own_verdict_can_be_taken_back(project: Project, ann: User) -> None:
    heart, lung = pair_of(project, "heart"), pair_of(project, "lung")
    first, second = answer(heart, ann, Answer("corrected", "Herzmuskel")), answer(lung, ann, Answer("equivalent"))
    undoing = undo(first, ann)
    assert undoing.undoes == first
    assert (pair_of(project, "heart").state, pair_of(project, "lung").state) == ("queued", "decided")
    assert heart.target_term.state == "active"
    assert take_next(project, ann).pair == heart
    assert undo(first, ann) is None
    assert undo_last(project, ann).undoes == second
    assert undo_last(project, ann) is None


def test_taking_an_older_answer_to_the_same_pair_back_leaves_the_newer(project: Project, ann: User) -> None:
    heart = pair_of(project, "heart")
    older, _ = answer(heart, ann, Answer("unsure")), answer(heart, ann, Answer("equivalent"))
    undo(older, ann)
    assert pair_of(project, "heart").outcome == "equivalent"


def test_only_one_s_own_and_only_verdicts(project: Project, ann: User) -> None:
    verdict = answer(pair_of(project, "heart"), ann, Answer("equivalent"))
    with pytest.raises(NotAllowed):
        undo(verdict, make_user("bob", project))
    with pytest.raises(InvalidAnswer):
        undo(undo(verdict, ann), ann)


def test_what_the_lead_has_decided_stays_when_a_reviewer_takes_an_answer_back(project: Project, ann: User) -> None:
    heart, lead = pair_of(project, "heart"), make_user("lead", project, "lead")
    verdict = answer(heart, ann, Answer("equivalent"))
    adjudicate(heart, lead, Answer("related"))
    undo(verdict, ann)
    assert pair_of(project, "heart").outcome == "related"


def test_the_history_shows_what_was_taken_back(project: Project, ann: User) -> None:
    first = answer(pair_of(project, "heart"), ann, Answer("equivalent"))
    second = answer(pair_of(project, "lung"), ann, Answer("related"))
    answer(pair_of(project, "lung"), make_user("bob", project), Answer("related"))
    undo(first, ann)
    with CaptureQueriesContext(connection) as queries:
        found = keyset(history.of(project, ann), ("-pk",), size=10)
        shown = [(row.pk, row.taken_back, row.pair.source_term.text) for row in found.rows]
    assert shown == [(second.pk, False, "lung"), (first.pk, True, "heart")]
    assert len(queries) == 2
