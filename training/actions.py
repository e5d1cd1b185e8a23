"""What the lead does to rounds and encoders: start, cancel, promote, reject, roll back, schedule."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from annotations.models import Project
from annotations.notifications import tell_of_proposal
from training import nudges, pending
from training.leases import States, move
from training.ml.records import Recipe
from training.models import Encoder, Promotion, Round, Schedule

EncoderStates = Encoder.States


class RoundRefused(ValueError):
    """What was asked for can't be done now; the message says why, and what to do."""


def start_round(
    project: Project,
    *,
    recipe: Recipe,
    by: Any = None,
    slot: str | None = None,
    auto_promote: bool = True,
    enqueue: bool = True,
) -> Round:
    """Queues a round and nudges a worker on commit. Where the broker is down, `Round.error` says so."""
    if (open_round := pending.open_round(project)) is not None:
        raise RoundRefused(_still_open(open_round))
    if not pending.has_constraints(project):
        raise RoundRefused(
            f"{project.name} has no decided pair to make a constraint of: review some pairs first "
            "(wrong forms, wrong languages and unsure answers give none)."
        )
    try:
        with transaction.atomic():
            last = Round.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
            started = Round.objects.create(
                project=project,
                number=last + 1,
                recipe=asdict(recipe),
                seed=recipe.seed,
                auto_promote=auto_promote,
                started_by=by,
                slot=slot,
            )
    except IntegrityError as error:
        raise RoundRefused(
            f"Another round of {project.name} was started at the same moment: watch that one."
        ) from error
    if enqueue:
        nudges.train_on_commit(started.pk)
    return started


def _still_open(found: Round) -> str:
    return (
        f"Round {found.number} of {found.project.name} is still {found.get_state_display().lower()}: "
        "wait until it has ended, or cancel it."
    )


def cancel_round(found: Round, by: Any = None) -> None:
    """A queued round ends at once, a running one as soon as its worker hears of it."""
    if move(Round.objects.filter(pk=found.pk, state=States.QUEUED), States.CANCELLED, finished_at=timezone.now()):
        return
    if Round.objects.filter(pk=found.pk, state=States.RUNNING).update(cancel_requested=True) != 1:
        found.refresh_from_db()
        raise RoundRefused(f"Round {found.number} is {found.get_state_display().lower()}: nothing is left to cancel.")


def propose_promotion(found: Round, by: User) -> None:
    """The first of the two leads' words, where the project asks for two."""
    _waiting_candidate(found)
    if not found.project.promotion_by_two:
        raise RoundRefused(f"{found.project.name} asks for one lead alone: promote round {found.number} at once.")
    with transaction.atomic():
        unproposed = Round.objects.filter(pk=found.pk, state=States.EVALUATED, proposed_by=None)
        if unproposed.update(proposed_by=by, proposed_at=timezone.now()) != 1:
            raise RoundRefused(f"Somebody else has proposed the promotion of round {found.number} already: confirm it.")
        tell_of_proposal(found.project, by)


def promote(found: Round, by: Any = None) -> Promotion:
    """Makes a measured round's candidate the live encoder, in one step; its row tells of an overruled gate."""
    candidate = _waiting_candidate(found)
    if found.project.promotion_by_two and (by is None or found.proposed_by_id in (None, by.pk)):
        raise RoundRefused(
            f"{found.project.name} asks for two leads: one proposes the promotion of round {found.number} on its page, "
            "another one confirms it there."
        )
    passed = found.evaluation.gate_passed
    with transaction.atomic():
        _swap(found.project, found.parent, candidate)
        if not move(Round.objects.filter(pk=found.pk), States.PROMOTED):
            raise RoundRefused(f"Round {found.number} was decided by somebody else at the same moment.")
        row = Promotion.objects.create(
            project=found.project,
            kind=Promotion.Kinds.PROMOTE,
            round=found,
            former=found.parent,
            encoder=candidate,
            by=by,
            reason="The gate passed." if passed else "Promoted although the gate did not pass.",
        )
    nudges.scan_on_commit(found.project_id)
    return row


def _waiting_candidate(found: Round) -> Encoder:
    found.refresh_from_db()
    if found.state != States.EVALUATED or found.candidate is None:
        raise RoundRefused(
            f"Round {found.number} is {found.get_state_display().lower()}: "
            "only a round that has been measured and waits for the lead can be promoted."
        )
    return found.candidate


def _swap(project: Project, former: Encoder | None, following: Encoder) -> None:
    """Conditional updates: whoever comes second is refused, and a constraint holds that one encoder is live."""
    if former == following:
        raise RoundRefused(f"{following} is what the round was measured against: training changed nothing.")
    encoders = Encoder.objects.filter(project=project)
    live_before = encoders.filter(pk=former.pk if former else 0, state=EncoderStates.LIVE)
    if live_before.update(state=EncoderStates.RETIRED) != 1:
        live = encoders.filter(state=EncoderStates.LIVE).first()
        raise RoundRefused(
            f"{following} was measured against {former}, but {live} is live now: start a new round to compare with it."
        )
    encoders.filter(pk=following.pk).update(state=EncoderStates.LIVE)


def reject(found: Round, by: Any = None) -> None:
    with transaction.atomic():
        if not move(Round.objects.filter(pk=found.pk), States.REJECTED):
            found.refresh_from_db()
            raise RoundRefused(f"Round {found.number} is {found.get_state_display().lower()}: it can't be rejected.")
        found.project.encoders.filter(rounds_as_candidate=found, state=EncoderStates.CANDIDATE).update(
            state=EncoderStates.REJECTED
        )


def rollback(project: Project, by: Any = None, reason: str = "") -> Promotion:
    """Brings back the encoder that was live before the live one was promoted."""
    live = pending.live_encoder(project)
    if live is None:
        raise RoundRefused(f"{project.name} has no live encoder yet: scan it first.")
    came = Promotion.objects.filter(project=project, kind=Promotion.Kinds.PROMOTE, encoder=live).first()
    if came is None or came.former is None:
        raise RoundRefused(f"{live} is the first encoder of {project.name}: there is none to go back to.")
    with transaction.atomic():
        _swap(project, live, came.former)
        row = Promotion.objects.create(
            project=project,
            kind=Promotion.Kinds.ROLLBACK,
            round=came.round,
            former=live,
            encoder=came.former,
            by=by,
            reason=reason,
        )
    nudges.scan_on_commit(project.pk)
    return row


def set_schedule(
    project: Project, *, nightly_hour: int | None, after_decisions: int | None, enabled: bool = True
) -> Schedule:
    row, _ = Schedule.objects.update_or_create(
        project=project,
        defaults={"nightly_hour": nightly_hour, "after_decisions": after_decisions, "enabled": enabled},
    )
    return row
