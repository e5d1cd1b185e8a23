"""Rounds on real processes: Valkey, Celery and the trainer, killed at the worst moment."""

import json
import os
import re
import signal
from pathlib import Path

import pytest

from annotations.models import TermPair
from tests.machine import Machine, until
from tests.training.conftest import write_terms

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]
WORKERS = ("broker", "worker", "scanner", "trainer", "beat")
LONG = {"epochs": 30, "batch_pairs": 8, "top_k": 1, "checkpoint_steps": 5, "interpolate": False, "maps": False}
SHORT = LONG | {"epochs": 2}
START = "run_round --project medicine --recipe {}"


@pytest.fixture
def machine(tmp_path: Path, tiny: Path) -> Machine:
    """A project with 40 decisions."""
    made = Machine(tmp_path / "var", tiny)
    made.manage("migrate", "--verbosity", "0")
    words = "--project medicine --create --domain medicine --source en --target de --target fr --zero-shot pt"
    made.manage("import_terms", str(write_terms(tmp_path / "terms.csv")), *words.split())
    verdicts = ["source,target,decision"]
    query = """
        SELECT s.text, t.text FROM annotations_termpair p JOIN annotations_term s ON s.id = p.source_term_id
        JOIN annotations_term t ON t.id = p.target_term_id WHERE p.state = ? ORDER BY p.id LIMIT 40
    """
    verdicts += [f"{source},{target},equivalent" for source, target in made.rows(query, TermPair.States.LISTED)]
    (tmp_path / "verdicts.csv").write_text("\n".join(verdicts))
    made.manage("import_verdicts", str(tmp_path / "verdicts.csv"), "--project", "medicine")
    for name, recipe in (("long", LONG), ("short", SHORT)):
        (tmp_path / f"{name}.json").write_text(json.dumps(recipe))
    return made


def start(machine: Machine, recipe: str) -> None:
    """As the lead's page does: the row, and a nudge on commit."""
    given = machine.folder.parent / f"{recipe}.json"
    machine.call(
        "import json; from pathlib import Path; from annotations.models import Project; from training import actions; "
        "from training.ml.records import Recipe; "
        f"recipe = Recipe(**json.loads(Path({str(given)!r}).read_text())); "
        "actions.start_round(Project.objects.get(), recipe=recipe)"
    )


def ended(machine: Machine) -> bool:
    return machine.round()[0] not in ("queued", "running")


def in_mid_training(machine: Machine) -> bool:
    """Past the first checkpoint."""
    return machine.round()[2] > LONG["checkpoint_steps"]


def halted(machine: Machine) -> int:
    """The trainer, which goes no step further however fast this machine is."""
    until(lambda: in_mid_training(machine))
    trainer = machine.pid("training.ml.train")
    assert trainer is not None
    os.kill(trainer, signal.SIGSTOP)
    return trainer


def recorded_once(machine: Machine) -> None:
    state, steps, step, error = machine.round("state, steps, step, error")
    assert (state, step) in (("evaluated", steps), ("promoted", steps)), error
    assert machine.rows("SELECT count(*) FROM training_evaluation") == [(1,)]
    assert machine.rows("SELECT count(*) FROM training_encoder WHERE parent_id IS NOT NULL") == [(1,)]
    assert machine.rows("SELECT count(*), max(step) FROM training_losspoint WHERE step > 0") == [(steps, steps)]


def resumed_from(machine: Machine) -> list[int]:
    """The first step of each attempt."""
    return [int(step) for step in re.findall(r"attempt \d+ trains from step (\d+)", machine.log("trainer"))]


def test_a_worker_killed_in_mid_training_resumes_from_its_checkpoint(machine: Machine) -> None:
    with machine.serving(*WORKERS):
        start(machine, "long")
        until(lambda: in_mid_training(machine))
        worker, trainer = machine.pid("--queues train"), machine.pid("training.ml.train")

        os.kill(worker, signal.SIGKILL)

        until(lambda: trainer not in machine.processes(), 5)
        until(lambda: ended(machine))
        assert machine.round()[1] == 2
        recorded_once(machine)
        assert resumed_from(machine)[0] == 1
        assert resumed_from(machine)[1] > LONG["checkpoint_steps"]
    assert machine.processes() == {}


def test_a_worker_that_is_told_to_stop_gives_its_round_back(machine: Machine) -> None:
    with machine.serving(*WORKERS) as serving:
        start(machine, "long")
        halted(machine)
        serving.send_signal(signal.SIGINT)
        assert serving.wait(60) == 0
    assert machine.processes() == {}
    assert machine.round("state, attempt, given_back") == ("running", 1, 1)

    with machine.serving(*WORKERS):
        until(lambda: ended(machine))
    recorded_once(machine)
    assert resumed_from(machine)[1] > LONG["checkpoint_steps"]


def test_all_processes_killed_at_once_leave_no_orphan_and_the_round_goes_on(machine: Machine) -> None:
    with machine.serving(*WORKERS) as serving:
        start(machine, "long")
        until(lambda: in_mid_training(machine))

        serving.kill()

        until(lambda: machine.processes() == {}, 15)
    assert machine.round()[0] == "running"

    with machine.serving(*WORKERS):
        until(lambda: ended(machine))
    recorded_once(machine)
    assert resumed_from(machine)[1] > LONG["checkpoint_steps"]


def test_a_broker_killed_and_started_again_loses_and_doubles_nothing(machine: Machine) -> None:
    with machine.serving(*WORKERS):
        start(machine, "long")
        until(lambda: in_mid_training(machine))
        broker = machine.pid("valkey-server")

        os.kill(broker, signal.SIGKILL)

        until(lambda: machine.pid("valkey-server") not in (None, broker), 20)
        until(lambda: ended(machine))
        recorded_once(machine)
        assert resumed_from(machine) == [1]

        done = machine.manage(*START.format(machine.folder.parent / "short.json").split(), "--enqueue", "--json")
        assert json.loads(done.stdout)["round"] == 2
        assert machine.round()[0] in ("evaluated", "promoted")


def test_a_cancel_ends_the_training_process(machine: Machine) -> None:
    with machine.serving(*WORKERS):
        start(machine, "long")
        trainer = halted(machine)

        machine.call("from training import actions, models; actions.cancel_round(models.Round.objects.get())")

        until(lambda: ended(machine), 10)
        assert machine.round()[0] == "cancelled"
        assert trainer not in machine.processes()
        assert machine.rows("SELECT count(*) FROM training_encoder WHERE parent_id IS NOT NULL") == [(0,)]
        assert not list((machine.folder / "store" / "rounds").iterdir())


def test_a_broker_that_is_down_is_one_sentence_and_the_round_starts_when_it_is_back(machine: Machine) -> None:
    done = machine.manage(*START.format(machine.folder.parent / "short.json").split(), "--enqueue", code=1)

    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "does not answer: start it, and the worker, with `python manage.py serve`" in done.stderr
    assert machine.round("state, error") == ("queued", done.stderr.strip().removeprefix("CommandError: "))

    with machine.serving(*WORKERS):
        until(lambda: ended(machine))
    recorded_once(machine)
    assert machine.round("error") == ("",)
