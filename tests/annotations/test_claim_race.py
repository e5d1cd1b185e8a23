"""Twenty reviewers at once, with a real connection each: on a file of SQLite, or on PostgreSQL where that is used."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connections

from annotations.actions import Answer, answer
from annotations.models import Claim, Decision, Project, TermPair, Verdict
from annotations.queue import release, take, take_next
from tests.annotations.builder import make_user, queued_project

REVIEWERS = 20


def at_once(work: Callable[[User], list[int]], users: list[User]) -> list[list[int]]:
    barrier = Barrier(len(users), timeout=60)

    def run(user: User) -> list[int]:
        try:
            barrier.wait()
            return work(user)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(users)) as pool:
        return list(pool.map(run, users, timeout=120))


def people(count: int = REVIEWERS) -> list[User]:
    return [make_user(f"user{number}") for number in range(count)]


def pairs(count: int) -> list[tuple[str, str]]:
    return [(f"source {number}", f"target {number}") for number in range(count)]


@pytest.mark.usefixtures("real_database")
def test_no_claim_is_won_twice_and_no_verdict_is_lost(tmp_path: Path) -> None:
    project = queued_project(tmp_path, pairs(2 * REVIEWERS))

    def two_pairs(user: User) -> list[int]:
        seen = []
        for _ in range(2):
            claim = take_next(project, user)
            assert claim is not None
            answer(claim.pair, user, Answer("equivalent"))
            seen.append(claim.pair_id)
        return seen

    won = Counter(pair for seen in at_once(two_pairs, people()) for pair in seen)
    assert len(won) == 2 * REVIEWERS
    assert set(won.values()) == {1}
    assert Verdict.objects.count() == Decision.objects.count() == 2 * REVIEWERS
    assert set(TermPair.objects.values_list("state", flat=True)) == {"decided"}


@pytest.mark.usefixtures("real_database")
def test_where_pairs_are_few_each_is_won_once(tmp_path: Path) -> None:
    project = queued_project(tmp_path, pairs(5))
    won = at_once(lambda user: _taken(project, user), people())
    assert sorted(pair for seen in won for pair in seen) == sorted(TermPair.objects.values_list("pk", flat=True))


@pytest.mark.usefixtures("real_database")
def test_one_reviewer_in_many_windows_never_fills_both_slots_of_a_pair(tmp_path: Path) -> None:
    project = queued_project(tmp_path, pairs(3), overlap=2)
    ann = make_user("ann")
    at_once(lambda user: _taken(project, user), [ann] * 8)
    held = Counter(Claim.objects.filter(reviewer=ann).values_list("pair", flat=True))
    assert held
    assert set(held.values()) == {1}
    for claim in Claim.objects.filter(reviewer=ann):
        assert release(claim.pk, ann)


@pytest.mark.usefixtures("real_database")
def test_of_all_who_skipped_a_pair_one_takes_it_up_again(tmp_path: Path) -> None:
    project = queued_project(tmp_path, pairs(1))
    pair, everybody = TermPair.objects.get(), people(8)
    for user in everybody[:2]:
        answer(pair, user, Answer("skipped"))

    def again(user: User) -> list[int]:
        claim = take(project, user, pair)
        return [] if claim is None else [claim.pk]

    assert sum(map(len, at_once(again, everybody))) == 1
    assert Claim.objects.filter(pair=pair, answered=False).count() == 1


def _taken(project: Project, user: User) -> list[int]:
    claim = take_next(project, user)
    return [] if claim is None else [claim.pair_id]
