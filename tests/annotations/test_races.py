"""Two transactions at once, one halted where they would meet: on a file of SQLite, on PostgreSQL where that is used."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from django.db import connections, transaction

from annotations.actions import Answer, answer
from annotations.models import Claim, Decision
from annotations.queue import take_next
from tests.annotations.builder import import_pairs, make_project, make_user, pair_of, queued_project, scan, term

MOMENT = 1.0  # seconds that one side gives the other: what must wait for it is not through by then

pytestmark = pytest.mark.usefixtures("real_database")


def meeting(first: Callable[[Callable[[], None]], object], second: Callable[[], object]) -> None:
    """`first` calls its argument where it halts; `second` runs from there on, and is given a moment to come through."""
    halted, through = Event(), Event()

    def halt() -> None:
        halted.set()
        through.wait(MOMENT)

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
