"""What every stage command shares: --json, progress, projects by slug, and errors as one sentence with exit code 1."""

import argparse
import json
import os
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter
from django.db import OperationalError, ProgrammingError

from annotations.models import Project
from workbench.progress import Progress, no_progress, terminal_progress

OUR_PACKAGES = ("workbench", "annotations", "training")
MISSING_TABLE = ("no such table", "does not exist")  # as SQLite and PostgreSQL say it


class _HelpFormatter(DjangoHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Keeps the line breaks of `help`, where commands list file columns."""


class StageCommand(BaseCommand):
    """Subclasses write `run`, which returns what `--json` prints, and `describe`, which says it to a human.

    A ValueError class of our own packages is the user's to mend and becomes a CommandError; any other exception is a
    defect and keeps its traceback.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON, and no progress")

    def add_project_argument(self, parser: CommandParser) -> None:
        parser.add_argument("--project", required=True, metavar="SLUG", help="the project's short name, e.g. medicine")

    def run(self, **options: Any) -> Mapping[str, Any]:
        raise NotImplementedError

    def describe(self, result: Mapping[str, Any]) -> str:
        return "\n".join(f"{name}: {value}" for name, value in result.items())

    def failure(self, result: Mapping[str, Any]) -> str:
        """The sentence for a result that is to end with exit code 1; empty when all is well."""
        return ""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = self.run(**options)
            text = json.dumps(result, ensure_ascii=False, default=str) if options["json"] else self.describe(result)
            if text:
                self.stdout.write(text)
            self.stdout.flush()
        except BrokenPipeError:  # the reader, `head` for example, has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stdout.fileno())  # or Python complains at exit
            raise SystemExit(1) from None
        except ValueError as error:
            if type(error).__module__.partition(".")[0] not in OUR_PACKAGES:
                raise
            raise CommandError(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            if not any(words in str(error) for words in MISSING_TABLE):
                raise
            raise CommandError("The database lacks tables: run `python manage.py migrate` first.") from error
        if failure := self.failure(result):
            raise CommandError(failure)

    def progress(self, options: Mapping[str, Any]) -> Progress:
        return no_progress if options["json"] or options["verbosity"] == 0 else terminal_progress()

    def project(self, slug: str) -> Project:
        found = Project.objects.filter(slug=slug).first()
        if found is not None:
            return found
        known = ", ".join(Project.objects.order_by("slug").values_list("slug", flat=True))
        raise CommandError(
            f"There is no project {slug!r}; the projects here are: {known or 'none yet'}. "
            f"`import_terms FILE --project {slug} --create --source en --target de` makes a new one."
        )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("formatter_class", _HelpFormatter)
        return super().create_parser(prog_name, subcommand, **kwargs)
