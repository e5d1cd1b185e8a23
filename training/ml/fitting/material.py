"""What a round trains on: every text once, by row, and constraints as rows; validation families apart. No model."""

import hashlib
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.ml.fitting.job import TrainingJob
from training.ml.records import Attract, Order, Repel, TermText
from training.ml.texts import normalise

Rows = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Tuples:
    """n constraints of one kind: columns of `rows` (n, c) are rows of texts, −1 where there is none."""

    rows: Rows
    weights: Weights
    hard: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, chosen: Sequence[int] | npt.NDArray[np.int64]) -> "Tuples":
        picked = np.asarray(chosen, dtype=np.int64)
        return Tuples(self.rows[picked], self.weights[picked], self.hard[picked])


@dataclass(frozen=True)
class Material:
    texts: tuple[TermText, ...]  # distinct, normalised
    languages: tuple[str, ...]  # sorted
    language: Rows  # (n,) index into languages, one a text
    attract: Tuples  # source, target
    repel: Tuples  # source, rejected, known right target
    order: Tuples  # source, related, known equivalent
    known: Tuples  # accepted translations of general vocabulary
    replay: Rows
    attract_validation: Tuples  # of families that train nothing
    known_validation: Tuples
    friends: dict[int, frozenset[int]]  # rows that mean the same, which are no negatives of each other


def gather(job: TrainingJob) -> Material:
    """Rows for all texts of a job; families and known pairs are held back for validation by a seeded hash."""
    texts = _Texts()
    recipe, constraints = job.recipe, job.constraints
    inside = [item for item in constraints.attract if not _held(item.family, recipe.seed, recipe.validation_share)]
    outside = [item for item in constraints.attract if _held(item.family, recipe.seed, recipe.validation_share)]
    if not inside:  # so few families that all fell to validation
        inside, outside = outside, []
    dropped = {item.family for item in outside}
    attract, attract_validation = _pairs(texts, inside), _pairs(texts, outside)
    known, known_validation = _known(texts, job)
    equal = {(texts(item.source), item.target.language): texts(item.target) for item in inside}
    repel = [item for item in constraints.repel if item.family not in dropped]
    order = [item for item in constraints.order if item.family not in dropped]
    repel_rows = [(texts(item.source), texts(item.target), _row(texts, item.better)) for item in repel]
    order_rows = [
        (texts(item.source), texts(item.target), equal.get((texts(item.source), item.target.language), -1))
        for item in order
    ]
    replay = np.array(sorted({texts(text) for text in job.replay}), dtype=np.int64)
    languages = tuple(sorted({text.language for text in texts.known}))
    return Material(
        texts=tuple(texts.known),
        languages=languages,
        language=np.array([languages.index(text.language) for text in texts.known], dtype=np.int64),
        attract=attract,
        repel=_tuples(repel_rows, 3, repel),
        order=_tuples(order_rows, 3, order),
        known=known,
        replay=replay,
        attract_validation=attract_validation,
        known_validation=known_validation,
        friends=_friends(constraints.attract, texts, [*known.rows.tolist(), *known_validation.rows.tolist()]),
    )


class _Texts:
    def __init__(self) -> None:
        self.known: dict[TermText, int] = {}

    def __call__(self, term: TermText) -> int:
        clean = TermText(term.language, normalise(term.text))
        return self.known.setdefault(clean, len(self.known))


def _held(key: Hashable, seed: int, share: float) -> bool:
    drawn = hashlib.sha256(f"validation:{seed}:{key}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") < share * 2**64


def _row(texts: _Texts, term: TermText | None) -> int:
    return -1 if term is None else texts(term)


def _tuples(rows: Sequence[Sequence[int]], columns: int, items: Sequence[Attract | Repel | Order]) -> Tuples:
    return Tuples(
        np.array(rows, dtype=np.int64).reshape(-1, columns),
        np.array([item.weight for item in items], dtype=np.float32),
        np.array([isinstance(item, Repel) and item.hard for item in items], dtype=np.bool_),
    )


def _pairs(texts: _Texts, items: Sequence[Attract]) -> Tuples:
    return _tuples([(texts(item.source), texts(item.target)) for item in items], 2, items)


def _known(texts: _Texts, job: TrainingJob) -> tuple[Tuples, Tuples]:
    recipe = job.recipe
    rows: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for source, target in job.replay_pairs:
        held = _held(normalise(source.text).lower(), recipe.seed, recipe.validation_share)
        rows[held].append((texts(source), texts(target)))
    train, validation = (np.array(part, dtype=np.int64).reshape(-1, 2) for part in rows)
    return plain(train), plain(validation)


def plain(rows: Rows) -> Tuples:
    """Pairs that all weigh the same."""
    return Tuples(rows, np.ones(len(rows), np.float32), np.zeros(len(rows), np.bool_))


def _friends(attract: Iterable[Attract], texts: _Texts, pairs: Iterable[Sequence[int]]) -> dict[int, frozenset[int]]:
    """Terms of one concept, and all translations that one text has, stand together."""
    groups: dict[Hashable, set[int]] = {}
    for item in attract:
        source, target = texts(item.source), texts(item.target)
        concept = ("concept", item.concept_id) if item.concept_id else ("row", source)
        for key in (concept, ("row", source), ("row", target)):
            groups.setdefault(key, set()).update((source, target))
    for source, target in pairs:
        for row in (source, target):
            groups.setdefault(("row", row), set()).update((source, target))
    friends: dict[int, set[int]] = {}
    for group in groups.values():
        for row in group:
            friends.setdefault(row, set()).update(group)
    return {row: frozenset(group) for row, group in friends.items()}
