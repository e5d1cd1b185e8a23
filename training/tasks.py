"""Celery's doors to the stages: ids only, one stage each. The stages bring torch: a worker imports them in the task."""

from annotations import actions as terminology
from annotations.models import Project
from training import nudges, upkeep
from training.models import Encoder
from training.remaining import REMAINING
from workbench.celery import BEAT_SECONDS, app


@app.task
def scan_project(project_id: int) -> None:
    from training import stages  # noqa: PLC0415 - brings torch, which the web process must not import

    project = Project.objects.get(pk=project_id)
    stages.scan(project)
    terminology.refresh_statistics()
    terminology.keep_figures(project, REMAINING)


@app.task
def train_round(round_id: int) -> None:
    from training import stages  # noqa: PLC0415

    stages.run_round(round_id)


@app.task
def reap_rounds() -> None:
    upkeep.reap()


@app.task
def start_due_rounds() -> None:
    upkeep.start_due_rounds()


@app.task
def scan_what_is_new() -> None:
    for project in upkeep.projects_to_scan():
        nudges.send("scan_project", project.pk, expires=2 * BEAT_SECONDS)


@app.task
def order_queues() -> None:
    terminology.order_queues()


@app.task
def refresh_statistics() -> None:
    terminology.refresh_statistics()
    terminology.keep_all_figures(REMAINING)


@app.task
def attribute_project(project_id: int) -> None:
    from training import stages  # noqa: PLC0415

    stages.attribute(Project.objects.get(pk=project_id))


@app.task
def attribute_pair(pair_id: int) -> None:
    from training import stages  # noqa: PLC0415

    stages.attribute_pair(pair_id)


@app.task
def draw_map(encoder_id: int) -> None:
    from training import stages  # noqa: PLC0415

    stages.draw_map(Encoder.objects.get(pk=encoder_id))


@app.task
def attribute_what_comes_next() -> None:
    for project in upkeep.projects_to_attribute():
        nudges.send("attribute_project", project.pk)
