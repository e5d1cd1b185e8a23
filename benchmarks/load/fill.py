"""Fills an empty, migrated database with one big project: `python -m benchmarks.load.fill NAME=VALUE …`.

In bulk, since the actions would take hours; what they would leave is what is written here.
"""

import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from math import gcd
from typing import Any

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from annotations.actions import add_member, create_project, keep_all_figures  # noqa: E402
from annotations.folding import fold, search_key  # noqa: E402
from annotations.models import Claim, Concept, Decision, Project, Source, Suspicion, Term, TermPair, Verdict  # noqa: E402
from benchmarks.load import rows  # noqa: E402
from benchmarks.load.size import PASSWORD, RARE_OUTCOME, REVIEWERS, SLUG, Size  # noqa: E402
from benchmarks.load.text import TARGETS, WORDS, term  # noqa: E402
from training.recording import record_scan, register_base  # noqa: E402
from training.remaining import REMAINING  # noqa: E402

DIGEST = "5e" * 32
PER_FAMILY = 5  # concepts
RARE_EVERY = 5_000
OUTCOMES = ("equivalent",) * 6 + ("not_equivalent",) * 2 + ("broader",)
REASONS = [
    "The reverse search prefers “Fracture of upper lobe, secondary” (cosine 0.913) to the listed term (0.871).",
    "The pair lies 0.042 below the best competitor in CSLS, the worse direction counted.",
    "12 terms share this nearest neighbour, so it may be a hub.",
]
SIGNALS = {"cosine": 0.871, "csls_gap": -0.042, "reverse": 0.31, "surface": 0.44, "family": 0.2, "hubness": 12.0}
Pair = tuple[int, str, int]  # id, state, position


def fill(size: Size) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -1000000")
    with transaction.atomic():
        _Filling(size).run()
    rows.finish(Concept, Term, TermPair, Suspicion, Claim, Verdict, Decision)
    project = Project.objects.get()
    record_scan(project, project.encoders.get(), "d" * 64, scored=size.pairs, queued=size.pairs, seconds={})
    keep_all_figures(REMAINING)  # as the beat does each hour


