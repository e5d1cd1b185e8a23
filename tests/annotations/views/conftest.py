from copy import deepcopy

import pytest
from django.test import Client

from annotations.models import Project
from tests.scenes import Scene, scene


@pytest.fixture(scope="module")
def built(kept_rows: None, tmp_path_factory) -> Scene:
    """Without gold pairs by chance: whether one is looked for depends on primary keys."""
    built = scene(tmp_path_factory.mktemp("scene"))
    Project.objects.update(gold_share=0.0)
    return built


@pytest.fixture
def made(db: None, built: Scene) -> Scene:
    return deepcopy(built)


@pytest.fixture
def always_gold(made: Scene) -> None:
    """A gold pair is looked for before every card: the dearest case."""
    Project.objects.update(gold_share=1.0)


@pytest.fixture
def reviewer(made: Scene, client: Client) -> Client:
    client.force_login(made.reviewer, backend="django.contrib.auth.backends.ModelBackend")
    return client
