"""Vectors for other programs, by the very code that the product searches with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import CommandError, CommandParser

from training import pending
from training.ml.atomic import new_file
from workbench.command import StageCommand


class Command(StageCommand):
    help = (
        "Writes one float32 unit row for each line of a UTF-8 text file, in the project's shared space: weights,\n"
        "centring and maps applied, so that inner products across languages are what the product searches with.\n"
        "A file with an empty line is refused, for a row that means nothing would be counted by what comes next."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE", help="one text a line, UTF-8")
        self.add_project_argument(parser)
        parser.add_argument("--language", required=True, help="the language of the texts, e.g. de")
        parser.add_argument("--encoder", default="live", metavar="live|base|ID", help="default: live")
        parser.add_argument(
            "--general", action="store_true", help="place the texts as general vocabulary, not as the domain's terms"
        )
        parser.add_argument("--out", required=True, type=Path, metavar="VECTORS.npy", help="where the rows go")

    def run(self, **options: Any) -> dict[str, Any]:
        from training import stages  # noqa: PLC0415 - brings torch, and `--help` shall not wait for it

        project, language, out = self.project(options["project"]), options["language"], options["out"]
        texts = _lines(options["file"])
        if not out.parent.is_dir():
            raise CommandError(f"There is no folder {out.parent} to write {out.name} to: make it first.")
        if language not in (known := pending.languages(project)):
            self.stderr.write(
                f"{project.name} has no terms in {language!r} (its languages: {', '.join(known)}): "
                "the mean over its languages is used for centring."
            )
        vectors = stages.embed_texts(
            project, texts, language, options["encoder"], self.progress(options), general=options["general"]
        )
        with new_file(out) as partial, partial.open("wb") as file:
            np.save(file, vectors)
        return {"project": project.slug, "file": str(out), "rows": len(vectors), "dimensions": vectors.shape[1]}

    def describe(self, result: Mapping[str, Any]) -> str:
        return f"{result['rows']:,} rows of {result['dimensions']} dimensions written to {result['file']}."


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f"{path} can't be read ({error.strerror}): give the name of a text file.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8 and try again.") from error
    lines = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            raise CommandError(f"Line {number} of {path} is empty: take it out, or write a text there.")
    return lines
