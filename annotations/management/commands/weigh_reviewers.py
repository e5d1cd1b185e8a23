"""How reliable everybody is, measured anew."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from annotations.actions import weigh_reviewers
from workbench.command import StageCommand


class Command(StageCommand):
    help = """Measure how reliable each reviewer is in each language pair, from shared answers and known ones.

Their answers weigh by it from then on. A scan does the same."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        self.add_project_argument(parser)

    def run(self, **options: Any) -> Mapping[str, Any]:
        return {"measured": weigh_reviewers(self.project(options["project"]))}

    def describe(self, result: Mapping[str, Any]) -> str:
        return f"{result['measured']} people and language pairs measured."
