"""What a scan leaves: suspicions with ranks, and the review queue in their order."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import length_hint
from typing import Any, SupportsFloat, TypeVar

from django.db import connection, transaction
from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from annotations.agreement.overlap import answers_wanted
from annotations.batches import BATCH, batches
from annotations.claims import fit_claims
from annotations.models import Claim, Project, Suspicion, TermPair
from annotations.ordering import Candidate, Shares, order_queue
from annotations.settling import answers_missing, policy_of
from annotations.standing import weigh_reviewers
from annotations.verdicts import standing_verdicts
from workbench.progress import Progress, no_progress

LOT = 500  # rows written in one transaction
GIVE_WAY = 0.02  # seconds
AT_ONCE = 1_000  # open pairs that a request puts in order itself
ORDER_LEASE = timedelta(minutes=30)  # after which a worker that put a queue in order counts as dead
States = TermPair.States
OPEN = (States.LISTED, States.QUEUED)
Row = TypeVar("Row")


@dataclass(frozen=True)
class ScoredPair:
    pair_id: int
    score: float  # 0..1, higher = more doubt
    reasons: Sequence[str]  # sentences, the weightiest first
    signals: Mapping[str, Any]  # signal id → value; "log_odds" → [[what, log-odds], …], which add up to the score
    forward: Sequence[tuple[int, float]]  # (target term id, cosine), nearest first
    backward: Sequence[tuple[int, float]]  # (source term id, cosine)


def flag_suspects(
    project: Project, encoder_digest: str, scored: Iterable[ScoredPair], progress: Progress = no_progress
) -> int:
    """Writes what an encoder thinks of the pairs, ranks all it has scored, and puts the undecided ones in that order.

    Where the most suspicious come first, no rank is written twice. Pairs that are gone meanwhile are left out. Claims
    that somebody holds stay theirs; decided pairs do not come back. Reviewers are weighed anew as well. In many small
    transactions, so that nobody's save waits for the whole: a scan that is broken off has changed part of the order,
    and the next one all of it.
    """
    begun = timezone.now()
    written = _write_suspicions(project, encoder_digest, scored, progress)
    _rank(project, encoder_digest, begun)
    _requeue(project, encoder_digest)
    weigh_reviewers(project)
    return written


def keep_attributions(found: Mapping[int, Mapping[str, Any]]) -> None:
    """Suspicion id → {"source": [[token, share], …], "target": […]}, kept with its other signals."""
    rows = list(Suspicion.objects.filter(pk__in=found).only("signals"))
    for row in rows:
        row.signals["attribution"] = dict(found[row.pk])
    Suspicion.objects.bulk_update(rows, ["signals"], batch_size=BATCH)


def latest_scan(project: Project) -> str | None:
    """The digest of the encoder whose suspicions were ranked last."""
    scans = Suspicion.objects.filter(pair__project=project).order_by("-created_at", "-pk")
    return scans.values_list("encoder_digest", flat=True).first()


def suspicions_of(project: Project, encoder_digest: str) -> QuerySet[Suspicion]:
    """With pair, concept and terms, the most suspicious first."""
    related = ("pair__concept", "pair__source_term", "pair__target_term")
    rows = Suspicion.objects.filter(pair__project=project, encoder_digest=encoder_digest)
    return rows.select_related(*related).defer("signals", "neighbours").order_by("rank")


def _write_suspicions(project: Project, digest: str, found: Iterable[ScoredPair], progress: Progress) -> int:
    known = set(TermPair.objects.filter(project=project).values_list("pk", flat=True))
    kept = (pair for pair in found if pair.pair_id in known)
    rows = (_suspicion(pair, digest, rank) for rank, pair in enumerate(kept, start=1))
    written = 0
    for batch in batches(rows):
        Suspicion.objects.bulk_create(
            batch,
            update_conflicts=True,
            unique_fields=["pair", "encoder_digest"],
            update_fields=["score", "rank", "reasons", "signals", "neighbours", "created_at"],
        )
        written += len(batch)
        progress("flag", written, length_hint(found))
    return written


def _suspicion(scored: ScoredPair, digest: str, rank: int) -> Suspicion:
    return Suspicion(
        pair_id=scored.pair_id,
        encoder_digest=digest,
        score=float(scored.score),
        rank=rank,
        reasons=list(scored.reasons),
        signals={
            name: float(value) if isinstance(value, SupportsFloat) else value for name, value in scored.signals.items()
        },
        neighbours={
            "forward": [[int(term), float(cosine)] for term, cosine in scored.forward],
            "backward": [[int(term), float(cosine)] for term, cosine in scored.backward],
        },
    )


def _rank(project: Project, digest: str, begun: datetime) -> None:
    """All that the encoder has scored, since it may have added a few pairs to many; also stamps the scan's time.

    What this scan has written with its rank isn't written twice.
    """
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    scored = Suspicion.objects.filter(pair__project=project, encoder_digest=digest).order_by("-score", "pair")
    places = enumerate(scored.values_list("pk", "rank", "created_at"), start=1)
    ranked = [(place, now, pk) for place, (pk, rank, written) in places if place != rank or written < begun]
    table = connection.ops.quote_name(Suspicion._meta.db_table)
    for lot in _in_turn(ranked):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET rank = %s, created_at = %s WHERE id = %s", lot)  # noqa: S608


def _in_turn(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Lots of one transaction each; between two, a save that waits for SQLite's only writer has its turn."""
    for number, lot in enumerate(batches(rows, LOT)):
        if number:
            time.sleep(GIVE_WAY)
        yield lot


