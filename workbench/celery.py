"""The Celery application: a message is only a nudge that carries an id, the database row is the truth."""

import os
import signal

from celery import Celery
from celery.signals import worker_process_init

from workbench import tether

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workbench.settings")

from django.conf import settings

VISIBILITY_TIMEOUT = 12 * 3600  # seconds, above any task; a lease, not the broker, decides that a round is abandoned
BEAT_SECONDS = 60.0
HOUR_SECONDS = 3600.0
REAP_SECONDS = max(1.0, settings.LEASE_SECONDS / 2)
SOCKET_SECONDS = 3.0  # to reach a broker, before it counts as down
SOFT_SECONDS = 10.0  # that a worker told to stop waits for its task; an idle one stops at once


def periodic(task: str, seconds: float) -> dict[str, object]:
    return {"task": f"training.tasks.{task}", "schedule": seconds, "options": {"expires": 2 * seconds}}


app = Celery("tertium")
app.conf.update(
    broker_url=settings.BROKER_URL,
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=SOCKET_SECONDS,
    broker_transport_options={"visibility_timeout": VISIBILITY_TIMEOUT, "socket_connect_timeout": SOCKET_SECONDS},
    result_backend_transport_options={"visibility_timeout": VISIBILITY_TIMEOUT},
    visibility_timeout=VISIBILITY_TIMEOUT,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=True,
    task_reject_on_worker_lost=False,  # what takes its worker down is asked for by the beat, not at once and for ever
    task_default_queue="default",
    task_routes={
        "training.tasks.train_round": {"queue": "train"},
        "training.tasks.scan_project": {"queue": "scan"},
        "training.tasks.draw_map": {"queue": "scan"},
    },
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0.2, "interval_max": 0.2},
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_soft_shutdown_timeout=SOFT_SECONDS,
    timezone="UTC",
    beat_schedule={
        "reap rounds": periodic("reap_rounds", REAP_SECONDS),
        "start due rounds": periodic("start_due_rounds", BEAT_SECONDS),
        "scan what is new": periodic("scan_what_is_new", BEAT_SECONDS),
        "order queues": periodic("order_queues", BEAT_SECONDS),
        "refresh statistics": periodic("refresh_statistics", HOUR_SECONDS),
        "attribute what comes next": periodic("attribute_what_comes_next", BEAT_SECONDS),
    },
    beat_schedule_filename=str(settings.VAR_DIR / "beat"),
)
app.autodiscover_tasks()


@worker_process_init.connect
def die_with_the_worker(**_: object) -> None:
    """A child of a killed worker would train on and keep its lease: it ends with the worker instead."""
    tether.hold(os.getppid(), signal.SIGKILL)
