"""The scan: embed the vocabulary, score every pair over the whole of it, put the queue in order. Brings torch."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from annotations.actions import ScoredPair, flag_suspects
from annotations.models import Project, TermPair
from training import lessons, pending, recording, store
from training.encoders import ensure_live_encoder
from training.encoding import Encoding
from training.ml.records import PairSuspicion
from training.ml.scoring.examination import Examined
from training.ml.scoring.weighing import Weights
from training.ml.suspect import IDS, Vocabulary, examine_pairs, weigh
from training.timing import timed
from training.vocabulary import WordList
from workbench.progress import Progress, no_progress

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ScanReport:
    scored: int  # pairs; 0 when nothing has changed since the last scan
    queued: int  # pairs that wait for a reviewer
    seconds: dict[str, float]


@dataclass(frozen=True)
class Embedded:
    words: WordList
    vocabulary: Vocabulary


@dataclass(frozen=True)
class Listed:
    """The pairs of one target language, measured."""

    pairs: tuple[int, ...]
    examined: Examined
    source: WordList
    target: WordList

    def scored(self, weights: Weights) -> Iterator[ScoredPair]:
        for pair_id, found in zip(self.pairs, weigh(self.examined, weights), strict=True):
            yield self._scored(pair_id, found)

    def _scored(self, pair_id: int, found: PairSuspicion) -> ScoredPair:
        return ScoredPair(
            pair_id=pair_id,
            score=found.score,
            reasons=found.reasons,
            signals={**found.signals, "log_odds": [list(one) for one in found.log_odds]},
            forward=[(self.target.first[one.index], one.score) for one in found.forward],
            backward=[(self.source.first[one.index], one.score) for one in found.backward],
        )


def scan(project: Project, progress: Progress = no_progress) -> ScanReport:
    """Does nothing where the live encoder has seen terms, pairs and decisions just as they are."""
    with store.lock(f"scan-{project.pk}"):
        encoder = ensure_live_encoder(project, progress=progress)
        digest = pending.vocabulary_digest(project)
        if pending.already_scanned(project, encoder, digest):
            log.info("%s: nothing has changed since the last scan", project.slug)
            return ScanReport(0, _queued(project), {})
        seconds: dict[str, float] = {}
        with timed(seconds, "embed"):
            words = _embedded(project, Encoding.of(encoder, progress))
        with timed(seconds, "suspect"):
            found = (_listed(project, words, target, progress) for target in project.target_languages)
            lists = list(chain.from_iterable(found))
            weights = lessons.weights(project, IDS, [(one.pairs, one.examined.doubts) for one in lists])
            scored = [pair for one in lists for pair in one.scored(weights)]
        with timed(seconds, "flag"):
            flag_suspects(project, encoder.digest, scored, progress)
        report = ScanReport(len(scored), _queued(project), seconds)
        recording.record_scan(
            project, encoder, digest, scored=report.scored, queued=report.queued, seconds=report.seconds
        )
        return report


def _embedded(project: Project, encode: Encoding) -> dict[str, Embedded]:
    lists = (WordList.of(project, language) for language in pending.reviewed_languages(project))
    return {
        words.language: Embedded(words, Vocabulary(words.language, words.texts, encode(words.texts, words.language)))
        for words in lists
        if words.texts
    }


def _listed(project: Project, embedded: dict[str, Embedded], language: str, progress: Progress) -> Iterator[Listed]:
    columns = pending.pairs(project).filter(target_language=language).order_by("pk")
    listed = list(columns.values_list("pk", "source_term", "target_term"))
    if not listed:
        return
    source, target = embedded[project.source_language], embedded[language]
    rows = np.array([(source.words.rows[one], target.words.rows[other]) for _, one, other in listed], dtype=np.int64)
    examined = examine_pairs(
        source.vocabulary,
        target.vocabulary,
        rows,
        progress=lambda done, total: progress(f"suspect {language}", done, total),
    )
    yield Listed(tuple(pair_id for pair_id, _, _ in listed), examined, source.words, target.words)


def _queued(project: Project) -> int:
    return TermPair.objects.filter(project=project, state=TermPair.States.QUEUED).count()
