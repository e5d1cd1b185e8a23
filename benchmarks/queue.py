"""Is the queue's order worth its verdicts? One simulated expert in several orders: `python -m benchmarks.queue`.

On ICD-10 with planted errors, as the demo prepares it, scored by the real encoder. Prepares everything by itself, in
TERTIUM_VAR or var/bench/queue; what is there already is used.
"""

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).parents[1]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workbench.settings")
os.environ.setdefault("TERTIUM_VAR", str(ROOT / "var" / "bench" / "queue"))
os.environ.setdefault("TERTIUM_STORE", str(ROOT / "var" / "store"))  # the encoder is decoded once
django.setup()

import numpy as np  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from annotations import actions as terminology  # noqa: E402
from annotations.agreement.settle import WEIGHT_OF_ONE  # noqa: E402
from annotations.models import Concept, Project, Source, TermPair  # noqa: E402
from benchmarks import queue_page  # noqa: E402
from benchmarks.processor import processor  # noqa: E402
from benchmarks.queue_page import FIRST, OURS, RANDOM, SUSPICION  # noqa: E402
from training import pending, stages, store, vocabulary  # noqa: E402
from training.encoding import Encoding  # noqa: E402
from training.ml import constrain, evaluate  # noqa: E402
from training.ml.fitting import placing  # noqa: E402
from training.ml.fitting.job import TrainingJob  # noqa: E402
from training.ml.fitting.material import gather  # noqa: E402
from training.ml.records import DecisionRecord, Recipe, TermText  # noqa: E402
from training.ml.space import Space  # noqa: E402
from workbench.demo.expert import ERROR_RATE, Shown, SimulatedExpert  # noqa: E402
from workbench.demo.medicine import SOURCE_LANGUAGE  # noqa: E402
from workbench.demo.prepare import DemoProject, Folder, injected_errors, prepare  # noqa: E402
from workbench.demo.rows import read_rows  # noqa: E402
from workbench.progress import terminal_progress  # noqa: E402

SHUFFLES = 20  # random orders whose finds are averaged
FITTED_SHUFFLES = 3  # of them, those that are also trained on
SHARES = (0.01, 0.025, 0.05, 0.1, 0.2, 0.4)  # of all verdicts, after which a fit is made


@dataclass(frozen=True)
class Judged:
    """One pair of the queue, as the simulated expert answers it whenever it comes."""

    score: float
    position: int
    injected: bool
    record: DecisionRecord

    @property
    def found(self) -> bool:
        return self.injected and self.record.decision != "equivalent"


def prepared() -> tuple[Project, list[Judged]]:
    """The demo's medical project, imported and scanned, nobody's verdicts in it."""
    progress = terminal_progress()
    call_command("migrate", interactive=False, verbosity=0)
    folder = Folder(settings.VAR_DIR / "demo")
    demo = prepare(folder).projects[0]
    project = Project.objects.filter(slug=demo.slug).first() or terminology.create_project(
        slug=demo.slug,
        name=demo.name,
        domain=demo.slug,
        source_language=SOURCE_LANGUAGE,
        target_languages=demo.targets,
        zero_shot_languages=demo.zero_shot,
        held_out_share=demo.held_out_share,
    )
    if Source.objects.filter(project=project).count() < 2:
        for path, role, source in (
            (folder.terms(demo), Concept.Roles.DOMAIN, demo.source),
            (folder.control(demo), Concept.Roles.CONTROL, demo.control),
        ):
            terminology.import_terms(project, path, role=role, source=source, progress=progress)
    if pending.live_encoder(project) is None or pending.scan_is_due(project):
        stages.scan(project, progress=progress)
    return project, list(_judged(project, folder, demo))


def _judged(project: Project, folder: Folder, demo: DemoProject) -> Iterator[Judged]:
    injected = injected_errors(folder, demo)
    wrong = {(error.concept_id, error.language, error.term) for error in injected}
    expert = SimulatedExpert(read_rows(folder.truth(demo)), injected)
    pairs = TermPair.objects.filter(project=project, state=TermPair.States.QUEUED).order_by("pk")
    scored = pairs.select_related("concept", "source_term", "target_term").prefetch_related("suspicions")
    for pair in scored:
        shown = Shown(pair.concept.external_id, pair.source_term.text, pair.target_language, pair.target_term.text)
        said = expert.answer(shown)
        assert pair.position is not None  # it is queued
        yield Judged(
            score=pair.suspicions.all()[0].score,
            position=pair.position,
            injected=(shown.concept_id, shown.language, shown.target) in wrong,
            record=DecisionRecord(
                pair_id=pair.pk,
                concept_id=shown.concept_id,
                family=pair.concept.family,
                source=TermText(pair.source_language, shown.source),
                target=TermText(shown.language, shown.target),
                decision=said.decision,  # type: ignore[arg-type]
                correction=said.correction,
                weight=WEIGHT_OF_ONE,
                disputed=False,
            ),
        )


