"""When the next round starts, and why, in one sentence for the lead."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from annotations.models import Project
from annotations.queue import COUNT_CAP
from training import pending
from training.models import Schedule


@dataclass(frozen=True)
class Upcoming:
    sentence: str
    new_decisions: int  # up to COUNT_CAP
    ready: bool  # whether a round would have something to train on


def upcoming(project: Project) -> Upcoming:
    new = pending.new_decisions(project, COUNT_CAP)
    ready = pending.has_constraints(project)
    schedule = Schedule.objects.filter(project=project, enabled=True).first()
    return Upcoming(_sentence(project, schedule, new, ready), new, ready)


def _sentence(project: Project, schedule: Schedule | None, new: int, ready: bool) -> str:
    if not ready:
        return _("Nothing to train on yet: a round needs decisions that say which terms belong together.")
    if schedule is None or (schedule.nightly_hour is None and not schedule.after_decisions):
        return _("No schedule: the next round starts when the lead starts it.")
    reasons = []
    if schedule.after_decisions:
        left = schedule.after_decisions - pending.new_since_any_round(project, schedule.after_decisions)
        reasons.append(_("after %(left)d more decisions") % {"left": left} if left > 0 else _("at once: enough is new"))
    if schedule.nightly_hour is not None:
        reasons.append(_nightly(schedule.nightly_hour, new))
    return _("The next round starts %(when)s.") % {"when": _(", or ").join(reasons)}


def _nightly(hour: int, new: int) -> str:
    now = timezone.now()
    at = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    at = at if at > now else at + timedelta(days=1)
    when = _("at %(hour)02d:00 UTC on %(day)s") % {"hour": hour, "day": date_format(at, "j F")}
    return when if new else _("%(when)s, if something new is decided by then") % {"when": when}
