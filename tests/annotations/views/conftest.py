import pytest
from django.test import Client

from tests.scenes import Scene, scene


@pytest.fixture
def made(db: None, tmp_path) -> Scene:
    return scene(tmp_path)


@pytest.fixture
def reviewer(made: Scene, client: Client) -> Client:
    client.force_login(made.reviewer, backend="django.contrib.auth.backends.ModelBackend")
    return client
