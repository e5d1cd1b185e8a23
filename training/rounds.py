"""One round: claim → constrain → train → evaluate → gate. Each attempt goes on where the former one stopped."""

import json
import logging
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from training import leases, pending, recording, store, vocabulary
from training.encoders import base_of, ensure_live_encoder
from training.encoding import Encoding
from training.leases import Cancelled, Lease, LostLease, States
from training.ml import constrain, evaluate, layout, promote
from training.ml.fitting.general import fit_general
from training.ml.fitting.job import prepare_job
from training.ml.records import Constraints, Event, Recipe
from training.ml.space import Space
from training.models import Encoder, Round
from training.timing import timed
from training.trainer import run_trainer
from workbench.progress import Progress, no_progress

log = logging.getLogger(__name__)
Phases = Round.Phases
OUTCOME = (
    "trained_layers",
    "trained_parameters",
    "parameters",
    "weak_pairs",
    "child_share",
    "maps_share",
    "general_space",
)


class NothingHeldOut(ValueError):
    """A project whose rounds can't be measured; the message says what to do."""


def run_round(round_id: int, progress: Progress = no_progress) -> bool:
    """Runs a queued or abandoned round to its end; False when another process has it. A failure is raised again."""
    lease = leases.claim(round_id)
    if lease is None:
        log.info("round %s is not to be had: another process runs it, or it has ended", round_id)
        return False
    with leases.kept(lease), Attempt(lease, progress) as attempt:
        attempt.constrain()
        attempt.train()
        attempt.evaluate()
    return True


