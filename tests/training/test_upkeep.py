"""What the beat asks for: no round is forgotten, none starts twice, none without news."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from annotations import actions as review
from annotations import suspicions
from annotations.models import Project
from tests.training.conftest import TINY, decide, measured
from tests.training.test_leases import lapse
from training import actions, leases, pending, tasks, upkeep
from training.leases import MAX_DEATHS, Lease, States
from training.models import Encoder, Round
from workbench.celery import BEAT_SECONDS, app

NIGHT = datetime(2026, 11, 22, 2, 5, tzinfo=UTC)


def test_an_abandoned_round_is_sent_again_until_the_cap(queued: Round) -> None:
    for attempt in range(1, MAX_DEATHS + 1):
        assert leases.claim(queued.pk) == Lease(queued.pk, attempt)
        lapse(queued.pk)
        assert upkeep.reap() == ([queued.pk] if attempt < MAX_DEATHS else [])

    queued.refresh_from_db()
    assert queued.state == States.FAILED
    assert f"worker died {MAX_DEATHS} times" in queued.error


def test_only_the_workers_that_died_are_counted(queued: Round) -> None:
    leases.claim(queued.pk).give_back()
    for _ in range(MAX_DEATHS):
        leases.claim(queued.pk)
        lapse(queued.pk)

    assert upkeep.reap() == []

    queued.refresh_from_db()
    assert queued.attempt == MAX_DEATHS + 1
    assert f"worker died {MAX_DEATHS} times" in queued.error


def test_a_queued_round_that_nobody_took_is_sent_again(queued: Round, settings) -> None:
    assert upkeep.reap() == []

    late = timezone.now() + timedelta(seconds=settings.LEASE_SECONDS + 1)
    assert upkeep.reap(late) == [queued.pk]


def test_a_round_whose_worker_died_with_a_cancel_is_cancelled(queued: Round) -> None:
    leases.claim(queued.pk)
    actions.cancel_round(queued)
    lapse(queued.pk)

    assert upkeep.reap() == []

    queued.refresh_from_db()
    assert queued.state == States.CANCELLED


def test_a_round_with_a_heartbeat_is_left_alone(queued: Round) -> None:
    leases.claim(queued.pk)

    assert upkeep.reap() == []

    queued.refresh_from_db()
    assert queued.state == States.RUNNING


def test_after_n_decisions_a_round_starts_once(project: Project, lead: User) -> None:
    actions.set_schedule(project, nightly_hour=None, after_decisions=3)
    decide(project, lead, 2)
    assert upkeep.start_due_rounds() == []

    decide(project, lead, 1)
    started = upkeep.start_due_rounds()

    assert [one.slot for one in started] == ["decisions:1"]
    assert upkeep.start_due_rounds() == []  # still open


def test_a_failed_round_is_not_started_again_for_the_same_news(project: Project, lead: User) -> None:
    actions.set_schedule(project, nightly_hour=None, after_decisions=1)
    decide(project, lead, 1)
    [failed] = upkeep.start_due_rounds()
    leases.claim(failed.pk).end(States.FAILED, error="no")

    assert upkeep.start_due_rounds() == []

    decide(project, lead, 1)
    assert [one.slot for one in upkeep.start_due_rounds()] == ["decisions:2"]


def test_every_night_a_round_starts_once(project: Project, lead: User) -> None:
    actions.set_schedule(project, nightly_hour=2, after_decisions=None)
    decide(project, lead, 1)
    assert upkeep.start_due_rounds(NIGHT - timedelta(minutes=6)) == []

    [started] = upkeep.start_due_rounds(NIGHT)

    assert started.slot == "night:2026-11-22"
    actions.cancel_round(started)
    assert upkeep.start_due_rounds(NIGHT + timedelta(minutes=1)) == []


def test_no_news_means_no_round_and_the_log_says_so_once(
    project: Project, lead: User, lease: Lease, base: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    actions.set_schedule(project, nightly_hour=2, after_decisions=None)
    measured(lease, base)
    caplog.set_level(logging.INFO, logger="training.upkeep")
    project.constraint_sets.update(last_decision_at=pending.last_decision_at(project))

    for minute in range(3):
        assert upkeep.start_due_rounds(NIGHT + timedelta(minutes=minute)) == []

    assert [record.getMessage() for record in caplog.records] == [
        "medicine: no round for night:2026-11-22: nothing new was decided."
    ]
    decide(project, lead, 1)
    assert len(upkeep.start_due_rounds(NIGHT + timedelta(days=1))) == 1


def test_a_night_that_could_not_start_is_made_up_for_some_hours(project: Project, lead: User) -> None:
    actions.set_schedule(project, nightly_hour=22, after_decisions=None)
    decide(project, lead, 1)

    assert upkeep.start_due_rounds(datetime(2026, 11, 22, 5, 0, tzinfo=UTC)) == []
    [started] = upkeep.start_due_rounds(datetime(2026, 11, 22, 1, 0, tzinfo=UTC))
    assert started.slot == "night:2026-11-21"


def test_two_beats_that_see_the_same_night_start_one_round(project: Project, lead: User) -> None:
    schedule = actions.set_schedule(project, nightly_hour=2, after_decisions=1)
    decide(project, lead, 1)

    slots = [upkeep._tonight(schedule, NIGHT) for _ in range(2)]
    assert slots == ["night:2026-11-22", None]

    slots = [upkeep._after_decisions(schedule) for _ in range(2)]
    assert slots == ["decisions:1", "decisions:1"]
    first = actions.start_round(project, recipe=TINY, slot=slots[0])
    actions.cancel_round(first)
    with pytest.raises(actions.RoundRefused, match="at the same moment"):
        actions.start_round(project, recipe=TINY, slot=slots[1])


def test_a_schedule_that_is_off_starts_nothing(project: Project, lead: User) -> None:
    actions.set_schedule(project, nightly_hour=2, after_decisions=1, enabled=False)
    decide(project, lead, 2)

    assert upkeep.start_due_rounds(NIGHT) == []


def test_without_a_constraint_the_schedule_starts_nothing(project: Project, lead: User, caplog) -> None:
    caplog.set_level(logging.INFO, logger="training.upkeep")
    actions.set_schedule(project, nightly_hour=2, after_decisions=None)
    decide(project, lead, 1, "wrong_language")

    assert upkeep.start_due_rounds(NIGHT) == []
    assert "no decided pair to make a constraint of" in caplog.text


def test_a_project_is_scanned_by_itself_once_it_has_a_live_encoder(project: Project, base: Encoder) -> None:
    assert upkeep.projects_to_scan() == [project]

    Encoder.objects.filter(pk=base.pk).update(state=Encoder.States.RETIRED)
    assert upkeep.projects_to_scan() == []


def test_what_the_beat_asks_for_each_minute_does_not_pile_up_behind_a_long_scan(
    project: Project, base: Encoder, monkeypatch
) -> None:
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, args, **how: sent.append((name, args, how["expires"])))

    tasks.scan_what_is_new()

    assert sent == [(tasks.scan_project.name, (project.pk,), 2 * BEAT_SECONDS)]


def test_the_beat_puts_in_order_what_a_lead_has_changed(project: Project, lead: User, monkeypatch) -> None:
    monkeypatch.setattr(suspicions, "AT_ONCE", 0)
    review.change_project(project, lead, overlap=2)
    assert Project.objects.get().order_due_at is not None

    beat = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    assert beat[tasks.order_queues.name] <= 60
    tasks.order_queues()

    assert Project.objects.get().order_due_at is None


def test_the_beat_tells_the_database_how_long_its_tables_have_grown(project: Project) -> None:
    beat = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    assert beat[tasks.refresh_statistics.name] <= 3600
    tasks.refresh_statistics()


def test_what_takes_its_worker_down_is_not_handed_to_the_next_one() -> None:
    """The beat asks for it again, or the person who asked first."""
    ours = [task for name, task in app.tasks.items() if name.startswith(tasks.__name__)]

    assert tasks.scan_project in ours
    assert all(task.acks_late and not task.reject_on_worker_lost for task in ours)
