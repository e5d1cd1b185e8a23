"""Rounds in this process, with the real training process and a tiny encoder."""

import shutil
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import User

from annotations import actions as review
from annotations.models import Concept, Project, TermPair
from tests.training.conftest import TINY, decide
from training import actions, leases, pending, rounds, store, vocabulary
from training.encoding import Encoding
from training.leases import States
from training.ml import constrain, evaluate
from training.ml.fitting.job import TrainingJob, read_job
from training.models import Encoder, Evaluation, LossPoint, Round

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ready(project: Project, lead: User) -> Round:
    decide(project, lead, 16)
    decide(project, lead, 4, "not_equivalent")
    return actions.start_round(project, recipe=TINY, by=lead, enqueue=False)


def left_in_the_store() -> list[Path]:
    return list(store.folder("rounds").iterdir())


class Died(BaseException):
    """A worker's end."""


@pytest.mark.services
def test_a_round_runs_from_decisions_to_the_gate(ready: Round) -> None:
    assert rounds.run_round(ready.pk)

    ready.refresh_from_db()
    assert ready.state in (States.EVALUATED, States.PROMOTED)
    assert set(ready.seconds) == {"constrain", "train", "evaluate", "gate"}
    assert (ready.constraint_set.attract, ready.constraint_set.repel) == (16, 4)
    points = dict(LossPoint.objects.filter(round=ready).values_list("step", "metrics"))
    assert ready.step == ready.steps == max(points) == len(points) - 1  # and step 0, the parent
    assert all(0 < value <= 1 for value in points[0].values())
    assert points[0].keys() == points[ready.steps].keys() != set()
    assert LossPoint.objects.get(round=ready, step=ready.steps).values["attract"] > 0
    assert 0 < ready.outcome["trained_parameters"] < ready.outcome["parameters"]
    cells = {(cell["cell"], cell["language_pair"]) for cell in ready.evaluation.cells}
    assert cells == {("trained", "en-de"), ("trained", "en-fr"), ("trained", "macro"), ("zero-shot", "en-pt")}
    assert ready.evaluation.gate_reasons
    assert ready.parent == rounds.base_of(ready.candidate) != ready.candidate
    assert store.weights(ready.candidate.weights_digest).digest == ready.candidate.weights_digest
    assert store.space(ready.candidate.space_digest).digest == ready.candidate.space_digest
    assert left_in_the_store() == []


@pytest.mark.services
def test_a_control_list_gives_general_vocabulary_a_space_of_its_own(ready: Round, tmp_path: Path) -> None:
    rows = [f"house {number},Haus {number},{number}" for number in range(1000)]
    (tmp_path / "control.csv").write_text("\n".join(["source,target,concept_id", *rows]))
    review.import_terms(ready.project, tmp_path / "control.csv", role="control", target_language="de")

    assert rounds.run_round(ready.pk)

    ready.refresh_from_db()
    assert ready.outcome["general_space"] is True
    encoding, before = Encoding.of(ready.candidate), Encoding.of(ready.parent)
    texts = ["Haus 1", "Haus 2"]
    assert not np.allclose(encoding.general(texts, "de"), encoding(texts, "de"), atol=1e-3)
    np.testing.assert_array_equal(before.general(texts, "de"), before(texts, "de"))
    control = [one for one in vocabulary.references(ready.project) if one.cell == "control"]
    (told,) = [c for c in ready.evaluation.cells if (c["cell"], c["metric"]) == ("control", "mrr")]
    found = {one.metric: one.value for one in evaluate.measure(control, encoding.general, resamples=10)}
    assert told["after"] == pytest.approx(found["mrr"])


def test_a_failure_keeps_its_sentence_changes_nothing_and_is_raised(ready: Round) -> None:
    live = rounds.ensure_live_encoder(ready.project)
    shutil.rmtree(store.weights(live.weights_digest).path)

    with pytest.raises(store.MissingArtefact, match="not in the store"):
        rounds.run_round(ready.pk)

    ready.refresh_from_db()
    assert ready.state == States.FAILED
    assert "An encoder's folder of weights is not in the store" in ready.error
    assert ready.finished_at is not None
    assert pending.live_encoder(ready.project) == live
    assert list(Encoder.objects.all()) == [live]
    assert not Evaluation.objects.exists()


