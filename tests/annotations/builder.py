"""Small projects as a user would build them: through the actions, from files."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User

from annotations import actions
from annotations.actions import ScoredPair
from annotations.models import Project, Term, TermPair

DIGEST = "a" * 64
PAIRS = [
    ("heart", "Herz"), ("lung", "Lunge"), ("liver", "Leber"),
    ("kidney", "Niere"), ("skin", "Haut"), ("bone", "Knochen"),
]  # fmt: skip


def make_project(**values: Any) -> Project:
    """Nothing is held out unless a test asks for it."""
    given = {"slug": "medicine", "name": "Medicine", "domain": "medicine", "source_language": "en"}
    given |= {"target_languages": ["de"], "held_out_share": 0.0} | values
    return actions.create_project(**given)


def make_user(name: str, project: Project | None = None, role: str = "reviewer") -> User:
    user = User.objects.create_user(name)
    if project is not None:
        actions.add_member(project, user, role)
    return user


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def import_pairs(project: Project, folder: Path, pairs: Iterable[Sequence[str]] = PAIRS, **options: Any) -> None:
    """Rows of (source, target[, concept_id, family])."""
    rows = [list(pair) for pair in pairs]
    header = ["source", "target", "concept_id", "family"][: len(rows[0])]
    actions.import_terms(project, write_rows(folder / "pairs.csv", header, rows), **options)


def pair_of(project: Project, source: str, target: str | None = None) -> TermPair:
    found = TermPair.objects.filter(project=project, source_term__text=source)
    if target is not None:
        found = found.filter(target_term__text=target)
    return found.order_by("pk")[0]


def scan(project: Project, scores: Mapping[str, float] | None = None, digest: str = DIGEST) -> int:
    """Scores by source text; pairs that are not named get ever lower ones."""
    scored = []
    for place, pair in enumerate(TermPair.objects.filter(project=project).select_related("source_term").order_by("pk")):
        score = (scores or {}).get(pair.source_term.text, 0.5 / (1 + place))
        scored.append(ScoredPair(pair.pk, score, ["The terms lie apart."], {"cosine": 0.5}, [(1, 0.9)], [(2, 0.8)]))
    return actions.flag_suspects(project, digest, scored)


def queued_project(folder: Path, pairs: Iterable[Sequence[str]] = PAIRS, **values: Any) -> Project:
    project = make_project(**values)
    import_pairs(project, folder, pairs)
    scan(project)
    return project


def term(project: Project, text: str) -> Term:
    return Term.objects.get(concept__project=project, text=text)
