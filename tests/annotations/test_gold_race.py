"""Gold pairs and bulk answers while everybody works at once, each with a real connection."""

from collections import Counter
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from annotations.actions import Answer, answer, answer_many, change_project, set_gold
from annotations.models import Claim, Reliability, TermPair, Verdict
from annotations.queue import take_next
from tests.annotations.builder import make_user, pair_of, queued_project
from tests.annotations.test_claim_race import at_once, pairs

GOLD = 9
PEOPLE = 8


@pytest.mark.usefixtures("real_database")
def test_everybody_gets_each_gold_pair_at_most_once_and_no_other_pair_twice(tmp_path: Path) -> None:
    project = queued_project(tmp_path, pairs(30))
    lead = make_user("lead", project, "lead")
    for number in range(GOLD):
        set_gold(pair_of(project, f"source {number}"), lead, Answer("related"), "Because.")
    project = change_project(project, lead, gold_share=1.0)
    hidden = set(TermPair.objects.filter(gold__isnull=False).values_list("pk", flat=True))

    def everything(user: User) -> list[int]:
        seen = []
        while claim := take_next(project, user):
            answer(claim.pair, user, Answer("equivalent"))
            seen.append(claim.pair_id)
        return seen

    seen = at_once(everything, [make_user(f"user{number}", project) for number in range(PEOPLE)])
    for mine in seen:
        assert len(mine) == len(set(mine))
    others = Counter(pair for mine in seen for pair in mine if pair not in hidden)
    assert set(others) == set(TermPair.objects.exclude(pk__in=hidden).values_list("pk", flat=True))
    assert Verdict.objects.exclude(reviewer=lead).count() == sum(map(len, seen))
    assert not Claim.objects.filter(pair__in=hidden, answered=False).exists()
    gold_seen = {row.reviewer_id: row.gold_seen for row in Reliability.objects.all()}
    assert gold_seen == {
        user.pk: count
        for user, mine in zip(User.objects.filter(username__startswith="user").order_by("pk"), seen, strict=True)
        if (count := len(hidden & set(mine)))
    }


@pytest.mark.usefixtures("real_database")
def test_many_answers_at_once_from_many_people_are_all_kept(tmp_path: Path) -> None:
    project = queued_project(tmp_path, pairs(24), overlap=4)
    ids = list(TermPair.objects.order_by("pk").values_list("pk", flat=True))

    def in_bulk(user: User) -> list[int]:
        mine = ids[:: -1 if user.pk % 2 else 1]
        return [verdict.pair_id for lot in (mine[:16], mine[16:]) for verdict in answer_many(
            project, user, lot, Answer("equivalent")
        ).saved]  # fmt: skip

    seen = at_once(in_bulk, [make_user(f"user{number}", project) for number in range(4)])
    assert all(sorted(mine) == ids for mine in seen)
    assert Verdict.objects.count() == 4 * len(ids)
    assert set(TermPair.objects.values_list("state", flat=True)) == {"decided"}
    assert not Verdict.objects.filter(surplus=True).exists()