@dataclass
class Attempt:
    """What one claim of a round does. Leaving the block tells the row how it ended."""

    lease: Lease
    progress: Progress
    round: Round = field(init=False)
    heard: bool = False  # anything of the trainer's losses

    def __enter__(self) -> Self:
        self._read()
        log.info("round %s: attempt %s", self.round.pk, self.lease.attempt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, LostLease):
            log.warning("%s", error)
            return True
        if isinstance(error, Cancelled):
            self._end(States.CANCELLED)
            store.drop_job(self.round.pk)
            return True
        if isinstance(error, Exception):
            self._end(States.FAILED, error=recording.sentence("round", error))
        elif error is not None:  # told to stop: the next worker goes on
            self.lease.give_back()
        return False

    def _end(self, state: str, **fields: str) -> None:
        try:
            self.lease.end(state, **fields)
        except LostLease as lost:
            log.warning("%s", lost)

    def constrain(self) -> None:
        """The constraint set and the parent are chosen once: every later attempt has the same."""
        if self.round.constraint_set is not None and self.round.parent is not None:
            return
        with self._phase(Phases.CONSTRAIN):
            parent = ensure_live_encoder(self.round.project, progress=self._tell)
            if not any(one.cell == "trained" for one in vocabulary.references(self.round.project)):
                raise NothingHeldOut(
                    f"{self.round.project.name} has no held-out concept to measure a round with: import more terms, "
                    "or make the project with a held-out share above 0."
                )
            last = pending.last_decision_at(self.round.project)
            constraints = constrain.build(pending.decision_records(self.round.project))
            digest = constrain.digest(constraints)
            store.keep_constraints(constrain.to_jsonl(constraints), digest)
            recording.record_constraints(self.lease, self.round.project, parent, constraints, digest, last)
        self._read()

    def train(self) -> None:
        """A result that a former attempt has left in the job's folder is taken as it is."""
        if self.round.candidate is not None:
            return
        with self._phase(Phases.TRAIN):
            base = base_of(self._parent)
            folder = self._folder(base)
            if not (folder / "result" / "result.json").is_file():
                self._prepare(folder, base)
                run_trainer(folder, self._hear, self.lease.check)
            weights = layout.read(folder / "result" / "weights")
            space = Space.load(folder / "result" / "space.safetensors")
            store.keep_weights(weights)
            store.keep_space(space)
            recording.record_candidate(
                self.lease,
                self.round.project,
                name=f"{base.name}, round {self.round.number}",
                digest=store.encoder_digest(weights.digest, space.digest),
                weights_digest=weights.digest,
                space_digest=space.digest,
                base=base,
                outcome=_outcome(folder),
            )
        self._read()

    def evaluate(self) -> None:
        with self._phase(Phases.EVALUATE):
            before = Encoding.of(self._parent, self._tell)
            after = before if self._candidate == self._parent else Encoding.of(self._candidate, self._tell)
            lists = vocabulary.references(self.round.project)
            found = evaluate.evaluate(lists, before, after, progress=partial(self._tell, "measure"))
            moved = evaluate.radius(lists, before, after)
            satisfaction, unmet = evaluate.satisfaction(self._constraints, after)
        with self._phase(Phases.GATE):
            decision = promote.gate(found.cells, satisfaction)
        recording.record_evaluation(
            self.lease,
            cells=found.cells,
            references_digest=found.references_digest,
            left_out=found.left_out,
            satisfaction=satisfaction,
            unmet=unmet,
            gate=decision,
            radius=moved,
        )
        store.drop_job(self.round.pk)

    def _folder(self, base: Encoder) -> Path:
        assert self.round.constraint_set is not None  # noqa: S101 - the constrain phase has set it
        recipe = json.dumps(self.round.recipe, sort_keys=True)
        return store.job(self.round.pk, base.digest, self.round.constraint_set.digest, recipe)

    def _prepare(self, folder: Path, base: Encoder) -> None:
        """A folder that is there is left as it is, for its checkpoint belongs to it."""
        if folder.exists():
            return
        recipe, constraints = Recipe(**self.round.recipe), self._constraints
        space, encoding = store.space(base.space_digest), Encoding.of(base, self._tell)
        known = vocabulary.known_translations(self.round.project, recipe.general_pairs)
        replay = vocabulary.Replay.of_round(self.round.project, recipe, len(constraints))
        prepare_job(
            folder,
            backbone=store.weights(base.weights_digest),
            space=replace(space, general=fit_general(space, known, encoding.vectors)),
            constraints=constraints,
            replay=replay.everything,
            replay_pairs=replay.pairs,
            recipe=recipe,
        )

    def _hear(self, event: Event) -> None:
        if event["event"] == "loss":
            if not self.heard:
                log.info("round %s: attempt %s trains from step %s", self.round.pk, self.lease.attempt, event["step"])
            self.heard = True
            recording.record_loss(self.lease, event["step"], event["steps"], event["values"])
            self._tell("train", event["step"], event["steps"])
        elif event["event"] == "metric":
            recording.record_metrics(self.lease, event["step"], event["values"])
        elif event["event"] == "progress":
            self._tell(event["stage"], event["done"], event["total"])

    def _tell(self, stage: str, done: int, total: int) -> None:
        self.lease.check()
        self.progress(stage, done, total)

    @property
    def _constraints(self) -> Constraints:
        assert self.round.constraint_set is not None  # noqa: S101 - the constrain phase has set it
        return constrain.from_jsonl(store.constraints(self.round.constraint_set.digest))

    @property
    def _parent(self) -> Encoder:
        assert self.round.parent is not None  # noqa: S101 - the constrain phase has set it
        return self.round.parent

    @property
    def _candidate(self) -> Encoder:
        assert self.round.candidate is not None  # noqa: S101 - the train phase has set it
        return self.round.candidate

    def _read(self) -> None:
        related = ("project", "parent", "candidate", "constraint_set")
        self.round = Round.objects.select_related(*related).get(pk=self.lease.round_id)

    def _phase(self, phase: str) -> "Phase":
        return Phase(self.lease, phase, self.round.seconds)


@dataclass
class Phase:
    """Shows a phase on the round while it lasts, and its seconds afterwards."""

    lease: Lease
    name: str
    seconds: dict[str, float]

    def __enter__(self) -> None:
        self.lease.write(phase=self.name)
        self._timer = timed(self.seconds, self.name)
        self._timer.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.__exit__(kind, error, trace)
        if error is None:
            self.lease.write(seconds=self.seconds)


def _outcome(folder: Path) -> dict[str, Any]:
    """What the trainer told of its run, without what the rows say already."""
    told = json.loads((folder / "result" / "result.json").read_text(encoding="utf-8"))
    return {name: told[name] for name in OUTCOME if name in told}
