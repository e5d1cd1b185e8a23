from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from annotations.actions import Answer, answer, undo_last
from annotations.models import Claim, Project, TermPair
from annotations.queue import _held, counts, release, renew, skips, take, take_next
from annotations.verdicts import standing_verdicts
from tests.annotations.builder import PAIRS, make_user, pair_of, queued_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return queued_project(tmp_path)


@pytest.fixture
def twofold(tmp_path: Path) -> Project:
    return queued_project(tmp_path, slug="law", overlap=2)


def source(claim: Claim | None) -> str | None:
    return claim.pair.source_term.text if claim else None


def everything(project: Project, user: User) -> list[str | None]:
    """What the user is shown, one pair after the other."""
    seen = []
    while claim := take_next(project, user):
        seen.append(source(claim))
        answer(claim.pair, user, Answer("equivalent"))
    return seen


def test_pairs_come_in_order_and_once(project: Project) -> None:
    assert everything(project, make_user("ann")) == [source for source, _ in PAIRS]
    assert take_next(project, make_user("bob")) is None


def test_two_reviewers_never_hold_the_same_slot(project: Project) -> None:
    held = [source(take_next(project, make_user(f"user{n}"))) for n in range(7)]
    assert held == ["heart", "lung", "liver", "kidney", "skin", "bone", None]


def test_an_overlap_of_two_shows_each_pair_to_two(twofold: Project) -> None:
    users = [make_user(f"user{n}") for n in range(3)]
    claims = [take_next(twofold, user) for user in users]
    assert [source(claim) for claim in claims] == ["heart", "heart", "lung"]
    release(claims[2].pk, users[2])
    assert [len(everything(twofold, user)) for user in users] == [len(PAIRS), len(PAIRS), 0]
    assert take_next(twofold, make_user("late")) is None


def test_one_s_own_live_claim_comes_back(project: Project) -> None:
    ann = make_user("ann")
    first = take_next(project, ann)
    again = take_next(project, ann)
    assert again == first
    assert again.expires_at > first.expires_at


def test_a_lapsed_claim_is_anybody_s(project: Project) -> None:
    ann, bob = make_user("ann"), make_user("bob")
    lapsed = take_next(project, ann, minutes=-1)
    assert take_next(project, bob) == lapsed
    assert not renew(lapsed.pk, ann)
    assert renew(lapsed.pk, bob)
    assert source(take_next(project, ann)) == "lung"


def test_who_answered_late_without_a_claim_does_not_get_the_pair_again(project: Project) -> None:
    ann, bob = make_user("ann"), make_user("bob")
    lapsed = take_next(project, ann, minutes=-1)
    assert take_next(project, bob) == lapsed
    answer(lapsed.pair, ann, Answer("unsure"))
    release(lapsed.pk, bob)
    assert source(take_next(project, ann)) == "lung"
    assert take_next(project, bob) == lapsed


def test_the_pair_after_the_next_can_be_held_as_well(project: Project) -> None:
    ann = make_user("ann")
    held = take_next(project, ann)
    ahead = take_next(project, ann, beside=[held.pair_id])
    assert (source(held), source(ahead)) == ("heart", "lung")
    assert take_next(project, ann, beside=[held.pair_id]) == ahead
    assert take_next(project, ann) == held


def test_one_s_own_lapsed_claim_can_be_had_again(project: Project) -> None:
    ann = make_user("ann")
    lapsed = take_next(project, ann, minutes=-1)
    assert take_next(project, ann) == lapsed


def test_a_claim_without_an_end_counts_as_lapsed(project: Project) -> None:
    claim = take_next(project, make_user("ann"))
    Claim.objects.filter(pk=claim.pk).update(expires_at=None)
    assert take_next(project, make_user("bob")) == claim


def test_renew_and_release(project: Project) -> None:
    ann, bob = make_user("ann"), make_user("bob")
    claim = take_next(project, ann, minutes=1)
    assert renew(claim.pk, ann)
    assert Claim.objects.get(pk=claim.pk).expires_at > claim.expires_at
    assert not renew(claim.pk, bob)
    assert not release(claim.pk, bob)
    assert release(claim.pk, ann)
    assert not release(claim.pk, ann)
    assert take_next(project, bob) == claim
    answer(claim.pair, bob, Answer("equivalent"))
    assert not renew(claim.pk, bob)
    assert not release(claim.pk, bob)


def test_a_certain_pair_can_be_taken_while_it_is_free(project: Project) -> None:
    ann, bob, pair = make_user("ann"), make_user("bob"), pair_of(project, "skin")
    claim = take(project, ann, pair)
    assert claim.pair == pair
    assert take(project, ann, pair) == claim
    assert take(project, bob, pair) is None
    answer(pair, ann, Answer("equivalent"))
    assert take(project, ann, pair) is None


