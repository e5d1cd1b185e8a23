"""The map of an encoder's vocabulary, beside the one of the encoder before it: laid out here, drawn by the browser."""

import bisect
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotations.models import Decision, Project, Suspicion
from training import pending, store
from training.encoding import Encoding
from training.ml.mapping import lay_out
from training.models import Encoder, Round
from training.vocabulary import drawn
from workbench.progress import Progress, no_progress

MOST = 50_000  # points that a browser draws without a hitch
CATEGORIES = 11  # shown each in its own colour; the rest shares one
DECIMALS = 3
Floats = NDArray[np.float32]
Row = tuple[int, str, str, str]  # term id, language, text, family


def draw_map(encoder: Encoder, progress: Progress = no_progress) -> int:
    """How many terms are on it."""
    with store.lock(f"map-{encoder.pk}"):
        rows, former = _terms(encoder.project), pending.former_of(encoder)
        before = lay_out(_vectors(former, rows, progress), progress=_told(progress, "before")) if former else None
        after = lay_out(_vectors(encoder, rows, progress), before, progress=_told(progress, "after"))
        store.keep_map(encoder.pk, _written(encoder, rows, before, after))
        return len(rows)


def _told(progress: Progress, which: str) -> Any:
    return partial(progress, f"map {which}")


def _terms(project: Project) -> list[Row]:
    """All terms of the languages that are reviewed; of too many, whole families by chance, so that neighbours stay."""
    columns = ("pk", "language", "text", "concept__family")
    rows = list(pending.terms(project).order_by("pk").values_list(*columns))
    if len(rows) <= MOST:
        return rows
    families = Counter(family for *_, family in rows)
    kept: set[str] = set()
    left = MOST
    for family in sorted(families, key=lambda family: drawn("map", family)):
        left -= families[family]
        if left < 0:
            break
        kept.add(family)
    return [row for row in rows if row[3] in kept]


def _vectors(encoder: Encoder, rows: Sequence[Row], progress: Progress) -> Floats:
    """(n, d) in the order of the rows, each language in the encoder's shared space."""
    encode = Encoding.of(encoder, progress)
    found: dict[int, Floats] = {}
    for language in dict.fromkeys(row[1] for row in rows):
        places = [place for place, row in enumerate(rows) if row[1] == language]
        found.update(zip(places, encode([rows[place][2] for place in places], language), strict=True))
    return np.array([found[place] for place in range(len(rows))], dtype=np.float32)


def _written(encoder: Encoder, rows: Sequence[Row], before: Floats | None, after: Floats) -> Mapping[str, object]:
    doubts, rounds = _suspicions(encoder), _rounds(encoder.project)
    return {
        "terms": [term for term, *_ in rows],
        "texts": [text for _, _, text, _ in rows],
        "families": [family for *_, family in rows],
        "after": _flat(after),
        "before": None if before is None else _flat(before),
        "language": _numbered(language for _, language, *_ in rows),
        "category": _numbered(_categories([family for *_, family in rows])),
        "suspicion": [round(doubts[term], DECIMALS) if term in doubts else None for term, *_ in rows],
        "round": [rounds.get(term) for term, *_ in rows],
    }


def _flat(places: Floats) -> list[float]:
    return [round(float(value), DECIMALS) for value in places.ravel()]


def _numbered(names: Iterable[str]) -> dict[str, list[Any]]:
    """The names, the commonest first, and for each point which it has."""
    listed = list(names)
    order = [name for name, _ in Counter(listed).most_common()]
    number = {name: place for place, name in enumerate(order)}
    return {"names": order, "of": [number[name] for name in listed]}


def _categories(families: Sequence[str]) -> list[str]:
    """Families, or what many of them begin with (a chapter's letter); the rare ones together as "…"."""
    many = len(set(families)) > CATEGORIES
    names = [family[:1].upper() if many else family for family in families]
    common = {name for name, _ in Counter(names).most_common(CATEGORIES)}
    return [name if name in common else "…" for name in names]


def _suspicions(encoder: Encoder) -> dict[int, float]:
    """Term id → suspicion of its most doubtful pair, as the encoder that scanned last sees it."""
    found: dict[int, float] = {}
    scans = encoder.project.scans.values_list("encoder__digest", flat=True)
    rows = Suspicion.objects.filter(pair__project=encoder.project, encoder_digest=scans.first() or encoder.digest)
    for source, target, score in rows.values_list("pair__source_term", "pair__target_term", "score").iterator():
        for term in (source, target):
            found[term] = max(score, found.get(term, 0.0))
    return found


def _rounds(project: Project) -> dict[int, int]:
    """Term id → the first measured round that was trained on a decision about one of its pairs."""
    made = Round.objects.filter(project=project, state__in=pending.MEASURED, constraint_set__isnull=False)
    known = made.exclude(constraint_set__last_decision_at=None).order_by("number")
    ends: list[Any] = list(known.values_list("constraint_set__last_decision_at", "number"))
    found: dict[int, int] = {}
    rows = Decision.objects.filter(pair__project=project).order_by("-decided_at")
    for source, target, at in rows.values_list("pair__source_term", "pair__target_term", "decided_at").iterator():
        place = bisect.bisect_left([end for end, _ in ends], at)
        if place < len(ends):
            found[source] = found[target] = ends[place][1]
    return found
