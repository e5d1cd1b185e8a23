"""Claims, heartbeats and transitions: who may write to a round, and when."""

from datetime import timedelta
from itertools import product
from threading import Event

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from tests.annotations.conftest import real_database  # noqa: F401 - a fixture
from tests.machine import until
from tests.training.conftest import measured
from training import leases, recording, upkeep
from training.leases import MAX_DEATHS, TRANSITIONS, Cancelled, Lease, LostLease, States, claim, move
from training.ml.records import Constraints
from training.models import Encoder, LossPoint, Round

EARLIER = timedelta(seconds=1)


def lapse(round_id: int) -> None:
    Round.objects.filter(pk=round_id).update(lease_expires_at=timezone.now() - EARLIER)


def test_a_round_moves_only_as_drawn(queued: Round) -> None:
    for state, to in product(States.values, States.values):
        Round.objects.filter(pk=queued.pk).update(state=state)

        moved = move(Round.objects.filter(pk=queued.pk), to)

        queued.refresh_from_db()
        assert moved is (to in TRANSITIONS[state]), (state, to)
        assert queued.state == (to if moved else state)


def test_every_state_is_drawn_and_only_a_measured_round_can_be_promoted() -> None:
    assert set(TRANSITIONS) == set(States.values)
    assert [state for state, following in TRANSITIONS.items() if States.PROMOTED in following] == [States.EVALUATED]
    ends = {state for state, following in TRANSITIONS.items() if not following}
    assert ends == {States.PROMOTED, States.REJECTED, States.CANCELLED, States.FAILED}


def test_a_queued_round_is_claimed_once(queued: Round) -> None:
    first, second = claim(queued.pk), claim(queued.pk)

    assert first == Lease(queued.pk, attempt=1)
    assert second is None


def test_an_expired_lease_goes_to_the_next_attempt(queued: Round) -> None:
    claim(queued.pk)
    lapse(queued.pk)

    assert claim(queued.pk) == Lease(queued.pk, attempt=2)


def test_a_running_round_without_a_heartbeat_counts_as_expired(queued: Round) -> None:
    claim(queued.pk)
    Round.objects.filter(pk=queued.pk).update(lease_expires_at=None)

    assert claim(queued.pk) == Lease(queued.pk, attempt=2)


def test_nobody_claims_a_round_that_is_to_be_cancelled_or_was_tried_too_often(queued: Round) -> None:
    Round.objects.filter(pk=queued.pk).update(cancel_requested=True)
    assert claim(queued.pk) is None

    Round.objects.filter(pk=queued.pk).update(cancel_requested=False, attempt=MAX_DEATHS)
    assert claim(queued.pk) is None


def test_a_round_that_has_ended_is_not_claimed(queued: Round) -> None:
    for state in set(States.values) - set(Round.OPEN):
        Round.objects.filter(pk=queued.pk).update(state=state)

        assert claim(queued.pk) is None, state


def test_a_heartbeat_puts_the_end_of_the_lease_off(queued: Round, settings) -> None:
    settings.LEASE_SECONDS = 60
    lease = claim(queued.pk)
    lapse(queued.pk)

    lease.beat()

    queued.refresh_from_db()
    assert queued.lease_expires_at > timezone.now() + timedelta(seconds=50)
    assert not lease.lost


def test_a_claim_takes_away_the_sentence_of_a_broker_that_was_down(queued: Round) -> None:
    Round.objects.filter(pk=queued.pk).update(error="The broker does not answer.")

    claim(queued.pk)

    queued.refresh_from_db()
    assert queued.error == ""


def test_a_fenced_out_attempt_writes_nothing(queued: Round, base: Encoder) -> None:
    old = claim(queued.pk)
    lapse(queued.pk)
    new = claim(queued.pk)
    new.write(phase="train")
    before = Round.objects.values().get(pk=queued.pk)

    writes = [
        lambda: old.write(phase="constrain"),
        lambda: recording.record_constraints(old, queued.project, base, Constraints(), "c" * 64, None),
        lambda: recording.record_loss(old, 1, 10, {"attract": 1.0}),
        lambda: recording.record_metrics(old, 1, {"en-de": 0.5}),
        lambda: measured(old, base),
        lambda: old.end(States.FAILED, error="no"),
    ]
    for write in writes:
        with pytest.raises(LostLease), transaction.atomic():
            write()
    old.give_back()
    old.beat()

    after = Round.objects.values().get(pk=queued.pk)
    assert after == before | {"auto_promote": after["auto_promote"]}
    assert not LossPoint.objects.exists()
    assert not queued.project.constraint_sets.exists()
    assert list(queued.project.encoders.all()) == [base]
    assert old.lost


def test_given_back_it_is_free_at_once_and_its_worker_counts_as_alive(queued: Round) -> None:
    for attempt in range(1, 2 * MAX_DEATHS):
        lease = claim(queued.pk)
        assert lease == Lease(queued.pk, attempt)
        lease.give_back()

    assert upkeep.reap() == [queued.pk]
    for _ in range(MAX_DEATHS):
        assert claim(queued.pk) is not None
        lapse(queued.pk)
    assert claim(queued.pk) is None


def test_a_cancel_is_heard_with_the_next_heartbeat(queued: Round) -> None:
    lease = claim(queued.pk)
    Round.objects.filter(pk=queued.pk).update(cancel_requested=True)

    lease.beat()

    with pytest.raises(Cancelled):
        lease.check()


@pytest.mark.django_db(transaction=True)
def test_a_busy_database_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases.time, "sleep", lambda seconds: None)
    answers = iter([OperationalError("database is locked"), OperationalError("database is locked"), None])

    @leases.patiently
    def write() -> str:
        if (error := next(answers)) is not None:
            raise error
        return "written"

    with pytest.raises(OperationalError), transaction.atomic():
        write()  # in a transaction, which is broken by the first error

    assert write() == "written"


def in_time(queued: Round) -> bool:
    return Round.objects.filter(pk=queued.pk, lease_expires_at__gt=timezone.now()).exists()


@pytest.mark.usefixtures("real_database")
def test_the_heart_beats_while_the_work_says_nothing(queued: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "CANCEL_SECONDS", 0.01)
    lease = claim(queued.pk)
    lapse(queued.pk)

    with leases.kept(lease):
        until(lambda: in_time(queued), 30)

    lapse(queued.pk)
    assert claim(queued.pk) == Lease(queued.pk, attempt=2)


@pytest.mark.usefixtures("real_database")
def test_the_heart_beats_on_after_the_database_was_away(queued: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "CANCEL_SECONDS", 0.01)
    lease = claim(queued.pk)
    lapse(queued.pk)
    beat, broken = lease.beat, Event()

    def beat_on_a_broken_connection() -> None:
        if not broken.is_set():
            connection.ensure_connection()
            connection.connection.close()
            broken.set()
        beat()

    monkeypatch.setattr(lease, "beat", beat_on_a_broken_connection)
    with leases.kept(lease):
        until(lambda: in_time(queued), 30)

    assert broken.is_set()
