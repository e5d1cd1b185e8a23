"""The lead's yes to a measured round, from the command line."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError, CommandParser

from annotations.models import Project
from training import actions
from training.models import Round
from workbench.command import StageCommand


class Command(StageCommand):
    help = "Makes the candidate of a measured round the project's live encoder, in one step. `rollback` takes it back."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        self.add_project_argument(parser)
        parser.add_argument("--round", type=int, metavar="NUMBER", help="the round (default: the last that waits)")
        parser.add_argument("--force", action="store_true", help="promote although the gate did not pass")

    def run(self, **options: Any) -> dict[str, Any]:
        project = self.project(options["project"])
        found = self._round(project, options["round"])
        if found.state == Round.States.EVALUATED and not found.evaluation.gate_passed and not options["force"]:
            reasons = "; ".join(found.evaluation.gate_reasons)
            raise CommandError(f"The gate did not pass round {found.number}: {reasons} Overrule it with --force.")
        done = actions.promote(found)
        return {
            "project": project.slug,
            "round": found.number,
            "live": {"id": done.encoder.pk, "name": done.encoder.name, "digest": done.encoder.digest},
            "former": None if done.former is None else {"id": done.former.pk, "name": done.former.name},
        }

    def describe(self, result: Mapping[str, Any]) -> str:
        return f"Round {result['round']} promoted: {result['live']['name']} is live. A new scan is due."

    def _round(self, project: Project, number: int | None) -> Round:
        rounds = Round.objects.filter(project=project)
        waiting = rounds.filter(state=Round.States.EVALUATED)
        found = waiting.first() if number is None else rounds.filter(number=number).first()
        if found is None:
            what = "no round that waits to be promoted" if number is None else f"no round {number}"
            raise CommandError(f"{project.name} has {what}: start one with `run_round --project {project.slug}`.")
        return found