def order_soon(project: Project) -> None:
    """After a change of settings: nobody's request waits for a long queue, which a worker's next beat puts in order."""
    Project.objects.filter(pk=project.pk).update(order_due_at=timezone.now())
    if TermPair.objects.filter(project=project, state__in=OPEN)[: AT_ONCE + 1].count() <= AT_ONCE:
        _order(project)


def order_queues() -> None:
    """Those that settings were changed of, unless another worker is at it; one that dies is followed by another."""
    for project in _out_of_order():
        _order(project)


def _out_of_order() -> QuerySet[Project]:
    return Project.objects.filter(order_due_at__lte=timezone.now())


def _order(project: Project) -> None:
    if _out_of_order().filter(pk=project.pk).update(order_due_at=timezone.now() + ORDER_LEASE) == 1:
        _requeue(project, latest_scan(project))


def _requeue(project: Project, digest: str | None) -> None:
    """By the settings as they are now. It gives up where they change meanwhile, for then it is due again."""
    project = Project.objects.get(pk=project.pk)
    unchanged = Project.objects.filter(pk=project.pk, order_due_at=project.order_due_at)
    if digest is None or _reordered(project, digest, unchanged):
        unchanged.update(order_due_at=None)


def _reordered(project: Project, digest: str, unchanged: QuerySet[Project]) -> bool:
    scored = TermPair.objects.filter(project=project, suspicions__encoder_digest=digest)
    ordered = order_queue(_candidates(project, scored), seed=project.slug, shares=_shares(project))
    ordered += _only_scored_before(project, set(ordered))
    for lot in _in_turn(list(enumerate(ordered, start=1))):
        if not unchanged.exists():
            return False
        with transaction.atomic():
            _place({pair_id: position for position, pair_id in lot})
    closed = Claim.objects.filter(project=project, answered=False, reviewer=None).exclude(pair__state=States.QUEUED)
    closed.delete()
    return True


def _place(positions: Mapping[int, int]) -> None:
    """Pair id → its place. The pairs are locked first: an answer in between would be asked for again."""
    locked = TermPair.objects.select_for_update(of=("self",), no_key=True).select_related("project")
    pairs = list(locked.filter(pk__in=positions, state__in=OPEN).order_by("pk"))
    rows = [(States.QUEUED.value, positions[pair.pk], pair.pk) for pair in pairs]
    table = connection.ops.quote_name(TermPair._meta.db_table)
    with connection.cursor() as cursor:
        # the lists sort by the pair's own position: joined to the claims they would sort a million
        cursor.executemany(f"UPDATE {table} SET state = %s, position = %s WHERE id = %s", rows)  # noqa: S608
    fit_claims(pairs, _missing(pairs), positions)


def _candidates(project: Project, scored: QuerySet[TermPair]) -> list[Candidate]:
    of_project = TermPair.objects.filter(project=project)
    counted = of_project.values_list("target_language", "target_term__text").annotate(Count("pk")).order_by()
    frequency = {(language, text): n for language, text, n in counted}
    rows = scored.filter(state__in=OPEN).values_list(
        "pk", "suspicions__score", "concept__family", "target_language", "target_term__text"
    )
    return [Candidate(pk, score, family, frequency[language, text]) for pk, score, family, language, text in rows]


def _shares(project: Project) -> Shares:
    return Shares(project.uncertain_share, project.random_share)


def _only_scored_before(project: Project, scored: set[int]) -> list[int]:
    """Pairs that wait in the queue by an older scan and that this one did not see: behind it, in their old order."""
    waiting = TermPair.objects.filter(project=project, state=TermPair.States.QUEUED, claims__answered=False)
    former = waiting.annotate(place=Min("claims__position")).order_by("place", "pk")
    return [pair_id for pair_id in former.values_list("pk", flat=True) if pair_id not in scored]


def _missing(pairs: Sequence[TermPair]) -> dict[int, int]:
    """Pair id → answers wanted: the whole overlap, unless the pair has some already."""
    if not pairs:
        return {}
    answered = set(standing_verdicts().filter(pair__in=pairs).values_list("pair", flat=True))
    wanted = dict.fromkeys((pair.pk for pair in pairs), answers_wanted(policy_of(pairs[0].project), (), None))
    return wanted | answers_missing([pair for pair in pairs if pair.pk in answered])