def orders(judged: Sequence[Judged]) -> dict[str, list[list[Judged]]]:
    """Name → its orders; only the random one has several."""
    shuffles = [random.Random(seed).sample(list(judged), len(judged)) for seed in range(SHUFFLES)]
    return {
        RANDOM: shuffles,
        SUSPICION: [sorted(judged, key=lambda one: (-one.score, one.record.pair_id))],
        OURS: [sorted(judged, key=lambda one: one.position)],
    }


def finds(order: Sequence[Judged]) -> np.ndarray:
    """(n + 1,) injected errors found after 0, 1, … verdicts."""
    return np.concatenate([[0], np.cumsum([one.found for one in order])])


class Fits:
    """What the verdicts teach by the cheapest of the product's means: a linear map a language, the weights as they are.

    It is what the maps of a round are trained from; full training of every point would take hours here.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._live = stages.ensure_live_encoder(project)
        self._encode = Encoding.of(self._live)
        self._lists = [one for one in vocabulary.references(project) if one.cell == "trained"]
        self._known: dict[tuple[str, str], np.ndarray] = {}

    def untrained(self) -> tuple[float, tuple[float, float]]:
        return self._measured(store.space(self._live.space_digest))

    def after(self, verdicts: Sequence[Judged]) -> tuple[float, tuple[float, float]]:
        """Macro P@1 on held-out concepts, and its 95 % interval over concepts."""
        recipe = Recipe()
        constraints = constrain.build([one.record for one in verdicts])
        replay = vocabulary.Replay.of_round(self._project, recipe, len(constraints))
        weights, space = store.weights(self._live.weights_digest), store.space(self._live.space_digest)
        job = TrainingJob(weights, space, constraints, tuple(replay.everything), tuple(replay.pairs), recipe)
        material = gather(job)
        vectors = np.stack([self._vector(text.text, text.language) for text in self._loaded(material.texts)])
        space = placing.with_maps(material, placing.complete(material, space, vectors), vectors)
        return self._measured(space)

    def _measured(self, space: Space) -> tuple[float, tuple[float, float]]:
        def encode(texts: Sequence[str], language: str) -> np.ndarray:
            self._loaded([TermText(language, text) for text in texts])
            return space.apply(np.stack([self._vector(text, language) for text in texts]), language)

        measured = evaluate.measure(self._lists, encode, resamples=2_000)
        macro = next(one for one in measured if (one.language_pair, one.metric) == (evaluate.MACRO, "p@1"))
        return macro.value, macro.interval

    def _loaded(self, texts: Sequence[TermText]) -> Sequence[TermText]:
        missing: dict[str, list[str]] = {}
        for text in dict.fromkeys(texts):
            if (text.language, text.text) not in self._known:
                missing.setdefault(text.language, []).append(text.text)
        for language, wanted in missing.items():
            self._known |= zip([(language, one) for one in wanted], self._encode.vectors(wanted, language), strict=True)
        return texts

    def _vector(self, text: str, language: str) -> np.ndarray:
        return self._known[language, text]


def run() -> dict[str, Any]:
    project, judged = prepared()
    replayed = orders(judged)
    curves = {name: np.mean([finds(order) for order in several], axis=0) for name, several in replayed.items()}
    first = round(FIRST * len(judged))
    print({name: float(curve[first]) for name, curve in curves.items()}, f"found in {first} verdicts", flush=True)
    budgets = [round(share * len(judged)) for share in SHARES]
    fits = Fits(project)
    base, interval = fits.untrained()
    taught: dict[str, list[dict[str, Any]]] = {}
    for name, several in replayed.items():
        for budget in budgets:
            values = [fits.after(order[:budget]) for order in several[:FITTED_SHUFFLES]]
            mean = float(np.mean([value for value, _ in values]))
            taught.setdefault(name, []).append({"verdicts": budget, "p@1": mean, "interval": values[0][1]})
            print(f"{name}, {budget} verdicts: P@1 {mean:.4f}", flush=True)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": processor(),
        "pairs": len(judged),
        "injected": sum(one.injected for one in judged),
        "first": first,
        "found_first": {name: float(curve[first]) for name, curve in curves.items()},
        "found": {name: [[n, float(curve[n])] for n in _marks(len(judged))] for name, curve in curves.items()},
        "untrained": {"p@1": base, "interval": interval},
        "p@1": taught,
        "error_rate": ERROR_RATE,
        "shuffles": SHUFFLES,
        "fitted_shuffles": FITTED_SHUFFLES,
    }


def _marks(total: int) -> list[int]:
    return sorted({*range(0, total + 1, max(1, total // 200)), *(round(share * total) for share in SHARES), total})


if __name__ == "__main__":
    queue_page.write(run())
