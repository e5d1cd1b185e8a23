"""Recipes and losses have names that can be translated."""

import ast
import inspect
from dataclasses import fields

from django.test import Client
from django.urls import reverse

from tests import scenes
from tests.scenes import Scene
from training.ml.fitting import objective
from training.ml.records import Recipe
from training.views.names import LOSSES, RECIPE


def test_every_value_of_a_recipe_has_its_name() -> None:
    assert {field.name for field in fields(Recipe)} - {"freezing", "seed"} == set(RECIPE)


def test_every_loss_has_its_name() -> None:
    weights = next(
        node.value
        for node in ast.walk(ast.parse(inspect.getsource(objective)))
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) == "weights"
        and isinstance(node.value, ast.Dict)
    )
    assert {ast.literal_eval(key) for key in weights.keys} == set(LOSSES)


def test_the_round_names_them(made: Scene, lead: Client) -> None:
    scenes.measured_round(made)
    page = lead.get(reverse("round", args=[made.project.slug, 1])).content.decode()
    assert "<dt>learning rate of the maps</dt>" in page
    assert '<dt>known translations a verdict</dt><dd class="number">0.667</dd>' in page
    assert "<figcaption><b>attract</b>" in page
