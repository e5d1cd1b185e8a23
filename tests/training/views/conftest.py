from copy import deepcopy

import pytest
from django.test import Client

from tests.scenes import Scene, answered, scene


@pytest.fixture(scope="module")
def built(kept_rows: None, tmp_path_factory) -> Scene:
    """With a morning's decisions, so that a round has something to train on."""
    built = scene(tmp_path_factory.mktemp("scene"))
    answered(built)
    return built


@pytest.fixture
def made(db: None, built: Scene) -> Scene:
    return deepcopy(built)


@pytest.fixture
def lead(made: Scene, client: Client) -> Client:
    client.force_login(made.lead, backend="django.contrib.auth.backends.ModelBackend")
    return client
