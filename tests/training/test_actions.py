"""What the lead does: every refusal is a sentence, every change is one step."""

from dataclasses import asdict

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from annotations import actions as annotations
from annotations.models import Notification, Project
from tests.training.conftest import TINY, decide, measured
from training import actions, leases, pending
from training.actions import RoundRefused
from training.leases import Lease, States
from training.models import Encoder, Promotion, Round


def test_a_round_keeps_its_recipe_and_a_number(project: Project, lead: User) -> None:
    decide(project, lead, 1)

    found = actions.start_round(project, recipe=TINY, by=lead)

    assert (found.number, found.state, found.started_by) == (1, States.QUEUED, lead)
    assert found.recipe == asdict(TINY)


def test_no_round_without_a_constraint(project: Project, lead: User) -> None:
    decide(project, lead, 2, "unsure")
    decide(project, lead, 2, "wrong_language")

    with pytest.raises(RoundRefused, match="no decided pair to make a constraint of: review some"):
        actions.start_round(project, recipe=TINY)


def test_one_open_round_a_project(queued: Round) -> None:
    with pytest.raises(RoundRefused, match="Round 1 of Medicine is still queued: wait until"):
        actions.start_round(queued.project, recipe=TINY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.create(project=queued.project, number=2, recipe={})


def test_a_queued_round_is_cancelled_at_once_and_a_running_one_when_its_worker_hears(queued: Round, lead: User) -> None:
    lease = leases.claim(queued.pk)
    actions.cancel_round(queued, lead)
    queued.refresh_from_db()
    assert (queued.state, queued.cancel_requested) == (States.RUNNING, True)

    lease.end(States.CANCELLED)
    with pytest.raises(RoundRefused, match="is cancelled: nothing is left to cancel"):
        actions.cancel_round(queued, lead)

    second = actions.start_round(queued.project, recipe=TINY)
    actions.cancel_round(second, lead)
    second.refresh_from_db()
    assert second.state == States.CANCELLED
    assert second.finished_at is not None


def test_the_gate_promotes_in_one_step(lease: Lease, base: Encoder) -> None:
    found = measured(lease, base)

    assert found.state == States.PROMOTED
    live = pending.live_encoder(found.project)
    assert live == found.candidate
    assert Encoder.objects.get(pk=base.pk).state == Encoder.States.RETIRED
    row = Promotion.objects.get()
    assert (row.former, row.encoder, row.round, row.by) == (base, live, found, None)


@pytest.mark.parametrize(("passed", "promote"), [(False, True), (True, False), (False, False)])
def test_without_a_pass_or_a_policy_the_round_waits_for_the_lead(
    lease: Lease, base: Encoder, lead: User, passed: bool, promote: bool
) -> None:
    found = measured(lease, base, passed=passed, promote=promote)
    assert found.state == States.EVALUATED
    assert pending.live_encoder(found.project) == base

    row = actions.promote(found, lead)

    assert pending.live_encoder(found.project) == found.candidate
    assert row.by == lead
    assert ("although the gate did not pass" in row.reason) is not passed


def two_leads(project: Project, lead: User) -> User:
    second = User.objects.create_user("second")
    annotations.add_member(project, lead, "lead")
    annotations.add_member(project, second, "lead")
    annotations.change_project(project, lead, promotion_by_two=True)
    return second


def test_two_leads_promote_where_the_project_asks_for_two(lease: Lease, base: Encoder, lead: User) -> None:
    second = two_leads(base.project, lead)
    found = measured(lease, base)
    assert (found.state, found.error, pending.live_encoder(found.project)) == (States.EVALUATED, "", base)

    with pytest.raises(RoundRefused, match="asks for two leads: one proposes"):
        actions.promote(found, second)
    actions.propose_promotion(found, lead)
    for by in (lead, None):
        with pytest.raises(RoundRefused, match="asks for two leads"):
            actions.promote(found, by)
    with pytest.raises(RoundRefused, match="Somebody else has proposed"):
        actions.propose_promotion(found, second)
    assert list(Notification.objects.values_list("user", "kind", "actor")) == [(second.pk, "proposed", lead.pk)]

    row = actions.promote(found, second)

    found.refresh_from_db()
    assert (found.proposed_by, row.by) == (lead, second)
    assert pending.live_encoder(found.project) == found.candidate


def test_one_lead_is_enough_to_reject_and_where_nobody_asks_for_two(lease: Lease, base: Encoder, lead: User) -> None:
    found = measured(lease, base, promote=False)
    with pytest.raises(RoundRefused, match="asks for one lead alone: promote round 1 at once"):
        actions.propose_promotion(found, lead)
    two_leads(base.project, lead)
    actions.propose_promotion(found, lead)
    actions.reject(found, lead)
    with pytest.raises(RoundRefused, match="Round 1 is rejected"):
        actions.propose_promotion(found, lead)


def test_rejected_means_nothing_changes(lease: Lease, base: Encoder, lead: User) -> None:
    found = measured(lease, base, passed=False)

    actions.reject(found, lead)

    found.refresh_from_db()
    assert (found.state, found.candidate.state) == (States.REJECTED, Encoder.States.REJECTED)
    assert pending.live_encoder(found.project) == base
    with pytest.raises(RoundRefused, match="Round 1 is rejected"):
        actions.promote(found, lead)
    with pytest.raises(RoundRefused, match="can't be rejected"):
        actions.reject(found, lead)


def test_a_round_that_was_not_measured_cannot_be_promoted(queued: Round) -> None:
    with pytest.raises(RoundRefused, match="only a round that has been measured"):
        actions.promote(queued)


def next_round(project: Project, lead: User) -> Lease:
    decide(project, lead, 1)
    found = actions.start_round(project, recipe=TINY)
    lease = leases.claim(found.pk)
    Round.objects.filter(pk=found.pk).update(parent=pending.live_encoder(project))
    return lease


def test_a_round_measured_against_a_former_encoder_is_not_promoted(lease: Lease, base: Encoder, lead: User) -> None:
    old = measured(lease, base, passed=False, name="old")
    new = measured(next_round(base.project, lead), base, name="new")
    assert new.state == States.PROMOTED

    with pytest.raises(RoundRefused, match="old was measured against base, but new is live now"):
        actions.promote(old, lead)

    assert pending.live_encoder(base.project) == new.candidate
    old.refresh_from_db()
    assert (old.state, old.candidate.state) == (States.EVALUATED, Encoder.States.CANDIDATE)


def test_a_promotion_that_cannot_be_leaves_the_round_with_a_sentence(lease: Lease, base: Encoder, lead: User) -> None:
    first = measured(lease, base, name="one")
    second = next_round(base.project, lead)
    actions.rollback(base.project, lead)

    found = measured(second, base, name="two")

    assert found.state == States.EVALUATED
    assert "measured against one, but base is live now" in found.error
    assert pending.live_encoder(first.project) == base


def test_training_that_changed_nothing_is_not_promoted(lease: Lease, base: Encoder) -> None:
    Round.objects.filter(pk=lease.round_id).update(candidate=base)
    found = measured(lease, base, passed=False, name="same")
    Round.objects.filter(pk=found.pk).update(candidate=base)

    with pytest.raises(RoundRefused, match="training changed nothing"):
        actions.promote(found)

    assert pending.live_encoder(base.project) == base


def test_rollback_goes_back_step_by_step(lease: Lease, base: Encoder, lead: User) -> None:
    project = base.project
    one = measured(lease, base, name="one").candidate
    two = measured(next_round(project, lead), base, name="two").candidate
    assert pending.live_encoder(project) == two

    assert actions.rollback(project, lead, "worse on names").encoder == one
    assert actions.rollback(project, lead).encoder == base
    with pytest.raises(RoundRefused, match="base is the first encoder of Medicine: there is none to go back to"):
        actions.rollback(project, lead)

    kinds = list(Promotion.objects.order_by("pk").values_list("kind", "encoder__name", "reason"))
    assert kinds[2:] == [("rollback", "one", "worse on names"), ("rollback", "base", "")]
    assert Encoder.objects.filter(project=project, state=Encoder.States.LIVE).count() == 1


def test_rollback_without_an_encoder(project: Project) -> None:
    with pytest.raises(RoundRefused, match="no live encoder yet: scan it first"):
        actions.rollback(project)
