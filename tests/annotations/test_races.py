"""Two transactions at once, one halted where they would meet: on a file of SQLite, on PostgreSQL where that is used."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import connections, transaction

from annotations import suspicions
from annotations.actions import Answer, ScoredPair, answer, flag_suspects
from annotations.models import Claim, Decision, TermPair
from annotations.queue import take_next
from tests.annotations.builder import import_pairs, make_project, make_user, pair_of, queued_project, scan, term

MOMENT = 1.0  # seconds that one side gives the other: what must wait for it is not through by then

pytestmark = pytest.mark.usefixtures("real_database")


def meeting(first: Callable[[Callable[[], None]], object], second: Callable[[], object]) -> bool:
    """`first` calls its argument where it halts, and `second` runs then: does it come through meanwhile?"""
    halted, through = Event(), Event()
    came_through: list[bool] = []

    def halt() -> None:
        halted.set()
        came_through.append(through.wait(MOMENT))

    def one() -> None:
        try:
            first(halt)
        finally:
            halted.set()
            connections.close_all()

    def other() -> None:
        halted.wait(30)
        try:
            second()
        finally:
            through.set()
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for work in [pool.submit(one), pool.submit(other)]:
            work.result(60)
    return came_through[0]


def test_a_late_answer_leaves_the_claim_to_who_has_just_taken_it(tmp_path: Path) -> None:
    project = queued_project(tmp_path, [("heart", "Herz")])
    ann, bob = make_user("ann"), make_user("bob")
    lapsed = take_next(project, ann, minutes=-1)

    def bob_takes_it(halt: Callable[[], None]) -> None:
        with transaction.atomic():
            assert take_next(project, bob) == lapsed
            halt()

    meeting(bob_takes_it, lambda: answer(lapsed.pair, ann, Answer("equivalent")))

    claim = Claim.objects.get()
    assert (claim.reviewer, claim.answered) == (bob, False)
    assert Decision.objects.get().outcome == "equivalent"


def test_a_term_of_two_pairs_is_judged_by_both_decisions(tmp_path: Path) -> None:
    project = make_project()
    import_pairs(project, tmp_path, [("heart", "Herz", "c1", "f1"), ("cor", "Herz", "c1", "f1")])
    scan(project)
    one, other = pair_of(project, "heart"), pair_of(project, "cor")
    assert one.target_term == other.target_term
    ann, bob = make_user("ann"), make_user("bob")

    def ann_accepts(halt: Callable[[], None]) -> None:
        with transaction.atomic():
            answer(one, ann, Answer("equivalent"))
            halt()

    meeting(ann_accepts, lambda: answer(other, bob, Answer("not_equivalent")))

    assert term(project, "Herz").state == "active"


def test_an_answer_in_the_middle_of_a_scan_is_not_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = queued_project(tmp_path, [("heart", "Herz")], overlap=2)
    ann, pair = make_user("ann"), pair_of(project, "heart")
    read = suspicions._missing

    def scan_halts(halt: Callable[[], None]) -> None:
        def halting(*args: Any) -> Any:
            found = read(*args)
            halt()
            return found

        monkeypatch.setattr(suspicions, "_missing", halting)
        scan(project, digest="b" * 64)

    meeting(scan_halts, lambda: answer(pair, ann, Answer("equivalent")))

    assert TermPair.objects.get(pk=pair.pk).state == "queued"
    assert Claim.objects.filter(pair=pair, answered=False).count() == 1


def test_no_answer_waits_for_the_whole_of_a_scan(tmp_path: Path) -> None:
    project = queued_project(tmp_path, [("heart", "Herz")])
    ann, pair = make_user("ann"), pair_of(project, "heart")

    def scan_halts(halt: Callable[[], None]) -> None:
        scored = [ScoredPair(pair.pk, 0.5, [], {}, [], [])]
        flag_suspects(project, "b" * 64, scored, lambda stage, done, total: halt())

    assert meeting(scan_halts, lambda: answer(pair, ann, Answer("equivalent")))
    assert Decision.objects.get().outcome == "equivalent"
