"""The demo from nothing to its table: every stage is done once and reused when the demo runs again."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User

from annotations import actions as terminology
from annotations.models import Concept, Project, Source
from training import actions, pending, stages, store
from training.ml import backbone
from training.ml.records import MIXUP_WEIGHT, Recipe
from training.models import Encoder, Evaluation, Round
from workbench.demo import accounts, report, review
from workbench.demo.expert import ERROR_RATE, SimulatedExpert
from workbench.demo.medicine import SOURCE_LANGUAGE
from workbench.demo.prepare import DemoProject, Folder, Prepared, injected_errors, prepare
from workbench.demo.rows import InvalidDemo, read_rows
from workbench.demo.stopwatch import Stopwatch
from workbench.progress import Progress
from workbench.services import Services, log

MARKS = (100, 600)  # reviewed pairs after which the finds are counted
MOST_ERRORS = 5  # shown of each file
POLL_SECONDS = 0.5
MEASURED = (Round.States.PROMOTED, Round.States.EVALUATED, Round.States.REJECTED)
GUIDELINES = """**A demo.** Say whether the two terms name the same concept.

- *Equivalent*: a specialist could write one for the other.
- *Correct it* when you know the right term; *wrong form* when only number, inflection or spelling is off.
- Unsure is an answer: the pair goes to another reviewer.
"""


class Demo:
    def __init__(self, folder: Folder, progress: Progress, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._progress = progress
        self._say = say
        self._watch = Stopwatch(folder.path / "seconds.json", say)

    def run(self, services: Services) -> Mapping[str, Any]:
        """All stages; the services must include a broker and the trainer. Returns the report."""
        prepared = self._prepare()
        for demo in prepared.projects:
            project = self._import(demo)
            self._scan(project)
            self._review(project, demo)
            self._round(project, services)
        return self._report(prepared)

    def _prepare(self) -> Prepared:
        if not (self._folder.path / "prepared.json").exists():
            with self._watch.stage("fetch and corrupt terms"):
                prepared = prepare(self._folder)
        else:
            prepared = prepare(self._folder)
        for sentence in prepared.sentences:
            self._say(sentence)
        return prepared

    def _import(self, demo: DemoProject) -> Project:
        project = Project.objects.filter(slug=demo.slug).first() or terminology.create_project(
            slug=demo.slug,
            name=demo.name,
            domain=demo.slug,
            source_language=SOURCE_LANGUAGE,
            target_languages=demo.targets,
            zero_shot_languages=demo.zero_shot,
            held_out_share=demo.held_out_share,
            guidelines=GUIDELINES,
        )
        accounts.join(project)
        terms = self._folder.terms(demo)
        digests = set(Source.objects.filter(project=project, runs__kind="terms").values_list("sha256", flat=True))
        if digests and hashlib.sha256(terms.read_bytes()).hexdigest() not in digests:
            raise InvalidDemo(
                f"The project {demo.slug!r} holds other terms than this demo: set TERTIUM_VAR to an empty folder, "
                "or remove the folder var, and run the demo again."
            )
        if len(digests) < 2:
            with self._watch.stage(f"import {demo.slug}"):
                for path, role, source in (
                    (terms, Concept.Roles.DOMAIN, demo.source),
                    (self._folder.control(demo), Concept.Roles.CONTROL, demo.control),
                ):
                    done = terminology.import_terms(project, path, role=role, source=source, progress=self._progress)
                    for error in done.errors[:MOST_ERRORS]:
                        self._say(f"{error.file}, line {error.line}: {error.reason}")
        return project

    def _scan(self, project: Project) -> None:
        if review.reviewed(project) or self._measured(project) is not None:
            return
        if not Encoder.objects.exists():
            with self._watch.stage("decode encoder"):
                backbone.resolve(settings.DEFAULT_ENCODER, store.backbones(), self._counting("decode encoder"))
        if pending.live_encoder(project) is None or pending.scan_is_due(project):
            with self._watch.stage(f"scan {project.slug}"):
                stages.ensure_live_encoder(project, progress=self._progress)
                stages.scan(project, progress=self._progress)

    def _counting(self, stage: str) -> Callable[[int, int], None]:
        return lambda done, total: self._progress(stage, done, total)

    def _review(self, project: Project, demo: DemoProject) -> None:
        if review.reviewed(project) >= demo.reviews or self._measured(project) is not None:
            return
        self._say(
            f"{demo.name}: the reviews are simulated. A program that knows the uncorrupted list answers the first "
            f"{demo.reviews} pairs of the queue and errs in {ERROR_RATE:.0%} of them."
        )
        truth = read_rows(self._folder.truth(demo))
        expert = SimulatedExpert(truth, injected_errors(self._folder, demo))
        reviewer = User.objects.get(username=accounts.SIMULATED)
        with self._watch.stage(f"review {demo.slug}"):
            review.review(project, reviewer, expert, demo.reviews, self._progress)

    def _measured(self, project: Project) -> Round | None:
        return Round.objects.filter(project=project, state__in=MEASURED).order_by("number").first()

    def _round(self, project: Project, services: Services) -> None:
        if self._measured(project) is not None:
            return
        lead = User.objects.get(username="lead")
        recipe = Recipe(mixup_weight=MIXUP_WEIGHT)  # not part of the usual recipe, but of what a round can do
        started = pending.open_round(project) or actions.start_round(project, recipe=recipe, by=lead)
        with self._watch.stage(f"round {project.slug}"):
            self._wait(started, services)

    def _wait(self, started: Round, services: Services) -> None:
        """Watches the row that the worker writes to: the demo trains nothing itself."""
        while started.state in Round.OPEN:
            services.revive()
            stage = f"round {started.project.slug}: {started.phase or 'waits for the worker'}"
            self._progress(stage, started.step, started.steps)
            time.sleep(POLL_SECONDS)
            started.refresh_from_db()
        if started.state not in MEASURED:
            raise InvalidDemo(
                f"Round {started.number} of {started.project.name} ended as {started.state}: "
                f"{started.error or 'see ' + str(log('trainer'))}. Run the demo again to start another round."
            )

    def _report(self, prepared: Prepared) -> Mapping[str, Any]:
        projects = [self._figures(demo) for demo in prepared.projects]
        written = report.shaped(projects, {**self._watch.seconds, "total": self._watch.total()})
        self._folder.report.write_text(json.dumps(written, ensure_ascii=False, indent=1), encoding="utf-8")
        return written

    def _figures(self, demo: DemoProject) -> report.Measured:
        project = Project.objects.get(slug=demo.slug)
        injected = injected_errors(self._folder, demo)
        evaluation = Evaluation.objects.select_related("round").get(round=self._measured(project))
        return report.Measured(
            project=demo.slug,
            detection=report.detection(review.hits(project, injected), review.prevalence(project, injected), MARKS),
            cells=evaluation.cells,
            decision=str(evaluation.round.get_state_display()).lower(),
            reasons=evaluation.gate_reasons,
        )
