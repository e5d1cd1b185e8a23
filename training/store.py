"""Artefacts by digest: encoders, constraint sets, job folders, vectors. Writes whole files or none; knows no torch."""

import fcntl
import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from training.ml import layout
from training.ml.atomic import PARTIAL, new_file, new_folder
from training.ml.layout import Backbone
from training.ml.scoring.weighing import Weights
from training.ml.space import Space
from training.vectors import Vectors

SCORING = 1  # raised whenever pairs are measured otherwise: what was kept by another way of measuring isn't read


class MissingArtefact(ValueError):
    """Something that a row names is not in the store; the message says what to do."""


def folder(kind: str) -> Path:
    found: Path = settings.STORE_DIR / kind
    found.mkdir(parents=True, exist_ok=True)
    return found


def backbones() -> Path:
    """Where `backbone.resolve` decodes and fetches to."""
    return folder("backbones")


def encoder_digest(weights: str, space: str) -> str:
    return hashlib.sha256(f"{weights}:{space}".encode()).hexdigest()


def weights(digest: str) -> Backbone:
    found = layout.read(_there(folder("weights") / digest, "An encoder's folder of weights"))
    if found.digest != digest:
        raise MissingArtefact(f"{found.path} is not what it was when it was stored: restore it from a backup.")
    return found


def space(digest: str) -> Space:
    return Space.load(_there(folder("spaces") / f"{digest}.safetensors", "An encoder's space"))


def constraints(digest: str) -> str:
    return _there(folder("constraints") / f"{digest}.jsonl", "A constraint set").read_text(encoding="utf-8")


def job(round_id: int, *trained_on: str) -> Path:
    """A round's folder by what it is trained on, too: ids come again where another database uses the same store."""
    return folder("rounds") / f"{round_id}-{hashlib.sha256(chr(0).join(trained_on).encode()).hexdigest()[:16]}"


def keep_weights(source: Backbone) -> None:
    """Takes an encoder's own files into the store: what is in the store already by hard links, all else by copying."""
    target = folder("weights") / source.digest
    if target.is_dir():
        return
    place = _link if source.path.is_relative_to(settings.STORE_DIR) else shutil.copyfile
    with new_folder(target) as partial:
        for path in layout.files(source.path):
            place(path, partial / path.name)
        if not (partial / layout.ABOUT).exists():  # a foreign folder: what was guessed from its name must stay
            layout.write_about(partial, prefix=source.prefix, max_length=source.max_length, name=source.name)


def keep_space(space: Space) -> None:
    space.save(folder("spaces") / f"{space.digest}.safetensors")


def keep_constraints(text: str, digest: str) -> None:
    with new_file(folder("constraints") / f"{digest}.jsonl") as partial:
        partial.write_text(text, encoding="utf-8")


def drop_job(round_id: int) -> None:
    """A finished round's folder: its checkpoint and result are in the store or of no use."""
    for beginning in ("", PARTIAL):
        for found in folder("rounds").glob(f"{beginning}{round_id}-*"):
            shutil.rmtree(found, ignore_errors=True)


@dataclass(frozen=True, eq=False)
class Doubts:
    """What the last scan of a project measured of each pair."""

    ids: tuple[str, ...]  # of the signals
    pairs: NDArray[np.int64]  # (p,)
    values: NDArray[np.float32]  # (p, signals)

    def columns(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """(p, ids) in another order; a signal that was not measured then says nothing."""
        found = np.zeros((len(self.pairs), len(ids)), dtype=np.float32)
        for place, name in enumerate(ids):
            if name in self.ids:
                found[:, place] = self.values[:, self.ids.index(name)]
        return found


def doubts(project_id: int) -> Doubts:
    """Empty where no scan has left any."""
    path = folder("doubts") / f"{project_id}.npz"
    if path.exists():
        with np.load(path, allow_pickle=False) as found:
            if "scoring" in found and found["scoring"] == SCORING:
                return Doubts(tuple(found["ids"].tolist()), found["pairs"], found["values"].astype(np.float32))
    return Doubts((), np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.float32))


def keep_doubts(project_id: int, found: Doubts) -> None:
    with new_file(folder("doubts") / f"{project_id}.npz") as partial, partial.open("wb") as file:
        values = found.values.astype(np.float16)
        np.savez(file, ids=np.array(found.ids), pairs=found.pairs, values=values, scoring=SCORING)


@dataclass(frozen=True)
class Gauge:
    """By what the last full scan of a project measured: pairs that come later are measured by the same."""

    ids: tuple[str, ...]  # of the signals
    weights: Weights
    standards: dict[str, list[tuple[float, float]]]  # target language → middle and spread of each signal


def gauge(project_id: int) -> Gauge | None:
    path = folder("gauges") / f"{project_id}.json"
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    if found.get("scoring") != SCORING:
        return None
    standards = {language: [(middle, spread) for middle, spread in rows] for language, rows in found["lists"].items()}
    return Gauge(tuple(found["ids"]), Weights(found["intercept"], found["weights"]), standards)


def keep_gauge(project_id: int, found: Gauge) -> None:
    written = {"scoring": SCORING, "ids": found.ids, "intercept": found.weights.intercept, "weights": found.weights.of}
    with new_file(folder("gauges") / f"{project_id}.json") as partial:
        partial.write_text(json.dumps({**written, "lists": found.standards}), encoding="utf-8")


def map_of(encoder_id: int) -> Path:
    """Where an encoder's map is, or will be: JSON, packed by gzip."""
    return folder("maps") / f"{encoder_id}.json.gz"


def keep_map(encoder_id: int, found: Mapping[str, object]) -> None:
    with new_file(map_of(encoder_id)) as partial, gzip.open(partial, "wt", encoding="utf-8", compresslevel=5) as file:
        json.dump(found, file, ensure_ascii=False, separators=(",", ":"))


def vectors() -> Vectors:
    """In a folder of this machine: LMDB maps its file into memory, which machines can't share."""
    own = settings.VECTORS_DIR
    return _opened(Path(own).expanduser() if own else folder("vectors"))


@cache
def _opened(path: Path) -> Vectors:
    return Vectors(path)


@contextmanager
def lock(name: str) -> Iterator[None]:
    """One process at a time on this store; a process that dies lets go."""
    with (folder("locks") / name).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _there(path: Path, what: str) -> Path:
    if path.exists():
        return path
    raise MissingArtefact(
        f"{what} is not in the store ({path}): restore the folder TERTIUM_STORE points to, or roll back to an encoder "
        "that is there."
    )


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copyfile(source, target)
