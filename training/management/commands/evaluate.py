"""What the last round measured, or the live encoder measured anew."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser

from annotations.models import Project
from training.models import Evaluation
from workbench.command import StageCommand


class Command(StageCommand):
    help = (
        "Prints the project's last evaluation: P@1, P@5 and MRR before and after, with 95 % intervals, for every\n"
        "language pair, the zero-shot languages and the general-language control, and what the gate made of it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        self.add_project_argument(parser)
        parser.add_argument(
            "--fresh",
            action="store_true",
            help="measure the live encoder against the base it came from now; nothing is stored, no gate is asked",
        )

    def run(self, **options: Any) -> dict[str, Any]:
        project = self.project(options["project"])
        return self._fresh(project, options) if options["fresh"] else self._last(project)

    def _fresh(self, project: Project, options: Mapping[str, Any]) -> dict[str, Any]:
        from training import stages  # noqa: PLC0415 - brings torch, and `--help` shall not wait for it

        found = stages.evaluate(project, self.progress(options))
        return {
            "project": project.slug,
            "round": None,
            "cells": [asdict(cell) for cell in found.cells],
            "gate": None,
            "references_digest": found.references_digest,
            "left_out": found.left_out,
        }

    def _last(self, project: Project) -> dict[str, Any]:
        found = Evaluation.objects.filter(round__project=project).order_by("-round__number").first()
        if found is None:
            raise CommandError(
                f"{project.name} has not been evaluated yet: run a round with `run_round --project {project.slug}`, "
                "or measure the live encoder with --fresh."
            )
        return {
            "project": project.slug,
            "round": found.round.number,
            "cells": found.cells,
            "gate": {"decision": "pass" if found.gate_passed else "fail", "reasons": found.gate_reasons},
            "satisfaction": found.satisfaction,
            "references_digest": found.references_digest,
            "left_out": found.left_out,
        }

    def describe(self, result: Mapping[str, Any]) -> str:
        lines = [f"{'cell':<10} {'pair':<7} {'metric':<6} {'n':>6}  before   after  difference [95 % interval]"]
        lines += [_line(cell) for cell in result["cells"]]
        gate = result["gate"]
        if gate is not None:
            lines += [f"gate: {gate['decision']}", *(f"  {reason}" for reason in gate["reasons"])]
        return "\n".join(lines)


def _line(cell: Mapping[str, Any]) -> str:
    low, high = cell["interval"]
    return (
        f"{cell['cell']:<10} {cell['language_pair']:<7} {cell['metric']:<6} {cell['n']:>6}  "
        f"{cell['before']:.3f}   {cell['after']:.3f}  {cell['difference']:+.3f} [{low:+.3f}, {high:+.3f}]"
    )
