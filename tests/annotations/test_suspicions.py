from pathlib import Path

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from annotations.actions import Answer, ScoredPair, answer, flag_suspects
from annotations.models import Claim, Project, Suspicion, TermPair
from annotations.queue import take_next
from annotations.suspicions import latest_scan, suspicions_of
from tests.annotations.builder import DIGEST, import_pairs, make_project, make_user, pair_of, queued_project, scan

pytestmark = pytest.mark.django_db
OTHER = "b" * 64
BACKWARDS = {"bone": 0.9, "skin": 0.8, "kidney": 0.7, "liver": 0.6, "lung": 0.5, "heart": 0.4}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return queued_project(tmp_path)


def order(project: Project) -> list[str]:
    claims = Claim.objects.filter(project=project, answered=False).order_by("position", "slot")
    return list(claims.values_list("pair__source_term__text", flat=True))


def ranks(project: Project, digest: str = DIGEST) -> dict[str, int]:
    return dict(suspicions_of(project, digest).values_list("pair__source_term__text", "rank"))


def test_scored_pairs_are_ranked_and_queued_in_that_order(tmp_path: Path) -> None:
    project = make_project()
    import_pairs(project, tmp_path)
    assert scan(project, BACKWARDS) == 6
    assert order(project) == list(BACKWARDS)
    assert ranks(project) == {source: rank for rank, source in enumerate(BACKWARDS, start=1)}
    assert set(TermPair.objects.values_list("state", flat=True)) == {"queued"}
    suspicion = Suspicion.objects.get(rank=1)
    assert (suspicion.score, suspicion.reasons, suspicion.signals) == (0.9, ["The terms lie apart."], {"cosine": 0.5})
    assert suspicion.neighbours == {"forward": [[1, 0.9]], "backward": [[2, 0.8]]}


def test_values_of_numpy_are_taken(project: Project) -> None:
    pair = pair_of(project, "heart")
    one = np.float32(0.5)
    flag_suspects(project, OTHER, [ScoredPair(pair.pk, one, (), {"csls": one}, [(np.int64(1), one)], [])])
    assert Suspicion.objects.get(encoder_digest=OTHER).neighbours["forward"] == [[1, 0.5]]


def test_held_out_and_measured_pairs_are_scored_and_not_queued(tmp_path: Path) -> None:
    project = make_project(held_out_share=0.999)
    import_pairs(project, tmp_path)
    import_pairs(project, tmp_path, role="control")
    assert scan(project) == 12
    assert not Claim.objects.exists()
    assert set(TermPair.objects.values_list("state", flat=True)) == {"held_out", "observed"}


def test_a_new_encoder_orders_the_undecided_anew(project: Project) -> None:
    ann, bob = make_user("ann"), make_user("bob")
    answer(pair_of(project, "heart"), ann, Answer("equivalent"))
    held = take_next(project, bob)
    scan(project, BACKWARDS, OTHER)
    assert order(project) == ["bone", "skin", "kidney", "liver", "lung"]
    assert take_next(project, bob) == held
    assert take_next(project, ann).pair.source_term.text == "bone"
    assert pair_of(project, "heart").state == "decided"
    assert latest_scan(project) == OTHER
    assert Suspicion.objects.filter(encoder_digest=DIGEST).count() == 6


def test_a_lapsed_claim_moves_with_the_order(project: Project) -> None:
    lapsed = take_next(project, make_user("ann"), minutes=-1)
    scan(project, BACKWARDS, OTHER)
    assert Claim.objects.get(pk=lapsed.pk).position == 6
    assert take_next(project, make_user("bob")).pair.source_term.text == "bone"


def test_going_back_to_a_former_encoder_brings_back_its_order(project: Project) -> None:
    scan(project, BACKWARDS, OTHER)
    assert flag_suspects(project, DIGEST, []) == 0
    assert latest_scan(project) == DIGEST
    assert order(project)[0] == "heart"


def test_pairs_that_come_later_are_ranked_among_the_others(project: Project, tmp_path: Path) -> None:
    import_pairs(project, tmp_path, [("spleen", "Milz")])
    pair = pair_of(project, "spleen")
    flag_suspects(project, DIGEST, [ScoredPair(pair.pk, 0.3, [], {}, [], [])])
    assert order(project) == ["heart", "spleen", "lung", "liver", "kidney", "skin", "bone"]
    assert ranks(project)["spleen"] == 2


def test_pairs_that_a_scan_did_not_see_wait_behind_it(project: Project) -> None:
    pair = pair_of(project, "bone")
    flag_suspects(project, OTHER, [ScoredPair(pair.pk, 0.1, [], {}, [], [])])
    assert order(project) == ["bone", "heart", "lung", "liver", "kidney", "skin"]


def test_scoring_again_replaces_the_score(project: Project) -> None:
    scan(project, BACKWARDS)
    assert order(project) == list(BACKWARDS)
    assert Suspicion.objects.count() == 6


def test_every_pair_has_as_many_open_slots_as_answers_are_missing(tmp_path: Path) -> None:
    project = queued_project(tmp_path, overlap=3)
    ann, bob = make_user("ann"), make_user("bob")
    answer(pair_of(project, "heart"), ann, Answer("equivalent"))
    answer(pair_of(project, "lung"), ann, Answer("skipped"))
    take_next(project, bob)
    expected = ["heart"] * 2 + ["lung"] * 3 + ["liver"] * 3
    assert order(project)[:8] == expected
    scan(project, digest=OTHER)
    assert order(project)[:8] == expected
    assert len(order(project)) == 17


def test_pairs_of_other_projects_and_pairs_that_are_gone_are_left_out(project: Project, tmp_path: Path) -> None:
    law = queued_project(tmp_path, slug="law")
    foreign = pair_of(law, "heart")
    scored = [ScoredPair(pk, 0.5, [], {}, [], []) for pk in (foreign.pk, 10_000_000)]
    assert flag_suspects(project, OTHER, scored) == 0
    assert not Suspicion.objects.filter(encoder_digest=OTHER).exists()


def test_a_score_outside_the_unit_interval_leaves_nothing(project: Project) -> None:
    pairs = [pair_of(project, "heart").pk, pair_of(project, "lung").pk]
    scored = [ScoredPair(pk, score, [], {}, [], []) for pk, score in zip(pairs, (0.5, 1.5), strict=True)]
    with pytest.raises(IntegrityError), transaction.atomic():
        flag_suspects(project, OTHER, scored)
    assert not Suspicion.objects.filter(encoder_digest=OTHER).exists()


def test_progress_counts_the_pairs(project: Project) -> None:
    seen = []
    scored = [ScoredPair(pair.pk, 0.5, [], {}, [], []) for pair in TermPair.objects.all()]
    flag_suspects(project, OTHER, scored, lambda stage, done, total: seen.append((stage, done, total)))
    assert seen == [("flag", 6, 6)]
