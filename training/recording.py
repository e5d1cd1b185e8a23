"""What scans and running rounds leave behind: a round's writes are fenced by its lease, each in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotations.models import Project
from training import actions, pending
from training.leases import Lease, States, patiently
from training.ml.measuring.radius import Radius
from training.ml.records import Cell, Constraints, GateDecision
from training.models import ConstraintSet, Encoder, Evaluation, LossPoint, Promotion, Round, Scan, ScanAttempt


def register_base(project: Project, *, name: str, digest: str, weights_digest: str, space_digest: str) -> Encoder:
    """The first live encoder. Where another process was faster, its row is returned."""
    row, _ = Encoder.objects.get_or_create(
        project=project,
        state=Encoder.States.LIVE,
        defaults={
            "name": name,
            "digest": digest,
            "weights_digest": weights_digest,
            "space_digest": space_digest,
        },
    )
    return row


KILLED = "The process that scanned was killed: see the worker's log (often too little memory)."


@contextmanager
def scan_attempt(project: Project) -> Iterator[None]:
    """Counts the scans that fail, or take their process down, until one comes to its end."""
    now = timezone.now()
    former, _ = ScanAttempt.objects.get_or_create(project=project, defaults={"last_at": now})
    row = ScanAttempt.objects.filter(pk=former.pk)
    row.update(attempts=F("attempts") + 1, last_at=now, error=former.error or KILLED * bool(former.attempts))
    try:
        yield
    except Exception as error:
        row.update(error=sentence("scan", error))
        raise
    except BaseException:  # told to stop: the next worker goes on
        row.update(attempts=F("attempts") - 1)
        raise
    row.delete()


def sentence(what: str, error: Exception) -> str:
    """Ours are sentences already; any other is a defect and keeps its name."""
    if type(error).__module__.partition(".")[0] in ("annotations", "training", "workbench"):
        return str(error)
    return f"The {what} failed with {type(error).__name__}: {error}. The worker's log holds the traceback."


def record_scan(
    project: Project,
    encoder: Encoder,
    vocabulary_digest: str,
    *,
    scored: int,
    queued: int,
    seconds: Mapping[str, float],
    decisions_digest: str = "",
    last_term: int = 0,
    last_pair: int = 0,
) -> Scan:
    return Scan.objects.create(
        project=project,
        encoder=encoder,
        vocabulary_digest=vocabulary_digest,
        decisions_digest=decisions_digest,
        last_term=last_term,
        last_pair=last_pair,
        scored=scored,
        queued=queued,
        seconds=dict(seconds),
    )


@patiently
@transaction.atomic
def record_constraints(
    lease: Lease, project: Project, parent: Encoder, constraints: Constraints, digest: str, last: datetime | None
) -> ConstraintSet:
    """The set and the parent, both as they stay for every later attempt."""
    row, _ = ConstraintSet.objects.get_or_create(
        project=project,
        digest=digest,
        defaults={
            "attract": len(constraints.attract),
            "repel": len(constraints.repel),
            "order": len(constraints.order),
            "contradictions": pending.as_json(constraints.contradictions),
            "last_decision_at": last,
        },
    )
    if last is not None and (row.last_decision_at is None or row.last_decision_at < last):
        ConstraintSet.objects.filter(pk=row.pk).update(last_decision_at=last)
    lease.write(constraint_set=row, parent=parent)
    return row


@patiently
@transaction.atomic
def record_loss(lease: Lease, step: int, steps: int, values: Mapping[str, float]) -> None:
    """A resumed round goes over some steps again: the later values stand."""
    lease.write(step=step, steps=steps)
    _keep_point(lease, step, values=dict(values))


@patiently
@transaction.atomic
def record_metrics(lease: Lease, step: int, values: Mapping[str, float]) -> None:
    lease.write()
    _keep_point(lease, step, metrics=dict(values))


def _keep_point(lease: Lease, step: int, **fields: Mapping[str, float]) -> None:
    LossPoint.objects.bulk_create(
        [LossPoint(round_id=lease.round_id, step=step, **fields)],
        update_conflicts=True,
        unique_fields=["round", "step"],
        update_fields=list(fields),
    )


@patiently
@transaction.atomic
def record_candidate(
    lease: Lease, project: Project, *, name: str, digest: str, weights_digest: str, space_digest: str, base: Encoder,
    outcome: Mapping[str, Any],
) -> Encoder:  # fmt: skip
    """The same training gives the same digest: then the round's candidate is an encoder we know already."""
    row, _ = Encoder.objects.get_or_create(
        project=project,
        digest=digest,
        defaults={
            "name": name,
            "weights_digest": weights_digest,
            "space_digest": space_digest,
            "parent": base,
            "state": Encoder.States.CANDIDATE,
        },
    )
    lease.write(candidate=row, outcome=dict(outcome))
    return row


@patiently
@transaction.atomic
def record_evaluation(
    lease: Lease,
    *,
    cells: Sequence[Cell],
    references_digest: str,
    left_out: Mapping[str, Any],
    satisfaction: float,
    unmet: Sequence[Mapping[str, Any]],
    gate: GateDecision,
    radius: Sequence[Radius] = (),
) -> Promotion | None:
    """Ends the attempt: measured, and promoted where the gate and the round's policy say so."""
    lease.beat()
    lease.check()  # a cancel that came in the last moment still counts
    Evaluation.objects.create(
        round_id=lease.round_id,
        cells=[asdict(cell) for cell in cells],
        references_digest=references_digest,
        left_out=dict(left_out),
        satisfaction=satisfaction,
        unmet=list(unmet),
        gate_passed=gate.passed,
        gate_reasons=list(gate.reasons),
        radius=[asdict(one) for one in radius],
    )
    lease.end(States.EVALUATED)
    ended = Round.objects.get(pk=lease.round_id)
    if not (gate.passed and ended.auto_promote) or ended.project.promotion_by_two:
        return None
    try:
        with transaction.atomic():
            return actions.promote(ended)
    except actions.RoundRefused as error:
        Round.objects.filter(pk=ended.pk).update(error=str(error))
        return None