def test_a_skipped_pair_can_be_taken_up_again(project: Project) -> None:
    ann, pair = make_user("ann"), pair_of(project, "heart")
    answer(pair, ann, Answer("skipped"))
    assert [verdict.pair for verdict in skips(project, ann)] == [pair]
    claim = take(project, ann, pair)
    assert claim.pair == pair
    answer(pair, ann, Answer("equivalent"))
    assert not skips(project, ann)
    assert not Claim.objects.filter(pair=pair, answered=False).exists()


def holders(pair: TermPair) -> list[str | None]:
    """Of the answers that the pair still asks for."""
    claims = Claim.objects.filter(pair=pair, answered=False).order_by("slot")
    return list(claims.values_list("reviewer__username", flat=True))


def test_a_skipped_pair_that_somebody_else_holds_is_not_taken_up_again(project: Project) -> None:
    ann, bob, pair = make_user("ann"), make_user("bob"), pair_of(project, "heart")
    answer(pair, ann, Answer("skipped"))
    held = take_next(project, bob)
    assert held.pair == pair
    assert take(project, ann, pair) is None
    assert holders(pair) == ["bob"]
    release(held.pk, bob)
    assert take(project, ann, pair).pair == pair
    assert take_next(project, bob).pair != pair
    assert holders(pair) == ["ann"]


def test_a_skipped_pair_can_be_let_go_and_taken_up_once_more(project: Project) -> None:
    ann, pair = make_user("ann"), pair_of(project, "heart")
    answer(pair, ann, Answer("skipped"))
    for _ in range(2):
        assert release(take(project, ann, pair).pk, ann)
    assert holders(pair) == [None]


def test_a_skip_that_is_undone_yields_to_who_holds_the_pair_by_now(project: Project) -> None:
    ann, bob, pair = make_user("ann"), make_user("bob"), pair_of(project, "heart")
    answer(pair, ann, Answer("skipped"))
    held = take_next(project, bob)
    undo_last(project, ann)
    assert holders(pair) == ["bob"]
    release(held.pk, bob)
    assert take(project, ann, pair).pair == pair


def test_a_skip_that_is_undone_takes_the_free_claim_s_place(twofold: Project) -> None:
    ann, bob, pair = make_user("ann"), make_user("bob"), pair_of(twofold, "heart")
    answer(pair, ann, Answer("skipped"))
    assert take_next(twofold, bob).pair == pair
    undo_last(twofold, ann)
    assert sorted(map(str, holders(pair))) == ["ann", "bob"]


def test_a_late_answer_that_is_undone_yields_to_who_holds_the_pair(project: Project) -> None:
    ann, bob = make_user("ann"), make_user("bob")
    pair = take_next(project, ann, minutes=-1).pair
    assert take_next(project, bob).pair == pair
    answer(pair, ann, Answer("equivalent"))
    undo_last(project, ann)
    assert holders(pair) == ["bob"]


def test_counts_of_the_tabs(twofold: Project) -> None:
    ann, bob = make_user("ann"), make_user("bob")
    answer(pair_of(twofold, "heart"), ann, Answer("equivalent"))
    answer(pair_of(twofold, "heart"), bob, Answer("equivalent"))
    answer(pair_of(twofold, "lung"), ann, Answer("skipped"))
    answer(pair_of(twofold, "liver"), ann, Answer("equivalent"))
    answer(pair_of(twofold, "liver"), bob, Answer("related"))
    answer(pair_of(twofold, "skin"), bob, Answer("flagged"))
    assert counts(twofold, ann) == {"to_review": 2, "skipped": 1, "mine": 3, "conflicts": 1, "for_lead": 2, "today": 3}
    assert counts(twofold, bob) == {"to_review": 3, "skipped": 0, "mine": 3, "conflicts": 1, "for_lead": 2, "today": 3}


def test_queues_of_projects_are_apart(project: Project, twofold: Project) -> None:
    ann = make_user("ann")
    claims = take_next(project, ann), take_next(twofold, ann)
    assert [claim.project for claim in claims] == [project, twofold]


def test_the_next_pair_is_found_without_walking_through_all_verdicts(project: Project) -> None:
    """SQLite, which plans without statistics, once took the unique index on `undoes` for it: 12 s at 3,000 verdicts."""
    plan = standing_verdicts().filter(pair=1, reviewer=make_user("ann")).explain()
    assert "undoes_id=?" not in plan.splitlines()[0]


def test_what_one_holds_is_found_without_walking_through_the_queue(project: Project) -> None:
    plan = _held.__wrapped__(project.pk, make_user("ann").pk, timezone.now(), []).explain()
    assert "open_claims_in_order" not in plan
