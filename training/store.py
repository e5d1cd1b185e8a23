"""Artefacts by digest: encoders, constraint sets, job folders, vectors. Writes whole files or none; knows no torch."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings

from training.ml.atomic import new_file, new_folder
from training.vectors import Vectors


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


def weights(digest: str) -> Path:
    return _there(folder("weights") / digest, "The weights of an encoder")


def space(digest: str) -> Path:
    return _there(folder("spaces") / f"{digest}.safetensors", "The space of an encoder")


def constraints(digest: str) -> Path:
    return _there(folder("constraints") / f"{digest}.jsonl", "A constraint set")


def job(round_id: int) -> Path:
    return folder("rounds") / str(round_id)


def keep_weights(source: Path, digest: str) -> Path:
    """Takes a folder of weights into the store, by hard links where the file system has them."""
    target = folder("weights") / digest
    if not target.is_dir():
        with new_folder(target) as partial:
            shutil.copytree(source, partial, copy_function=_link, dirs_exist_ok=True)
    return target


def keep_space(source: Path, digest: str) -> Path:
    return _keep(folder("spaces") / f"{digest}.safetensors", source.read_bytes())


def keep_constraints(text: str, digest: str) -> Path:
    return _keep(folder("constraints") / f"{digest}.jsonl", text.encode())


def drop_job(round_id: int) -> None:
    """A finished round's folder: its checkpoint and result are in the store or of no use."""
    shutil.rmtree(job(round_id), ignore_errors=True)


@cache
def vectors() -> Vectors:
    return Vectors(folder("vectors"))


@contextmanager
def lock(name: str) -> Iterator[None]:
    """One process at a time on this store; a process that dies lets go."""
    with (folder("locks") / name).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _keep(target: Path, content: bytes) -> Path:
    if not target.is_file():
        with new_file(target) as partial:
            partial.write_bytes(content)
    return target


def _there(path: Path, what: str) -> Path:
    if path.exists():
        return path
    raise MissingArtefact(
        f"{what} is not in the store ({path}): restore the folder TERTIUM_STORE points to, or roll back to an encoder "
        "that is there."
    )


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copyfile(source, target)
