"""What the stages read of a project: word lists to scan, references to measure with, texts to replay. Reads only."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

from annotations.models import Concept, Project, Term, TermPair
from training import pending
from training.ml.records import Recipe, TermText, TestList, TestPair
from training.ml.texts import normalise

MEAN_TEXTS = 5000  # a language: enough for its mean
DOMAIN_SHARE = 2 / 3  # of the replay texts; the rest is general vocabulary
FEWEST_CONSTRAINTS = 100  # a round of fewer replays as much as one of so many
PairText = tuple[TermText, TermText]


@dataclass(frozen=True)
class WordList:
    """The distinct texts of one language; terms with the same text share a row."""

    language: str
    texts: tuple[str, ...]
    rows: dict[int, int]  # term id → row
    first: tuple[int, ...]  # row → a term id

    @classmethod
    def of(cls, project: Project, language: str) -> "WordList":
        slots: dict[str, int] = {}
        rows: dict[int, int] = {}
        first: list[int] = []
        found = pending.terms(project).filter(language=language).order_by("pk").values_list("pk", "text")
        for term_id, text in found.iterator():
            row = slots.setdefault(normalise(text), len(slots))
            rows[term_id] = row
            if row == len(first):
                first.append(term_id)
        return cls(language, tuple(slots), rows, tuple(first))


def mean_texts(project: Project) -> dict[str, list[str]]:
    """Texts of the training families to centre each language on; held-out concepts have no say."""
    found: dict[str, list[str]] = {}
    for language in pending.languages(project):
        terms = _training_terms(project, Concept.Roles.DOMAIN).filter(language=language)
        distinct = set(terms.values_list("text", flat=True))
        found[language] = sorted(distinct, key=lambda text: drawn("mean", text))[:MEAN_TEXTS]
    return {language: texts for language, texts in found.items() if texts}


def references(project: Project) -> list[TestList]:
    """The held-out references: languages that are trained, languages never reviewed, and general vocabulary."""
    domain = _held_out_pairs(project, Concept.Roles.DOMAIN)
    cells: list[tuple[Literal["trained", "zero-shot", "control"], Any, Iterable[str]]] = [
        ("trained", domain, project.target_languages),
        ("zero-shot", domain, project.zero_shot_languages),
        ("control", _held_out_pairs(project, Concept.Roles.CONTROL), pending.languages(project)[1:]),
    ]
    lists = [
        TestList(cell, project.source_language, language, _test_pairs(pairs.filter(target_language=language)))
        for cell, pairs, languages in cells
        for language in languages
    ]
    return [one for one in lists if one.pairs]


def known_translations(project: Project, count: int, seed: int = 0) -> list[PairText]:
    """So many of the control list's training split, or all of them."""
    rows = _active(TermPair.objects.filter(project=project, concept__role=Concept.Roles.CONTROL))
    found = list(_texts(rows.filter(concept__held_out=False)))
    return sorted(found, key=lambda pair: drawn(seed, pair[0].text, pair[1].text))[:count]


@dataclass(frozen=True)
class Replay:
    """What a round must not forget: whole concepts of training families, and general vocabulary with translations."""

    project: Project
    texts: int  # wanted
    translations: int  # wanted
    seed: int

    @classmethod
    def of_round(cls, project: Project, recipe: Recipe, constraints: int) -> Self:
        count = max(FEWEST_CONSTRAINTS, constraints)
        texts, translations = round(recipe.replay_per_pair * count), round(recipe.known_per_pair * count)
        return cls(project, texts, translations, recipe.seed)

    @cached_property
    def pairs(self) -> list[PairText]:
        return known_translations(self.project, self.translations, self.seed)

    @cached_property
    def everything(self) -> list[TermText]:
        replayed = self.pairs[: round((1 - DOMAIN_SHARE) * self.texts / 2)]
        general = dict.fromkeys(text for pair in replayed for text in pair)
        return [*dict.fromkeys(self._domain(self.texts - len(general))), *general]

    def _domain(self, wanted: int) -> Iterator[TermText]:
        """Concept after concept with all its languages, so that translations are among the texts."""
        rows = _training_terms(self.project, Concept.Roles.DOMAIN).order_by("pk")
        concepts: dict[int, list[TermText]] = {}
        for concept, language, text in rows.values_list("concept", "language", "text").iterator():
            concepts.setdefault(concept, []).append(TermText(language, text))
        given = 0
        for concept in sorted(concepts, key=lambda concept: drawn(self.seed, concept)):
            if given >= wanted:
                return
            given += len(concepts[concept])
            yield from concepts[concept]


def _training_terms(project: Project, role: str) -> Any:
    return Term.objects.filter(
        concept__project=project,
        concept__role=role,
        concept__held_out=False,
        state=Term.States.ACTIVE,
        language__in=pending.languages(project),
    )


def _held_out_pairs(project: Project, role: str) -> Any:
    return _active(TermPair.objects.filter(project=project, concept__role=role, concept__held_out=True))


def _active(pairs: Any) -> Any:
    active = Term.States.ACTIVE
    return pairs.filter(source_term__state=active, target_term__state=active).order_by("pk")


def _test_pairs(pairs: Any) -> tuple[TestPair, ...]:
    concepts = pairs.values_list("concept__external_id", "concept__family")
    return tuple(
        TestPair(concept, family, source, target)
        for (concept, family), (source, target) in zip(concepts, _texts(pairs), strict=True)
    )


def _texts(pairs: Any) -> Iterator[PairText]:
    columns = ("source_language", "source_term__text", "target_language", "target_term__text")
    for source_language, source, target_language, target in pairs.values_list(*columns):
        yield TermText(source_language, source), TermText(target_language, target)


def drawn(*what: object) -> bytes:
    return hashlib.sha256("\0".join(map(str, what)).encode()).digest()
