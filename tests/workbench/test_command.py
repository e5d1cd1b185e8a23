import io
import json
import os
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from annotations.actions import InvalidProject
from workbench.command import StageCommand
from workbench.progress import no_progress


class Count(StageCommand):
    def run(self, **options: Any) -> dict[str, Any]:
        if isinstance(options.get("error"), Exception):
            raise options["error"]
        return {"rows": 2, "path": "Gefäß", "bad": options.get("bad", 0)}

    def failure(self, result: Any) -> str:
        return "Everything was bad." if result["bad"] else ""


def run(**options: Any) -> str:
    out = io.StringIO()
    Count(stdout=out).handle(**{"json": False, "verbosity": 1} | options)
    return out.getvalue()


def test_a_result_for_people_and_for_machines() -> None:
    assert run() == "rows: 2\npath: Gefäß\nbad: 0\n"
    assert json.loads(run(json=True)) == {"rows": 2, "path": "Gefäß", "bad": 0}
    assert "Gefäß" in run(json=True)


def test_a_user_s_error_becomes_a_sentence() -> None:
    with pytest.raises(CommandError, match="Say it otherwise") as raised:
        run(error=InvalidProject("Say it otherwise."))
    assert raised.value.returncode == 1


@pytest.mark.parametrize("error", [ValueError("a defect"), KeyError("a defect"), UnicodeError("a defect")])
def test_a_defect_keeps_its_traceback(error: Exception) -> None:
    with pytest.raises(type(error), match="a defect"):
        run(error=error)


def test_a_failed_result_ends_with_its_sentence() -> None:
    with pytest.raises(CommandError, match="Everything was bad"):
        run(bad=1)


def test_a_reader_that_has_enough_ends_the_command_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8") as pipe:  # noqa: PTH123 (a descriptor, not a path)
        command = Count(stdout=pipe)
        with pytest.raises(SystemExit):
            command.handle(json=False, verbosity=1)


def test_no_progress_for_machines_and_on_request() -> None:
    assert Count().progress({"json": True, "verbosity": 1}) is no_progress
    assert Count().progress({"json": False, "verbosity": 0}) is no_progress


@pytest.mark.django_db
def test_an_unknown_project_is_answered_with_those_there_are() -> None:
    with pytest.raises(CommandError, match="the projects here are: none yet"):
        Count().project("law")


@pytest.mark.django_db
def test_a_database_without_tables_is_answered_with_the_next_step() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE annotations_project RENAME TO gone")
    with pytest.raises(CommandError, match=r"run `python manage\.py migrate` first"), transaction.atomic():
        call_command("export_suspicions", project="medicine")
