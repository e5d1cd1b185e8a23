"""A round from the command line: in this process, or by the worker."""

import json
import time
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from annotations.models import Project
from training import actions, pending
from training.ml.records import FREEZING_PLANS, Recipe
from training.models import Round
from workbench.command import StageCommand
from workbench.progress import Progress

WATCH_SECONDS = 0.5
STATES = Round.States


class Command(StageCommand):
    help = (
        "Runs one round: the decisions become constraints, an encoder is trained under them in a process of its own,\n"
        "both encoders are measured on held-out concepts, and the gate decides whether the new one goes live.\n\n"
        "By default (--now) the round runs in this process and needs neither worker nor broker. --enqueue sends it to\n"
        "the worker and watches it until it ends; it goes on when this command is stopped. A round that was stopped\n"
        "(Ctrl-C, a lost machine) stays open and goes on from its checkpoint: with --resume here, or by a worker."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        self.add_project_argument(parser)
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--now", action="store_true", help="run it in this process (the default)")
        where.add_argument("--enqueue", "--wait", action="store_true", help="send it to the worker, and watch it")
        where.add_argument("--resume", action="store_true", help="go on in this process with the round that is open")
        parser.add_argument("--recipe", type=Path, metavar="FILE.json", help="a recipe, or some fields of one, as JSON")
        parser.add_argument("--freezing", metavar="PLAN", help=f"one of {', '.join(FREEZING_PLANS)}")
        parser.add_argument("--epochs", type=int, help="passes over the constraints")
        parser.add_argument("--seed", type=int, help="the same seed gives the same encoder on the same machine")
        parser.add_argument("--no-promote", action="store_true", help="leave the promotion to the lead")

    def run(self, **options: Any) -> dict[str, Any]:
        project, progress = self.project(options["project"]), self.progress(options)
        found = self._open(project) if options["resume"] else self._start(project, options)
        if options["enqueue"]:
            _watch(found, progress)
        else:
            self._run(found, progress)
        found.refresh_from_db()
        return _result(found)

    def failure(self, result: Mapping[str, Any]) -> str:
        if result["state"] == STATES.FAILED:
            return str(result["error"])
        return f"Round {result['round']} was cancelled." if result["state"] == STATES.CANCELLED else ""

    def describe(self, result: Mapping[str, Any]) -> str:
        if result["state"] in (STATES.FAILED, STATES.CANCELLED):
            return ""
        seconds = ", ".join(f"{phase} {taken:.1f} s" for phase, taken in result["seconds"].items())
        lines = [f"Round {result['round']}: {STATES(result['state']).label.lower()} ({seconds})."]
        if result["gate"]:
            lines += [f"gate: {result['gate']['decision']}", *(f"  {reason}" for reason in result["gate"]["reasons"])]
        if result["error"]:
            lines.append(result["error"])
        return "\n".join(lines)

    def _start(self, project: Project, options: Mapping[str, Any]) -> Round:
        found = actions.start_round(
            project, recipe=_recipe(options), auto_promote=not options["no_promote"], enqueue=options["enqueue"]
        )
        found.refresh_from_db()
        if found.error:  # the broker is down: the round waits for it
            raise CommandError(found.error)
        return found

    def _open(self, project: Project) -> Round:
        if (found := pending.open_round(project)) is None:
            raise CommandError(f"{project.name} has no open round to resume: start one without --resume.")
        return found

    def _run(self, found: Round, progress: Progress) -> None:
        from training import stages  # noqa: PLC0415 - brings torch, and `--help` shall not wait for it

        if not stages.run_round(found.pk, progress):
            raise CommandError(f"Round {found.number} is run by another process: watch it on its page, or cancel it.")


def _recipe(options: Mapping[str, Any]) -> Recipe:
    given: dict[str, Any] = {}
    if (path := options["recipe"]) is not None:
        try:
            given = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"{path} can't be read ({error.strerror}): give the name of a JSON file.") from error
        except ValueError as error:
            raise CommandError(f'{path} is not JSON ({error}): write an object such as {{"epochs": 4}}.') from error
    known = {field.name: field.type for field in fields(Recipe)}
    if not isinstance(given, dict) or (unknown := sorted(set(given) - set(known))):
        what = f"has no field {unknown[0]!r}" if isinstance(given, dict) else "must be a JSON object"
        raise CommandError(f"A recipe {what}: choose from {', '.join(known)}.")
    given |= {name: options[name] for name in ("freezing", "epochs", "seed") if options[name] is not None}
    for name, value in given.items():
        wanted = type(getattr(Recipe(), name))
        if type(value) is not wanted and not (wanted is float and type(value) is int):
            raise CommandError(f"{name}={value!r} in the recipe must be of type {wanted.__name__}.")
    return Recipe(**given)


def _watch(found: Round, progress: Progress) -> None:
    while found.state in Round.OPEN:
        if found.steps:
            progress("train", found.step, found.steps)
        time.sleep(WATCH_SECONDS)
        found.refresh_from_db()


def _result(found: Round) -> dict[str, Any]:
    evaluation = getattr(found, "evaluation", None)
    return {
        "project": found.project.slug,
        "round": found.number,
        "state": found.state,
        "candidate": found.candidate.digest if found.candidate else None,
        "constraints": _counts(found),
        "cells": evaluation.cells if evaluation else [],
        "gate": evaluation
        and {"decision": "pass" if evaluation.gate_passed else "fail", "reasons": evaluation.gate_reasons},
        "seconds": found.seconds,
        "error": found.error,
    }


def _counts(found: Round) -> dict[str, int]:
    made = found.constraint_set
    return {} if made is None else {"attract": made.attract, "repel": made.repel, "order": made.order}
