"""What every arm is given: verdicts on pairs of training families, texts to replay, and references of unseen families.

ICD-10 (English, German, French) is medicine; heads of a German–English dictionary are law and general language. The
split is by a hash of the family: a fifth is for the final table, the next three twentieths are for development, and
verdicts, replay texts and means come from the rest.
"""

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from training.ml.records import Attract, Constraints, Recipe, Repel, TermText, TestList, TestPair
from training.ml.texts import normalise
from workbench.demo import dictionary, download, medicine
from workbench.demo.rows import Row, terms_of, unit

Domain = Literal["medicine", "law"]
Pair = tuple[TermText, TermText]
DOMAINS: tuple[Domain, ...] = ("medicine", "law")
SOURCE, TRAINED, ZERO_SHOT = "en", "de", "fr"
SHARES = {"test": (0.0, 0.2), "development": (0.2, 0.35), "training": (0.35, 1.0)}  # of the families
TESTED = 1_500  # concepts a list, at most
MEAN_CONCEPTS = 1_500
REJECTED = 0.1  # of the verdicts
REPLAYED_DOMAIN = 2 / 3  # of the replay texts, as in a project's rounds
LAW_SYNONYMS = 4


@dataclass(frozen=True)
class Concept:
    name: str
    family: str
    terms: dict[str, tuple[str, ...]]  # language → synonyms, the main one first


@dataclass(frozen=True)
class Sources:
    domains: dict[Domain, tuple[Concept, ...]]
    general: tuple[Concept, ...]


@dataclass(frozen=True)
class Setting:
    """One column of the benchmark."""

    domain: Domain = "medicine"
    verdicts: int = 1_000
    wrong: float = 0.0  # share of the verdicts that say the opposite of what is right
    seed: int = 0
    split: str = "test"
    tested: int = TESTED

    @property
    def name(self) -> str:
        return f"{self.split}-{self.domain}-{self.verdicts}-{round(100 * self.wrong)}-{self.seed}-{self.tested}"


@dataclass(frozen=True)
class Bed:
    constraints: Constraints
    replay: tuple[TermText, ...]
    known: tuple[Pair, ...]  # translations of general vocabulary, beside the verdicts
    general: tuple[Pair, ...]  # more of them, the same for every seed, for a space of general vocabulary
    means: dict[str, tuple[str, ...]]  # language → texts to centre on
    lists: dict[str, TestList]  # "trained", "zero-shot", "other domain", "control"
    families: dict[str, tuple[TestPair, ...]]  # the trained list's family heads: broader terms


def sources(folder: Path) -> Sources:
    """Read from what the packages hold, once: reading them takes half a minute."""
    kept = folder / "adaptation-sources.json"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        found = _read(folder)
        told = {name: [asdict(one) for one in concepts] for name, concepts in found.items()}
        kept.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    stored = {
        name: tuple(
            Concept(one["name"], one["family"], {language: tuple(terms) for language, terms in one["terms"].items()})
            for one in concepts
        )
        for name, concepts in json.loads(kept.read_text(encoding="utf-8")).items()
    }
    return Sources({name: stored[name] for name in DOMAINS}, stored["general"])


def _read(folder: Path) -> dict[str, tuple[Concept, ...]]:
    rows, fuzzy = medicine.diseases(download.icd10_wheel(folder))
    found = download.dictionary(folder)
    if found is None:
        raise SystemExit(f"The dictionary {download.DICTIONARY} is needed: put its .deb into {folder}.")
    with found[0].open(encoding="utf-8") as lines:
        heads = list(dictionary.heads(lines))
    return {
        "medicine": _concepts([row for row in rows if row not in fuzzy]),
        "law": _concepts(dictionary.domain_rows(heads, "jur.", LAW_SYNONYMS)),
        "general": _concepts(dictionary.general_rows(heads, 1)),
    }


def _concepts(rows: Sequence[Row]) -> tuple[Concept, ...]:
    family = {row.concept_id: row.family for row in rows}
    terms: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for (name, language), texts in terms_of(rows).items():
        terms[name][language] = tuple(dict.fromkeys(map(normalise, texts)))
    return tuple(Concept(name, family[name], terms[name]) for name in sorted(terms))


def bed(setting: Setting, found: Sources, general_pairs: int = Recipe.general_pairs) -> Bed:
    """The same for every arm; the lists and the translations for a space of their own are for every seed, too."""
    own = found.domains[setting.domain]
    pool = _whole(_within(own, "training"), (SOURCE, TRAINED))
    constraints = _verdicts(setting, pool)
    wanted = max(400, round(Recipe.replay_per_pair * setting.verdicts))
    replayed = round((1 - REPLAYED_DOMAIN) * wanted / 2)  # of the known translations
    known = _known(found.general, max(replayed, round(Recipe.known_per_pair * setting.verdicts)), setting.seed)
    general = _known(found.general, general_pairs, 0)
    texts = [text for pair in known[:replayed] for text in pair]
    texts += _texts(_drawn(pool, f"replay {setting.seed}"), wanted - len(texts))
    means: dict[str, tuple[str, ...]] = {}
    for language in _languages(setting.domain):
        drawn = _drawn([one for one in pool if language in one.terms], "means")[: min(MEAN_CONCEPTS, setting.tested)]
        means[language] = tuple(one.terms[language][0] for one in drawn)
    lists = _lists(setting, found)
    replay, heads = tuple(dict.fromkeys(texts)), _heads(found, lists, setting)
    return Bed(constraints, replay, tuple(known), tuple(general), means, lists, heads)


