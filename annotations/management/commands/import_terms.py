"""Terms from a file into a project."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from annotations.actions import InvalidProject, SourceInfo, create_project, import_terms
from annotations.importing.csv import PAIR_COLUMNS, TERM_COLUMNS
from annotations.importing.rows import MAX_TERM
from annotations.intake import MAX_TERMS_A_CONCEPT
from annotations.management.import_command import FILE_HELP, ImportCommand
from annotations.models import Concept, Project


class Command(ImportCommand):
    help = f"""Import terms into a project.

Columns: {", ".join(TERM_COLUMNS)}
     or: {", ".join(PAIR_COLUMNS)}[, concept_id, family]

The family is the unit that is held out as a whole for measuring: the three-character ICD code, the dictionary's head
word … An empty family is the concept_id; in a file of pairs it is the source term, letter case aside. A pair without
a concept_id gets one from its source term's text, so all translations of one text are one concept.
With one term a row, every source term of a concept is paired with each of its terms in the other languages.
A term has up to {MAX_TERM:,} characters, a concept up to {MAX_TERMS_A_CONCEPT} terms in a language.
{FILE_HELP}"""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        project = parser.add_argument_group("a new project")
        project.add_argument("--create", action="store_true", help="make the project unless it is there")
        project.add_argument("--name", help="its name on screen; default: from the short name")
        project.add_argument("--domain", help="e.g. medicine; default: the short name")
        project.add_argument("--source", metavar="LANGUAGE", help="source language, e.g. en")
        project.add_argument(
            "--target",
            action="append",
            default=[],
            metavar="LANGUAGE",
            help="target language, repeatable; the first one is also that of the file's column `target`",
        )
        project.add_argument(
            "--zero-shot",
            action="append",
            default=[],
            metavar="LANGUAGE",
            help="a language that is never reviewed, only measured; repeatable",
        )
        parser.add_argument("--role", choices=Concept.Roles.values, default=Concept.Roles.DOMAIN.value)
        origin = parser.add_argument_group("where the terms come from")
        origin.add_argument("--source-name", help="default: the file's name")
        origin.add_argument("--source-version", default="")
        origin.add_argument("--licence", default="", help="SPDX identifier")
        origin.add_argument("--attribution", default="", help="shown on the review page and in exports")

    def run(self, **options: Any) -> dict[str, Any]:
        if Project.objects.filter(slug=options["project"]).exists():
            return self._import(options, _as_asked(self.project(options["project"]), options))
        with transaction.atomic():  # no project without terms
            result = self._import(options, self._new_project(options))
            if self.failure(result):
                transaction.set_rollback(True)
                result["run"] = None
        return result

    def _import(self, options: dict[str, Any], project: Project) -> dict[str, Any]:
        file: Path = options["file"]
        report = import_terms(
            project,
            file,
            format=options["format"],
            role=options["role"],
            target_language=options["target"][0] if options["target"] else None,
            source=_origin(options),
            progress=self.progress(options),
        )
        return self.told(project, file, report)

    def _new_project(self, options: dict[str, Any]) -> Project:
        slug = options["project"]
        if not options["create"]:
            return self.project(slug)
        if not options["source"] or not options["target"]:
            raise CommandError("A new project needs its languages: give --source en --target de, for example.")
        return create_project(
            slug=slug,
            name=options["name"] or slug.replace("-", " ").replace("_", " ").capitalize(),
            domain=options["domain"] or slug,
            source_language=options["source"],
            target_languages=options["target"],
            zero_shot_languages=options["zero_shot"],
        )


def _as_asked(project: Project, options: dict[str, Any]) -> Project:
    """An import never changes a project's languages, so it refuses to be told others."""
    missing = set(options["zero_shot"]) - set(project.zero_shot_languages)
    if options["create"]:
        missing |= set(options["target"]) - set(project.target_languages)
    if options["source"] not in (None, project.source_language):
        missing.add(options["source"])
    if missing:
        present = f"{project.source_language} with {', '.join(project.target_languages)}"
        raise InvalidProject(
            f"Project {project.slug!r} is there already, from {present}, without {', '.join(sorted(missing))}: "
            "leave out --create and the languages, or choose another short name."
        )
    return project


def _origin(options: dict[str, Any]) -> SourceInfo | None:
    given = (options["source_name"], options["source_version"], options["licence"], options["attribution"])
    if not any(given):
        return None
    return SourceInfo(options["source_name"] or options["file"].name, *given[1:])
