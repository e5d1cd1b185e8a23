"""Reviewers' verdicts from a file into a project."""

from typing import Any

from annotations.actions import import_user, import_verdicts
from annotations.importing.verdicts import DECISIONS
from annotations.management.import_command import FILE_HELP, ImportCommand


class Command(ImportCommand):
    help = f"""Import reviewers' verdicts, for example from an `export_suspicions` file with a column `decision`.

Columns: source, target, decision[, correction][, reviewer][, source_language][, target_language]
Decisions: {", ".join(DECISIONS[:6])},
           {", ".join(DECISIONS[6:])}

A verdict goes to every concept's pair with these texts; where they are listed in several languages, the language
columns say which is meant. Held-out and measured pairs take no verdict. Rows whose decision is empty are passed over,
other columns are ignored. `corrected` needs a correction; `wrong_form` may have one.
`reviewer` is the name of an account. Where it is empty or there is no such account, the verdict belongs to the
project's own account import-<project>, which nobody can sign in to; no account is made for a name in a file.
{FILE_HELP}"""

    def run(self, **options: Any) -> dict[str, Any]:
        project = self.project(options["project"])
        report = import_verdicts(
            project,
            options["file"],
            reviewer_fallback=import_user(project),
            format=options["format"],
            progress=self.progress(options),
        )
        return self.told(project, options["file"], report)
