"""The main job on real terms and a real encoder, to a table of figures; then serves until Ctrl-C."""

import json
import platform
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser

from workbench import services
from workbench.command import StageCommand
from workbench.demo import accounts, report
from workbench.demo.prepare import Folder
from workbench.demo.rows import InvalidDemo

HOST, PORT = "127.0.0.1", 8000
UNTIL_THE_TABLE = ("broker", "trainer")


class Command(StageCommand):
    help = (
        "Imports ICD-10 and legal terms with planted errors, scans them, lets a simulated expert review the queue,\n"
        "trains and measures a round in the worker, and prints what came of it (also in var/demo/report.json).\n"
        "Then serves at http://127.0.0.1:8000 until Ctrl-C. Run again, it reuses every stage that is done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--no-serve", action="store_true", help="end after the table")
        parser.add_argument("--readme", metavar="FILE", help="only write the last demo's table into this page")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            super().handle(*args, **options)
        except KeyboardInterrupt:
            raise CommandError("Stopped: run the demo again and it goes on where it was.", returncode=130) from None

    def run(self, **options: Any) -> dict[str, Any]:
        folder = Folder(settings.VAR_DIR / "demo")
        if options["readme"]:
            _write_readme(folder, Path(options["readme"]))
            return {}
        serve = not (options["no_serve"] or options["json"])
        if serve and _taken(HOST, PORT):
            raise InvalidDemo(
                f"Port {PORT} is in use, so the demo could not serve at the end: stop what listens there, "
                "or run `make demo SERVE=0`."
            )
        from workbench.demo.run import Demo  # noqa: PLC0415 - brings torch, which what is above shall not wait for

        call_command("migrate", interactive=False, verbosity=0)
        say = (lambda sentence: None) if options["json"] else self.stdout.write
        passwords = accounts.passwords(folder.path / "passwords.json")
        with services.Services(UNTIL_THE_TABLE, bind=f"{HOST}:{PORT}") as running:
            figures = Demo(folder, self.progress(options), say).run(running)
            if serve:
                self.stdout.write(report.plain(figures))
                self._serve(running, passwords)
        return {} if serve else dict(figures)

    def _serve(self, running: services.Services, passwords: dict[str, str]) -> None:
        with services.told_to_stop() as told:
            for name in services.ALL:
                if name not in UNTIL_THE_TABLE:
                    running.start(name)
            self.stdout.write(f"\nTertium serves at http://{HOST}:{PORT} (Ctrl-C stops it). Sign in as")
            for name, password in passwords.items():
                self.stdout.write(f"  {name:7} password {password}")
            running.watch(told)
            self.stdout.write("stopping")

    def describe(self, result: Any) -> str:
        return report.plain(result) if result else ""


def _taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _write_readme(folder: Folder, page: Path) -> None:
    if not folder.report.exists():
        raise InvalidDemo(f"{folder.report} is not there: run `make demo SERVE=0` first.")
    figures = json.loads(folder.report.read_text(encoding="utf-8"))
    day = datetime.fromtimestamp(folder.report.stat().st_mtime, UTC).date()
    caption = f"`make demo SERVE=0` on {day}, {_processor()}."
    page.write_text(
        report.between_markers(page.read_text(encoding="utf-8"), report.markdown(figures, caption)), encoding="utf-8"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} cores of {names[0]}" if names else platform.processor() or platform.machine()