def _languages(domain: Domain) -> tuple[str, ...]:
    return (SOURCE, TRAINED, ZERO_SHOT) if domain == "medicine" else (SOURCE, TRAINED)


def _within(concepts: Sequence[Concept], share: str) -> list[Concept]:
    low, high = SHARES[share]
    return [one for one in concepts if low <= unit("adaptation", one.family) < high]


def _whole(concepts: Sequence[Concept], languages: Sequence[str]) -> list[Concept]:
    """Those that have a term in every language, none the same as in English, each English term once."""
    seen: set[str] = set()
    kept = []
    for one in concepts:
        if not all(language in one.terms for language in languages):
            continue
        english = one.terms[SOURCE][0]
        alike = any(one.terms[language][0].casefold() == english.casefold() for language in languages[1:])
        if not alike and english not in seen:
            seen.add(english)
            kept.append(one)
    return kept


def _drawn(concepts: Sequence[Concept], seed: str) -> list[Concept]:
    return sorted(concepts, key=lambda one: unit(seed, one.name))


def _texts(concepts: Sequence[Concept], wanted: int) -> list[TermText]:
    """Concept after concept with all its languages, unpaired."""
    texts: list[TermText] = []
    for one in concepts:
        if len(texts) >= wanted:
            break
        texts += [TermText(language, terms[0]) for language, terms in one.terms.items() if language in "en de fr"]
    return texts


def _known(general: Sequence[Concept], wanted: int, seed: int) -> list[Pair]:
    pool = _drawn(_whole(_within(general, "training"), (SOURCE, TRAINED)), f"known {seed}")
    return [(TermText(SOURCE, one.terms[SOURCE][0]), TermText(TRAINED, one.terms[TRAINED][0])) for one in pool[:wanted]]


def _verdicts(setting: Setting, pool: Sequence[Concept]) -> Constraints:
    """Pairs drawn at random: nine in ten right ones, accepted, and one in ten with a sibling's term, rejected."""
    listed = [(one, *pair) for one in pool for pair in _pairs(one)]
    listed.sort(key=lambda row: unit(f"verdicts {setting.seed}", row[0].name, row[1], row[2]))
    if len(listed) < setting.verdicts:
        raise SystemExit(f"{setting.domain} has {len(listed)} pairs for {setting.verdicts} verdicts: ask for fewer.")
    siblings = defaultdict(list)
    for one in pool:
        siblings[one.family].append(one)
    randomness = random.Random(f"{setting.seed}")
    attract, repel = [], []
    for number, (one, source, target) in enumerate(listed[: setting.verdicts]):
        other = _other(one, siblings[one.family], pool, randomness)
        rejected = number < round(REJECTED * setting.verdicts)
        mistaken = randomness.random() < setting.wrong
        shown = TermText(TRAINED, other if rejected != mistaken else target)
        asked = TermText(SOURCE, source)
        if rejected:
            repel.append(Repel(asked, shown, one.family, pair_id=number))
        else:
            attract.append(Attract(asked, shown, one.name, one.family, pair_id=number))
    return Constraints(tuple(attract), tuple(repel))


def _pairs(one: Concept) -> list[tuple[str, str]]:
    return [(source, target) for source in one.terms[SOURCE] for target in one.terms[TRAINED]]


def _other(one: Concept, siblings: Sequence[Concept], pool: Sequence[Concept], randomness: random.Random) -> str:
    """The term of a sibling; of any other concept where there is none."""
    mine = {term.casefold() for term in one.terms[TRAINED]}
    near = [other for other in siblings if other.terms[TRAINED][0].casefold() not in mine]
    return randomness.choice(near or [other for other in pool if other is not one]).terms[TRAINED][0]


def _lists(setting: Setting, found: Sources) -> dict[str, TestList]:
    other: Domain = "law" if setting.domain == "medicine" else "medicine"
    return {
        "trained": _list(setting, found.domains[setting.domain], TRAINED, "trained"),
        "zero-shot": _list(setting, found.domains["medicine"], ZERO_SHOT, "zero-shot"),
        "other domain": _list(setting, found.domains[other], TRAINED, "control"),
        "control": _list(setting, found.general, TRAINED, "control"),
    }


def _list(setting: Setting, concepts: Sequence[Concept], language: str, cell: str) -> TestList:
    inside = _within(concepts, setting.split)
    several = any(ZERO_SHOT in one.terms for one in inside)
    whole = _whole(inside, (SOURCE, TRAINED, ZERO_SHOT) if several else (SOURCE, TRAINED))
    chosen = _drawn(whole, "tested")[: setting.tested]
    pairs = tuple(
        TestPair(one.name, one.family, TermText(SOURCE, source), TermText(language, target))
        for one in chosen
        for source in one.terms[SOURCE][:1]
        for target in one.terms[language]
    )
    return TestList(cell, SOURCE, language, pairs)  # type: ignore[arg-type]


def _heads(found: Sources, lists: dict[str, TestList], setting: Setting) -> dict[str, tuple[TestPair, ...]]:
    """Diseases of the trained list whose category is a disease of its own: (disease, the category's term)."""
    if setting.domain != "medicine":
        return {}
    heads = {one.name: one for one in found.domains["medicine"] if one.name == one.family and TRAINED in one.terms}
    narrower = [pair for pair in lists["trained"].pairs if pair.family in heads and pair.concept_id != pair.family]
    return {
        "broader": tuple(
            TestPair(one.concept_id, one.family, one.source, TermText(TRAINED, heads[one.family].terms[TRAINED][0]))
            for one in narrower
        )
    }
