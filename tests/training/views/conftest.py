import pytest
from django.test import Client

from tests.scenes import Scene, answered, scene


@pytest.fixture
def made(db: None, tmp_path) -> Scene:
    """With a morning's decisions, so that a round has something to train on."""
    found = scene(tmp_path)
    answered(found)
    return found


@pytest.fixture
def lead(made: Scene, client: Client) -> Client:
    client.force_login(made.lead, backend="django.contrib.auth.backends.ModelBackend")
    return client