class _Filling:
    """Concept n has a term in each language; the English one makes a pair with each of the others."""

    def __init__(self, size: Size) -> None:
        self._size = size
        self._now = timezone.now()
        self._concepts = -(-size.pairs // len(TARGETS))

    def run(self) -> None:
        self._people()
        pairs = list(self._pairs())
        self._terminology(pairs)
        self._queue(pairs)
        self._history(pairs)

    def _people(self) -> None:
        project = create_project(
            slug=SLUG, name="Load", domain="medicine", source_language="en", target_languages=TARGETS,
            overlap=self._size.overlap, held_out_share=0.0, guidelines="Judge the **meaning**, not the style.",
        )  # fmt: skip
        source = Source.objects.create(project=project, name="Invented", version="1", sha256="0" * 64)
        register_base(project, name="none", digest=DIGEST, weights_digest="a" * 64, space_digest="b" * 64)
        password = make_password(PASSWORD)  # one for all: twenty would take a second
        users = [User.objects.create(username=f"reviewer{n}", password=password) for n in range(REVIEWERS)]
        for user in users:
            add_member(project, user, "reviewer")
        add_member(project, User.objects.create(username="lead", password=password), "lead")
        self._project, self._source, self._users = project.pk, source.pk, [user.pk for user in users]

    def _pairs(self) -> Iterator[Pair]:
        """States and positions lie spread over the ids as a scan spreads them; what came first has been reviewed."""
        total = self._size.pairs
        reviewed = self._size.decided + self._size.conflicts
        step = next(number for number in count(int(total * 0.618) | 1) if gcd(number, total) == 1)
        every = max(1, reviewed // max(1, self._size.conflicts))
        for pk in range(1, total + 1):
            position = pk * step % total + 1
            state = "decided" if position <= reviewed else "queued"
            if state == "decided" and self._size.conflicts and position % every == 0:
                state = "conflict"
            yield pk, state, position

    def _terminology(self, pairs: list[Pair]) -> None:
        project = self._project
        rows.write(
            Concept,
            ("id", "project_id", "external_id", "family", "held_out"),
            ((n + 1, project, f"C{n:07}", f"F{n // PER_FAMILY:06}", False) for n in range(self._concepts)),
        )
        rows.write(
            Term,
            ("id", "project_id", "concept_id", "source_id", "language", "text", "folded", "search_key"),
            self._terms(),
        )
        rows.write(
            TermPair,
            ("id", "project_id", "concept_id", "source_term_id", "target_term_id", "source_language",
             "target_language", "state", "position", "outcome"),
            (
                (pk, project, concept + 1, _term_id(concept, 0), _term_id(concept, place + 1), "en", TARGETS[place],
                 state, position, _outcome(pk) if state == "decided" else "")
                for pk, state, position in pairs for concept, place in (divmod(pk - 1, len(TARGETS)),)
            ),
        )  # fmt: skip

    def _terms(self) -> Iterator[tuple[Any, ...]]:
        for concept in range(self._concepts):
            for place, language in enumerate(WORDS):
                text = term(language, concept)
                folded = fold(text)
                yield (_term_id(concept, place), self._project, concept + 1, self._source, language, text, folded,
                       search_key(folded))  # fmt: skip

    def _queue(self, pairs: list[Pair]) -> None:
        rows.write(
            Suspicion,
            ("pair_id", "encoder_digest", "score", "rank", "reasons", "signals", "neighbours", "created_at"),
            (
                (pk, DIGEST, 1 - position / (len(pairs) + 1), position, REASONS, SIGNALS,
                 self._neighbours((pk - 1) // len(TARGETS)), self._now)
                for pk, _, position in pairs
            ),
        )  # fmt: skip
        rows.write(
            Claim,
            ("project_id", "pair_id", "slot", "position", "reviewer_id", "answered"),
            (claim for pair in pairs for claim in self._claims(*pair)),
        )

    def _claims(self, pk: int, state: str, position: int) -> Iterator[tuple[Any, ...]]:
        done = state != "queued"
        for slot in range(max(self._size.overlap, 2 if state == "conflict" else 1)):
            yield self._project, pk, slot, position, self._reviewer(pk + slot) if done else None, done

    def _neighbours(self, concept: int) -> dict[str, list[list[float]]]:
        near = [(concept + step) % self._concepts for step in (0, 1, 2, 7, 40, 900)]
        return {
            "forward": [[_term_id(other, 1), 0.93 - 0.02 * n] for n, other in enumerate(near)],
            "backward": [[_term_id(other, 0), 0.92 - 0.02 * n] for n, other in enumerate(near)],
        }

    def _history(self, pairs: list[Pair]) -> None:
        before = self._now - timedelta(days=2)
        rows.write(
            Verdict,
            ("pair_id", "reviewer_id", "decision", "created_at", "encoder_digest"),
            ((*row, before, DIGEST) for row in self._answers(pairs)),
        )
        rows.write(
            Decision,
            ("pair_id", "outcome", "weight", "decided_at"),
            ((pk, _outcome(pk), 0.7, self._now) for pk, state, _ in pairs if state == "decided"),
        )

    def _answers(self, pairs: list[Pair]) -> Iterator[tuple[int, int, str]]:
        for pk, state, _ in pairs:
            if state != "queued":
                yield pk, self._reviewer(pk), _outcome(pk)
            if state == "conflict":
                yield pk, self._reviewer(pk + 1), "related"

    def _reviewer(self, number: int) -> int:
        return self._users[number % len(self._users)]


def _term_id(concept: int, place: int) -> int:
    return concept * len(WORDS) + place + 1


def _outcome(pk: int) -> str:
    return RARE_OUTCOME if pk % RARE_EVERY == 0 else OUTCOMES[pk % len(OUTCOMES)]


if __name__ == "__main__":
    fill(Size(**{name: int(value) for name, _, value in (word.partition("=") for word in sys.argv[1:])}))
