"""What waits: pairs to score, decisions to train on, contradictions to solve."""

from django.contrib.auth.models import User

from annotations import actions as review
from annotations.models import Decision, Membership, Project, Term, TermPair
from tests.training.conftest import TINY, decide, measured
from training import actions, leases, pending
from training.leases import Lease, States
from training.models import Encoder, Round


def test_held_out_controls_and_measured_languages_are_no_decisions(project: Project, lead: User, tmp_path) -> None:
    (tmp_path / "control.csv").write_text("source,target,concept_id\nhouse,Haus,1\n")
    review.import_terms(project, tmp_path / "control.csv", role="control", target_language="de")
    [listed] = decide(project, lead, 1)
    others = [
        TermPair.objects.filter(concept__held_out=True, target_language="de").first(),
        TermPair.objects.filter(target_language="pt", concept__held_out=False).first(),
        TermPair.objects.filter(concept__role="control").first(),
    ]
    for pair in others:
        Decision.objects.create(pair=pair, outcome="equivalent", weight=1.0)

    assert [decision.pair for decision in pending.decisions(project)] == [listed]
    assert [record.pair_id for record in pending.decision_records(project)] == [listed.pk]


def test_decisions_without_a_constraint_are_counted_apart(project: Project, lead: User) -> None:
    decide(project, lead, 2)
    decide(project, lead, 1, "wrong_language")

    assert pending.decisions(project).count() == 3
    assert pending.constraining(project).count() == 2


def test_news_counts_from_what_the_last_measured_round_was_trained_on(lease: Lease, base: Encoder, lead: User) -> None:
    project = base.project
    assert pending.new_decisions(project, 10) == 3

    measured(lease, base)
    project.constraint_sets.update(last_decision_at=pending.last_decision_at(project))
    assert pending.new_decisions(project, 10) == 0

    decide(project, lead, 2)
    assert pending.new_decisions(project, 10) == 2


def test_a_failed_round_s_news_is_still_news_for_the_night(project: Project, lead: User) -> None:
    decide(project, lead, 1)
    found = actions.start_round(project, recipe=TINY)
    leases.claim(found.pk).end(States.FAILED, error="no")

    assert pending.new_decisions(project, 10) == 1
    assert pending.new_since_any_round(project, 10) == 0


def test_two_reviewers_of_two_minds_are_a_contradiction(project: Project, lead: User) -> None:
    Project.objects.filter(pk=project.pk).update(overlap=2)
    other = User.objects.create_user("omar")
    review.add_member(project, other, Membership.Roles.REVIEWER)
    pair = TermPair.objects.filter(state="listed").first()
    review.answer(pair, lead, review.Answer("equivalent"))
    review.answer(pair, other, review.Answer("not_equivalent"))

    [found] = pending.contradictions(project)

    assert (found["kind"], found["pairs"]) == ("disputed", [pair.pk])
    assert pair.source_term.text in found["sentence"]

    review.adjudicate(pair, lead, review.Answer("equivalent"))
    assert pending.contradictions(project) == []


def test_retired_terms_are_neither_scored_nor_competitors(project: Project, lead: User) -> None:
    terms, pairs = pending.terms(project).count(), pending.pairs(project).count()

    decide(project, lead, 1, "not_a_term")

    assert (pending.terms(project).count(), pending.pairs(project).count()) == (terms - 1, pairs - 1)


def test_what_a_scan_sees_follows_terms_and_decisions(project: Project, lead: User) -> None:
    found = [pending.seen(project)]
    decide(project, lead, 1)
    found.append(pending.seen(project))
    Term.objects.filter(pk=pending.terms(project).first().pk).update(text="spelt anew")
    found.append(pending.seen(project))

    assert len({one.decisions_digest for one in found}) == len({one.vocabulary_digest for one in found}) == 2
    assert found[0].vocabulary_digest == found[1].vocabulary_digest
    assert found[1].decisions_digest == found[2].decisions_digest
    assert pending.seen(project) == found[-1]


def test_pairs_are_unscored_until_the_live_encoder_has_scored_them(project: Project, base: Encoder) -> None:
    [first, second] = pending.pairs(project).order_by("pk")[:2]

    review.flag_suspects(project, base.digest, [review.ScoredPair(first.pk, 0.5, (), {}, (), ())])

    unscored = set(pending.unscored(project, base))
    assert first not in unscored
    assert second in unscored
    assert pending.scan_is_due(project)
    assert not Round.objects.exists()
