"""What the beat asks for: abandoned rounds go on, queued ones are nudged, due ones start, new pairs are scanned."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from annotations.models import Project
from training import actions, nudges, pending
from training.leases import States, hopeless, lapsed, move
from training.ml.records import Recipe
from training.models import Round, Schedule

log = logging.getLogger(__name__)
LATE = timedelta(hours=6)  # a night that couldn't start within these isn't made up for


def reap(now: datetime | None = None) -> list[int]:
    """Ends abandoned rounds that may not go on, nudges the other ones and those nobody took; returns their ids."""
    now = now or timezone.now()
    abandoned = Round.objects.filter(lapsed(now))
    for found in abandoned.filter(cancel_requested=True):
        move(abandoned.filter(pk=found.pk), States.CANCELLED, finished_at=now)
    for found in abandoned.filter(hopeless()):
        deaths = found.attempt - found.given_back
        sentence = (
            f"Its worker died {deaths} times, the last time in the phase “{found.phase or 'constrain'}”: "
            "see the worker's log (often too little memory), then start a new round."
        )
        move(abandoned.filter(pk=found.pk), States.FAILED, error=sentence, finished_at=now)
    forgotten = Q(state=States.QUEUED, created_at__lt=now - timedelta(seconds=settings.LEASE_SECONDS))
    waiting = list(Round.objects.filter(lapsed(now) | forgotten).order_by("created_at").values_list("pk", flat=True))
    for round_id in waiting:
        nudges.send("train_round", round_id, expires=settings.LEASE_SECONDS)
    return waiting


def start_due_rounds(now: datetime | None = None) -> list[Round]:
    """Starts the rounds whose schedule says so; never a second one, and none without news."""
    now = now or timezone.now()
    started = []
    for schedule in Schedule.objects.filter(enabled=True).select_related("project"):
        if pending.open_round(schedule.project) is not None:
            continue  # looked at again at the next beat
        slot = _after_decisions(schedule) or _tonight(schedule, now)
        if slot is None:
            continue
        try:
            started.append(actions.start_round(schedule.project, recipe=Recipe(), slot=slot))
        except actions.RoundRefused as error:
            _refused(schedule, slot, str(error))
        else:
            Schedule.objects.filter(pk=schedule.pk).update(last_refusal="")
            log.info("%s: round %s started for %s", schedule.project.slug, started[-1].number, slot)
    return started


def _after_decisions(schedule: Schedule) -> str | None:
    """The slot is named by the round it would become, so that a second beat finds it taken."""
    wanted, project = schedule.after_decisions, schedule.project
    if not wanted or pending.new_since_any_round(project, wanted) < wanted:
        return None
    last = Round.objects.filter(project=project).first()
    return f"decisions:{last.number + 1 if last else 1}"


def _tonight(schedule: Schedule, now: datetime) -> str | None:
    """Looks at each night once: the update that names it tells whether this process is the one."""
    if schedule.nightly_hour is None:
        return None
    night = now.replace(hour=schedule.nightly_hour, minute=0, second=0, microsecond=0)
    night = night if night <= now else night - timedelta(days=1)
    slot = f"night:{night.date().isoformat()}"
    if now - night > LATE:
        return None
    if Schedule.objects.filter(pk=schedule.pk).exclude(last_slot=slot).update(last_slot=slot) != 1:
        return None
    if pending.new_decisions(schedule.project, 1) == 0:
        _refused(schedule, slot, "nothing new was decided.")
        return None
    return slot


def _refused(schedule: Schedule, slot: str, why: str) -> None:
    """For the log and for the schedule's page: a trigger that does nothing says why."""
    log.info("%s: no round for %s: %s", schedule.project.slug, slot, why)
    sentence = f"No round for {slot}: {why}"
    Schedule.objects.filter(pk=schedule.pk).exclude(last_refusal=sentence).update(last_refusal=sentence[:500])


def projects_to_scan(now: datetime | None = None) -> list[Project]:
    now = now or timezone.now()
    found = [project for project in Project.objects.all() if pending.scan_is_due(project)]
    return [project for project in found if (pending.next_scan_at(pending.scan_attempt(project)) or now) <= now]


def projects_to_attribute() -> list[Project]:
    return [project for project in Project.objects.all() if pending.attribution_is_due(project)]
