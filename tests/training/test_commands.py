"""The stages by name: results as JSON, and one sentence where something can't be."""

import json
import shutil
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from annotations.models import Project
from tests.training.conftest import decide, measured
from training import leases, pending, stages, store
from training.encoders import ensure_live_encoder
from training.leases import Lease
from training.ml.space import Space
from training.models import Encoder, Round


def told(name: str, *arguments: str) -> dict:
    output = StringIO()
    call_command(name, *arguments, "--json", stdout=output)
    return json.loads(output.getvalue())


def test_scan(project: Project) -> None:
    first = told("scan", "--project", "medicine")

    assert first["scored"] > 0
    assert set(first["seconds"]) == {"embed", "suspect", "flag"}
    assert first["encoder_digest"] == pending.live_encoder(project).digest
    assert told("scan", "--project", "medicine")["scored"] == 0


def test_scan_with_a_folder_that_holds_no_safetensors(project: Project, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"holds no model\.safetensors"):
        call_command("scan", "--project", "medicine", "--encoder", str(tmp_path))


def test_embed_writes_a_unit_row_a_line(project: Project, tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_text("gastritis akut\r\nHerz\n", encoding="utf-8")

    result = told(
        *("embed", str(tmp_path / "texts.txt"), "--project", "medicine", "--language", "de"),
        *("--out", str(tmp_path / "out.npy")),
    )

    vectors = np.load(tmp_path / "out.npy")
    assert (result["rows"], result["dimensions"]) == vectors.shape == (2, 32)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(vectors, stages.embed_texts(project, ["gastritis akut", "Herz"], "de"))


def test_embed_places_texts_as_general_vocabulary_where_asked(project: Project, tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_text("Haus\n", encoding="utf-8")
    base = ensure_live_encoder(project)
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(32, 32)))[0]
    space = replace(store.space(base.space_digest), general=Space(maps={"de": turn}))
    store.keep_space(space)
    Encoder.objects.filter(pk=base.pk).update(space_digest=space.digest)
    rows = {}
    for option in ((), ("--general",)):
        told(
            *("embed", str(tmp_path / "texts.txt"), "--project", "medicine", "--language", "de"),
            *("--out", str(tmp_path / "out.npy"), *option),
        )
        rows[option] = np.load(tmp_path / "out.npy")

    assert abs(float((rows[()] * rows[("--general",)]).sum())) < 0.9


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"one\n\nthree\n", "Line 2 .* is empty"), (b"", "Line 1 .* is empty"), (b"caf\xe9\n", "not UTF-8")],
)
def test_embed_refuses_what_it_cannot_count(project: Project, tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "texts.txt").write_bytes(content)

    with pytest.raises(CommandError, match=sentence):
        told(
            *("embed", str(tmp_path / "texts.txt"), "--project", "medicine", "--language", "de"),
            *("--out", str(tmp_path / "out.npy")),
        )
    assert not (tmp_path / "out.npy").exists()


@pytest.mark.parametrize(
    ("recipe", "sentence"),
    [
        ('{"freezing": "banana"}', "not a plan: choose one of top_k"),
        ('{"epoch": 3}', "no field 'epoch': choose from freezing"),
        ('{"epochs": "3"}', "epochs='3' in the recipe must be of type int"),
        ('{"epochs": true}', "must be of type int"),
        ("[1]", "must be a JSON object"),
        ("{", "is not JSON"),
    ],
)
def test_a_recipe_that_makes_no_sense(project: Project, lead: User, tmp_path: Path, recipe: str, sentence: str) -> None:
    decide(project, lead, 1)
    (tmp_path / "recipe.json").write_text(recipe)

    with pytest.raises(CommandError, match=sentence):
        call_command("run_round", "--project", "medicine", "--recipe", str(tmp_path / "recipe.json"))
    assert not Round.objects.exists()


def test_a_recipe_s_fields_and_options(project: Project, lead: User, tmp_path: Path, tiny: Path) -> None:
    decide(project, lead, 1)
    stages.ensure_live_encoder(project)
    shutil.rmtree(tmp_path / "store" / "weights")
    (tmp_path / "recipe.json").write_text('{"epochs": 3, "learning_rate": 1}')

    with pytest.raises(CommandError, match="is not in the store"):
        call_command(
            *("run_round", "--project", "medicine", "--recipe", str(tmp_path / "recipe.json")),
            *("--freezing", "lora", "--seed", "7", "--no-promote"),
        )

    made = Round.objects.get()
    chosen = ("epochs", "learning_rate", "freezing", "seed", "batch_pairs")
    assert [made.recipe[name] for name in chosen] == [3, 1, "lora", 7, 64]
    assert (made.state, made.auto_promote) == ("failed", False)


def test_run_round_without_a_constraint(project: Project) -> None:
    with pytest.raises(CommandError, match="no decided pair to make a constraint of"):
        call_command("run_round", "--project", "medicine")


def test_resume_runs_the_open_round_and_no_other_s(queued: Round) -> None:
    leases.claim(queued.pk)
    with pytest.raises(CommandError, match="Round 1 is run by another process"):
        call_command("run_round", "--project", "medicine", "--resume")

    Round.objects.update(state="failed")
    with pytest.raises(CommandError, match="no open round to resume"):
        call_command("run_round", "--project", "medicine", "--resume")


def test_evaluate_prints_the_last_evaluation(lease: Lease, base: Encoder) -> None:
    with pytest.raises(CommandError, match="has not been evaluated yet: run a round"):
        call_command("evaluate", "--project", "medicine")
    measured(lease, base)

    result = told("evaluate", "--project", "medicine")

    assert result["round"] == 1
    assert result["gate"] == {"decision": "pass", "reasons": ["because"]}
    [cell] = result["cells"]
    assert (cell["language_pair"], cell["before"], cell["interval"]) == ("macro", 0.5, [0.05, 0.15])
    assert (result["references_digest"], result["left_out"]) == ("r" * 64, {})
    text = StringIO()
    call_command("evaluate", "--project", "medicine", stdout=text)
    assert "trained    macro   p@1       300  0.500   0.600  +0.100 [+0.050, +0.150]" in text.getvalue()


def test_evaluate_fresh_measures_the_live_encoder(project: Project) -> None:
    result = told("evaluate", "--project", "medicine", "--fresh")

    cells = {(cell["cell"], cell["language_pair"]) for cell in result["cells"]}
    assert cells == {("trained", "en-de"), ("trained", "en-fr"), ("trained", "macro"), ("zero-shot", "en-pt")}
    assert {cell["difference"] for cell in result["cells"]} == {0.0}
    assert result["gate"] is None


def test_promote_and_rollback(lease: Lease, base: Encoder) -> None:
    with pytest.raises(CommandError, match="no round that waits to be promoted"):
        call_command("promote", "--project", "medicine")
    found = measured(lease, base, passed=False)

    with pytest.raises(CommandError, match=r"The gate did not pass round 1: because .*--force"):
        call_command("promote", "--project", "medicine")
    assert told("promote", "--project", "medicine", "--force")["live"]["id"] == found.candidate_id
    with pytest.raises(CommandError, match="Round 1 is promoted: only a round that has been measured"):
        call_command("promote", "--project", "medicine", "--round", "1")

    assert told("rollback", "--project", "medicine", "--reason", "worse")["live"]["id"] == base.pk
    with pytest.raises(CommandError, match="there is none to go back to"):
        call_command("rollback", "--project", "medicine")
