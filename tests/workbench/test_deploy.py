"""What deploy/ runs is what `serve` runs, and starts and stops in the right order."""

import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from workbench import services
from workbench.celery import SOFT_SECONDS, app

ROOT: Path = settings.BASE_DIR
OURS = ("web", "worker", "scanner", "trainer", "beat")


def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))["services"]


def procfile() -> dict[str, str]:
    lines = (ROOT / "deploy/Procfile").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines if not line.startswith("#"))


def wanted(name: str, python: str, bind: str = "127.0.0.1:8000") -> list[str]:
    return [python if word == sys.executable else word for word in services.service(name, bind).command]


@pytest.mark.parametrize("name", OURS)
def test_the_procfile_runs_what_serve_runs(name: str) -> None:
    environment = [f"{key}={value}" for key, value in services.service(name, "").environment.items()]

    assert shlex.split(procfile()[name]) == environment + wanted(name, ".venv/bin/python")


@pytest.mark.parametrize("name", OURS)
def test_compose_runs_what_serve_runs_once_the_database_is_ready(name: str) -> None:
    found = compose()[name]

    assert shlex.split(found["command"]) == wanted(name, "python", "0.0.0.0:8000")
    assert services.service(name, "").environment.items() <= found["environment"].items()
    assert found["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert float(found["stop_grace_period"].removesuffix("s")) > SOFT_SECONDS


def test_every_queue_has_a_worker_and_what_lasts_has_one_of_its_own() -> None:
    app.loader.import_default_modules()
    ours = [name for name in app.tasks if name.startswith("training.tasks.")]
    queues = {name.removeprefix("training.tasks."): app.amqp.router.route({}, name)["queue"].name for name in ours}
    commands = [services.service(name, "").command for name in OURS]
    served = [command[command.index("--queues") + 1] for command in commands if "--queues" in command]

    assert sorted(served) == sorted(set(queues.values()))
    assert {name for name, queue in queues.items() if queue == "train"} == {"train_round"}
    assert {name for name, queue in queues.items() if queue == "scan"} == {"scan_project", "draw_map"}


def test_compose_migrates_a_database_that_answers() -> None:
    found = compose()

    assert found["migrate"]["depends_on"]["database"] == {"condition": "service_healthy"}
    assert "pg_isready" in found["database"]["healthcheck"]["test"]
    assert found["web"]["environment"]["HTTPS"] == "${HTTPS:-1}"
    assert found["web"]["environment"]["FORWARDED_ALLOW_IPS"] == "*"


def test_an_image_takes_in_nothing_that_git_leaves_out() -> None:
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()

    assert ".git" in left_out
    for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split():
        name = line.strip("/")
        assert {name, f"**/{name}"} & set(left_out) or any(Path(name).match(one) for one in left_out), name
