from dataclasses import replace
from pathlib import Path

import pytest

from annotations import actions as review
from annotations.models import Project
from training.ml.records import Recipe
from training.vocabulary import Replay


@pytest.fixture
def project(project: Project, tmp_path: Path) -> Project:
    rows = [f"house {number},Haus {number},{number}" for number in range(400)]
    (tmp_path / "control.csv").write_text("\n".join(["source,target,concept_id", *rows]))
    review.import_terms(project, tmp_path / "control.csv", role="control", target_language="de")
    return project


def replayed_pairs(replay: Replay) -> list[bool]:
    texts = set(replay.everything)
    return [set(pair) <= texts for pair in replay.pairs]


def test_a_round_replays_the_translations_that_it_knows(project: Project) -> None:
    replay = Replay.of_round(project, Recipe(), 10)

    assert replayed_pairs(replay) == [True] * 67


def test_a_recipe_may_ask_for_more_translations_than_are_replayed(project: Project) -> None:
    usual = Replay.of_round(project, Recipe(), 10)
    replay = Replay.of_round(project, replace(Recipe(), known_per_pair=1.5), 10)

    assert replay.everything == usual.everything
    assert replay.pairs[:67] == usual.pairs
    assert replayed_pairs(replay) == [True] * 67 + [False] * 83


def test_many_verdicts_bring_as_many_translations(project: Project) -> None:
    assert len(Replay.of_round(project, Recipe(), 300).pairs) == 200
