"""Messages to the workers: a task's name and ids. A lost one costs time only, for the rows say what is to be done."""

import logging

from django.db import transaction
from kombu.exceptions import OperationalError

from training.models import Round
from workbench.broker import down
from workbench.celery import app

log = logging.getLogger(__name__)
CONNECTION_ERRORS = (OperationalError, OSError)


class BrokerDown(ValueError):
    """No message could be sent; what the rows say is done when the broker is back."""


def send(task: str, *ids: int, expires: float | None = None) -> None:
    """Raises BrokerDown, after a few seconds at most."""
    try:
        app.send_task(f"training.tasks.{task}", args=ids, expires=expires, retry=False)
    except CONNECTION_ERRORS as error:
        raise BrokerDown(down()) from error


def train_on_commit(round_id: int) -> None:
    """Nudges a worker; where the broker is down, the round says so and waits for the reaper."""

    def nudge() -> None:
        try:
            send("train_round", round_id)
        except BrokerDown as error:
            log.info("round %s stays queued: %s", round_id, error)
            Round.objects.filter(pk=round_id, state=Round.States.QUEUED).update(
                error=f"The round is queued, but no worker could be told. {error}"
            )

    transaction.on_commit(nudge)


def scan_on_commit(project_id: int) -> None:
    def nudge() -> None:
        try:
            send("scan_project", project_id)
        except BrokerDown as error:
            log.warning("The scan that is now due waits for the beat. %s", error)

    transaction.on_commit(nudge)