@pytest.mark.services
def test_the_next_attempt_takes_what_the_former_one_left(ready: Round) -> None:
    """The train result of an attempt that died before it was recorded, and constraints that don't change any more."""

    def die(stage: str, done: int, total: int) -> None:
        if stage == "measure":
            raise Died

    with pytest.raises(Died):
        rounds.run_round(ready.pk, die)
    ready.refresh_from_db()
    candidate, constraints = ready.candidate, ready.constraint_set
    assert (ready.state, ready.attempt) == (States.RUNNING, 1)
    Round.objects.filter(pk=ready.pk).update(candidate=None)
    decide(ready.project, ready.started_by, 2)

    assert rounds.run_round(ready.pk)

    ready.refresh_from_db()
    assert ready.state in (States.EVALUATED, States.PROMOTED)
    assert (ready.attempt, ready.candidate, ready.constraint_set) == (2, candidate, constraints)


@pytest.mark.parametrize("what", ["recipe", "constraints"])
def test_what_another_round_of_the_same_number_left_is_not_taken(ready: Round, monkeypatch, what: str) -> None:
    """Ids come again when a database is restored, or a new one is used with the same store."""
    trained: list[TrainingJob] = []

    def leave_a_result(folder: Path, *_: object) -> None:
        trained.append(read_job(folder))
        (folder / "result").mkdir()
        (folder / "result" / "result.json").touch()
        raise Died

    monkeypatch.setattr(rounds, "run_trainer", leave_a_result)
    with pytest.raises(Died):
        rounds.run_round(ready.pk)
    if what == "recipe":
        Round.objects.filter(pk=ready.pk).update(recipe=asdict(replace(TINY, seed=7)))
    else:
        Round.objects.filter(pk=ready.pk).update(constraint_set=None)
        decide(ready.project, ready.started_by, 1)

    with pytest.raises(Died):
        rounds.run_round(ready.pk)

    first, second = trained
    assert (second.recipe.seed, len(second.constraints)) == ((7, 20) if what == "recipe" else (TINY.seed, 21))
    assert len(first.constraints) == 20
    store.drop_job(ready.pk)
    assert left_in_the_store() == []


def test_a_round_that_another_process_has_is_left_alone(ready: Round) -> None:
    leases.claim(ready.pk)

    assert rounds.run_round(ready.pk) is False


def test_a_cancel_during_a_phase_ends_the_round(ready: Round, settings) -> None:
    def cancel(stage: str, done: int, total: int) -> None:
        actions.cancel_round(ready)
        time.sleep(0.2)  # until the next heartbeat

    settings.LEASE_SECONDS = 0.2
    assert rounds.run_round(ready.pk, cancel)

    ready.refresh_from_db()
    assert ready.state == States.CANCELLED
    assert not Encoder.objects.exists()


def test_without_held_out_concepts_the_round_fails_before_it_trains(ready: Round) -> None:
    Concept.objects.update(held_out=False)

    with pytest.raises(rounds.NothingHeldOut, match="no held-out concept to measure a round with"):
        rounds.run_round(ready.pk)

    assert left_in_the_store() == []


def test_nothing_held_out_is_trained_on(ready: Round) -> None:
    held_out = set(TermPair.objects.filter(concept__held_out=True).values_list("concept__family", flat=True))
    constraints = constrain.build(pending.decision_records(ready.project))
    families = {item.family for item in (*constraints.attract, *constraints.repel)}
    replayed = {text.text for text in vocabulary.Replay(ready.project, 10_000, 10_000, seed=0).everything}
    tested = {
        text.text
        for one in vocabulary.references(ready.project)
        for pair in one.pairs
        for text in (pair.source, pair.target)
    }

    assert held_out
    assert families
    assert replayed
    assert tested
    assert not families & held_out
    assert not replayed & tested
    assert not {text for texts in vocabulary.mean_texts(ready.project).values() for text in texts} & tested
