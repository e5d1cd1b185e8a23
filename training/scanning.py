"""The scan: embed the vocabulary, score the pairs, put the queue in order. Brings torch."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from annotations.actions import ScoredPair, flag_suspects
from annotations.batches import batches
from annotations.models import Project, Suspicion, TermPair
from training import growing, lessons, pending, recording, store
from training.encoders import ensure_live_encoder
from training.encoding import Encoding
from training.growing import Grown
from training.ml.index import width
from training.ml.records import PairSuspicion
from training.ml.scoring.examination import Examined
from training.ml.scoring.growth import Added, neighbourhood
from training.ml.scoring.listing import Listing, Vectors
from training.ml.scoring.weighing import Weights
from training.ml.suspect import IDS, Vocabulary, examine_pairs, examine_part, weigh
from training.models import Encoder
from training.store import Gauge
from training.timing import timed
from training.vocabulary import WordList
from workbench.progress import Progress, no_progress

log = logging.getLogger(__name__)
Rows = NDArray[np.int64]


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
    """The pairs of one target language, measured: all of them, or those near what is new."""

    language: str
    pairs: Rows  # (p,) ids
    examined: Examined
    sources: Rows  # term id of each source row of what was examined
    targets: Rows
    told: Rows  # places of the pairs whose scores are wanted

    @property
    def doubts(self) -> lessons.Measured:
        return self.pairs[self.told].tolist(), self.examined.doubts[self.told]

    def scored(self, place: int, found: PairSuspicion) -> ScoredPair:
        return ScoredPair(
            pair_id=int(self.pairs[place]),
            score=found.score,
            reasons=found.reasons,
            signals={**found.signals, "log_odds": [list(one) for one in found.log_odds]},
            forward=[(int(self.targets[one.index]), one.score) for one in found.forward],
            backward=[(int(self.sources[one.index]), one.score) for one in found.backward],
        )


class Scored:
    """What a scan has to say, the most suspicious first; a pair is put into words when it is its turn, for the words of
    a million pairs fill the memory. Of old pairs those alone that the new ones made more suspicious."""

    def __init__(self, lists: Sequence[Listed], weights: Weights, former: Mapping[int, float]) -> None:
        self._lists = lists
        self._found = [weigh(one.examined, weights) for one in lists]
        rows = [
            (-score, int(one.pairs[place]), number, place)
            for number, (one, found) in enumerate(zip(lists, self._found, strict=True))
            for place, score in zip(one.told.tolist(), found.scores[one.told].tolist(), strict=True)
        ]
        self._rows = sorted(row for row in rows if -row[0] > former.get(row[1], -1.0))

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[ScoredPair]:
        for _, _, number, place in self._rows:
            yield self._lists[number].scored(place, self._found[number][place])


def scan(project: Project, progress: Progress = no_progress) -> ScanReport:
    """Does nothing where the live encoder has seen terms, pairs and decisions just as they are; where terms and pairs
    have only come to them, it scores the new pairs alone, and old ones that new terms come near."""
    with store.lock(f"scan-{project.pk}"), recording.scan_attempt(project):
        encoder = ensure_live_encoder(project, progress=progress)
        seen = pending.seen(project)
        if pending.already_scanned(project, encoder, seen):
            log.info("%s: nothing has changed since the last scan", project.slug)
            return ScanReport(0, _queued(project), {})
        grown = growing.since_last_scan(project, encoder)
        seconds: dict[str, float] = {}
        with timed(seconds, "embed"):
            words = _embedded(project, Encoding.of(encoder, progress))
        with timed(seconds, "suspect"):
            found = (_listed(project, words, target, grown, progress) for target in project.target_languages)
            lists = list(chain.from_iterable(found))
            weights = lessons.weights(project, IDS, [one.doubts for one in lists], more=grown is not None)
            scored = Scored(lists, weights, _former(encoder, lists) if grown else {})
        with timed(seconds, "flag"):
            flag_suspects(project, encoder.digest, scored, progress)
        if grown is None:
            standards = {one.language: [astuple(each) for each in one.examined.standards] for one in lists}
            store.keep_gauge(project.pk, Gauge(IDS, weights, standards))
        report = ScanReport(len(scored), _queued(project), seconds)
        recording.record_scan(
            project, encoder, scored=report.scored, queued=report.queued, seconds=report.seconds, **asdict(seen)
        )
        return report


def _embedded(project: Project, encode: Encoding) -> dict[str, Embedded]:
    lists = (WordList.of(project, language) for language in pending.reviewed_languages(project))
    return {words.language: Embedded(words, _vocabulary(words, encode)) for words in lists if words.texts}


def _vocabulary(words: WordList, encode: Encoding) -> Vocabulary:
    rows = encode(words.texts, words.language)
    kept: Vectors = rows.astype(np.float16) if width(len(rows)) == np.float16 else rows
    return Vocabulary(words.language, words.texts, kept)


def _listed(
    project: Project, embedded: dict[str, Embedded], language: str, grown: Grown | None, progress: Progress
) -> Iterator[Listed]:
    columns = pending.pairs(project).filter(target_language=language).order_by("pk")
    pairs = list(columns.values_list("pk", "source_term", "target_term"))
    if not pairs:
        return
    source, target = embedded[project.source_language], embedded[language]
    rows = np.array([(source.words.rows[one], target.words.rows[other]) for _, one, other in pairs], dtype=np.int64)
    whole = Listing(source.vocabulary, target.vocabulary, rows)
    ids, sources, targets = (
        np.array([one for one, _, _ in pairs]),
        np.array(source.words.first),
        np.array(target.words.first),
    )

    def tell(done: int, total: int) -> None:
        progress(f"suspect {language}", done, total)

    standards = grown.standards(language) if grown else None
    if grown is None or standards is None:
        examined = examine_pairs(whole.source, whole.target, rows, progress=tell)
        yield Listed(language, ids, examined, sources, targets, np.arange(len(ids)))
        return
    added = Added(
        _new(source.words, grown.last_term), _new(target.words, grown.last_term), np.flatnonzero(ids > grown.last_pair)
    )
    if not len(added):
        return
    near = neighbourhood(whole, added)
    examined = examine_part(near.listing, standards, tell)
    told = np.append(np.flatnonzero(near.new), near.touched(examined.evidence.geometry))
    yield Listed(language, ids[near.places], examined, sources[near.sources], targets[near.targets], told)


def _new(words: WordList, last_term: int) -> Rows:
    """Rows of texts that no earlier term has."""
    return np.flatnonzero(np.array(words.first) > last_term)


def _former(encoder: Encoder, lists: Sequence[Listed]) -> dict[int, float]:
    """Pair id → the score that it has."""
    ids = [pair for one in lists for pair in one.pairs[one.told].tolist()]
    found: dict[int, float] = {}
    for batch in batches(ids):
        rows = Suspicion.objects.filter(pair__in=batch, encoder_digest=encoder.digest)
        found.update(rows.values_list("pair", "score"))
    return found


def _queued(project: Project) -> int:
    return TermPair.objects.filter(project=project, state=TermPair.States.QUEUED).count()
