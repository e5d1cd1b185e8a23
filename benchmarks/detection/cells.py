"""One cell: a list with one kind of error planted, examined by the product's own code. Kept on disk, never redone."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.detection.encoder import Encoder
from benchmarks.detection.errors import CONCEPT_KINDS, Planted, plant
from benchmarks.detection.form_errors import FORMS, plant_forms
from benchmarks.detection.lists import TermList
from training.ml.scoring.examination import IDS, examine
from training.ml.scoring.geometry import GeometrySettings
from training.ml.scoring.listing import Listing, Vocabulary

KINDS = (*CONCEPT_KINDS, FORMS)
SEED = 20
ML = Path(__file__).parents[2] / "training" / "ml"
SOURCES = (Path(__file__).parent, ML, ML / "scoring")
READ = (
    "lists.py", "errors.py", "form_errors.py", "cells.py", "examination.py", "signals.py", "surface.py", "forms.py",
    "numerals.py", "polarity.py", "lexicon.py", "alignment.py", "direction.py", "geometry.py", "adaptation.py",
    "standard.py", "listing.py", "index.py", "spelling.py", "wording.py",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    list_: str
    domain: str
    kind: str
    ids: tuple[str, ...]
    families: np.ndarray  # (p,) str
    kinds: np.ndarray  # (p,) str, "" for a pair as it was listed
    values: np.ndarray  # (p, s) NaN: no opinion
    doubts: np.ndarray  # (p, s)
    texts: np.ndarray  # (p, 2) str

    @property
    def wrong(self) -> np.ndarray:
        return np.asarray(self.kinds != "")


def cells(lists: Sequence[TermList], split: str, encoder: Encoder, at: Path) -> Iterator[Cell]:
    """All of them, in a fixed order; those that are on disk for this code are read."""
    at.mkdir(parents=True, exist_ok=True)
    code = _code()
    for one in lists:
        for kind in KINDS:
            path = at / f"{split} {one.name} {kind} {code}.npz"
            if not path.exists():
                _measure(one, kind, encoder, path)
                print(f"measured {path.stem}", flush=True)
            with np.load(path) as found:
                yield Cell(one.name, one.domain, kind, IDS, **found)


def _measure(list_: TermList, kind: str, encoder: Encoder, path: Path) -> None:
    planted = _planted(list_, kind, encoder)
    examined = examine(_listing(list_.language, planted, encoder), GeometrySettings())
    partial = path.with_name(f"partial {path.name}")
    np.savez(
        partial,
        families=np.array([pair.family for pair in planted.pairs]),
        kinds=np.array(planted.kinds),
        values=examined.values,
        doubts=examined.doubts,
        texts=np.array([(pair.source, pair.target) for pair in planted.pairs]),
    )
    partial.rename(path)


def _planted(list_: TermList, kind: str, encoder: Encoder) -> Planted:
    seed = int.from_bytes(hashlib.sha256(f"{SEED} {list_.name} {kind}".encode()).digest()[:4])
    if kind == FORMS:
        return plant_forms(list_.pairs, list_.language, seed)
    return plant(list_.pairs, kind, encoder.centred([pair.target for pair in list_.pairs], list_.language), seed)


def _listing(language: str, planted: Planted, encoder: Encoder) -> Listing:
    sources = {pair.source: None for pair in planted.pairs}
    targets = {pair.target: None for pair in planted.pairs}
    rows = {text: row for row, text in enumerate(sources)}, {text: row for row, text in enumerate(targets)}
    return Listing(
        Vocabulary("en", tuple(sources), encoder.centred(tuple(sources), "en")),
        Vocabulary(language, tuple(targets), encoder.centred(tuple(targets), language)),
        np.array([(rows[0][pair.source], rows[1][pair.target]) for pair in planted.pairs], dtype=np.int64),
    )


def _code() -> str:
    """Of what a cell depends on: cells of other code are measured again."""
    whole = hashlib.sha256()
    for folder in SOURCES:
        for name in READ:
            if (folder / name).exists():
                whole.update((folder / name).read_bytes())
    return whole.hexdigest()[:10]
