"""The way back to the former encoder, from the command line."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from training import actions
from workbench.command import StageCommand


class Command(StageCommand):
    help = "Makes the encoder live again that was live before the last promotion. Nothing is deleted."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        self.add_project_argument(parser)
        parser.add_argument("--reason", default="", help="why, for the record")

    def run(self, **options: Any) -> dict[str, Any]:
        project = self.project(options["project"])
        done = actions.rollback(project, reason=options["reason"])
        return {
            "project": project.slug,
            "live": {"id": done.encoder.pk, "name": done.encoder.name, "digest": done.encoder.digest},
            "former": None if done.former is None else {"id": done.former.pk, "name": done.former.name},
        }

    def describe(self, result: Mapping[str, Any]) -> str:
        return f"{result['live']['name']} is live again. A new scan is due."
