"""What a scan leaves: suspicions with ranks, and the review queue in their order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, SupportsFloat

from django.db import connection, transaction
from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.utils import timezone

from annotations.agreement.overlap import answers_wanted
from annotations.batches import BATCH, batches
from annotations.claims import new_claims
from annotations.models import Claim, Project, Suspicion, TermPair
from annotations.ordering import Candidate, Shares, order_queue
from annotations.queue import standing_verdicts
from annotations.settling import answers_missing, policy_of
from annotations.standing import weigh_reviewers
from workbench.progress import Progress, no_progress


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

    Pairs that are gone meanwhile are left out. Claims that somebody holds stay theirs; decided pairs do not come back.
    Reviewers are weighed anew as well.
    """
    found = list(scored)  # computed before the transaction begins: it holds SQLite's write lock
    with transaction.atomic():
        written = _write_suspicions(project, encoder_digest, found, progress)
        _rank(project, encoder_digest)
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


def _write_suspicions(project: Project, digest: str, found: Sequence[ScoredPair], progress: Progress) -> int:
    known = set(TermPair.objects.filter(project=project).values_list("pk", flat=True))
    rows = (_suspicion(pair, digest) for pair in found if pair.pair_id in known)
    written = 0
    for batch in batches(rows):
        Suspicion.objects.bulk_create(
            batch,
            update_conflicts=True,
            unique_fields=["pair", "encoder_digest"],
            update_fields=["score", "reasons", "signals", "neighbours"],
        )
        written += len(batch)
        progress("flag", written, len(found))
    return written


def _suspicion(scored: ScoredPair, digest: str) -> Suspicion:
    return Suspicion(
        pair_id=scored.pair_id,
        encoder_digest=digest,
        score=float(scored.score),
        rank=0,
        reasons=list(scored.reasons),
        signals={
            name: float(value) if isinstance(value, SupportsFloat) else value for name, value in scored.signals.items()
        },
        neighbours={
            "forward": [[int(term), float(cosine)] for term, cosine in scored.forward],
            "backward": [[int(term), float(cosine)] for term, cosine in scored.backward],
        },
    )


def _rank(project: Project, digest: str) -> None:
    """One statement, since a scan by the same encoder may add a few pairs to many; also stamps the scan's time."""
    suspicion = connection.ops.quote_name(Suspicion._meta.db_table)
    pair = connection.ops.quote_name(TermPair._meta.db_table)
    statement = f"""
        UPDATE {suspicion} SET rank = ranked.place, created_at = %s FROM (
            SELECT s.id, ROW_NUMBER() OVER (ORDER BY s.score DESC, s.pair_id) AS place
            FROM {suspicion} s JOIN {pair} p ON p.id = s.pair_id
            WHERE p.project_id = %s AND s.encoder_digest = %s
        ) AS ranked WHERE {suspicion}.id = ranked.id
    """  # noqa: S608 (table names of our own models)
    with connection.cursor() as cursor:
        cursor.execute(statement, [timezone.now(), project.pk, digest])


@transaction.atomic
def requeue(project: Project) -> None:
    """Puts the open pairs in order anew, by what the last scan found."""
    digest = latest_scan(project)
    if digest is not None:
        _requeue(project, digest)


def _requeue(project: Project, digest: str) -> None:
    pairs = TermPair.objects.filter(project=project)
    scored = pairs.filter(suspicions__encoder_digest=digest)
    pairs.filter(pk__in=scored.values("pk"), state=TermPair.States.LISTED).update(state=TermPair.States.QUEUED)
    ordered = order_queue(_candidates(project, scored), seed=project.slug, shares=_shares(project))
    ordered += _only_scored_before(project, set(ordered))
    missing = _missing(project)
    unanswered = answers_wanted(policy_of(project), (), None)
    Claim.objects.filter(project=project, answered=False, reviewer=None).delete()
    kept: dict[int, list[Claim]] = defaultdict(list)
    for claim in Claim.objects.filter(project=project, pair__state=TermPair.States.QUEUED):
        kept[claim.pair_id].append(claim)
    new: list[Claim] = []
    for position, pair_id in enumerate(ordered, start=1):
        held = [claim.pk for claim in kept[pair_id] if not claim.answered]
        if held:
            Claim.objects.filter(pk__in=held).update(position=position)
        short = missing.get(pair_id, unanswered) - len(held)
        new += new_claims(project.pk, pair_id, short, kept[pair_id], position=position)
    for batch in batches(new):
        Claim.objects.bulk_create(batch, ignore_conflicts=True)
    _place(project)


def _candidates(project: Project, scored: QuerySet[TermPair]) -> list[Candidate]:
    of_project = TermPair.objects.filter(project=project)
    counted = of_project.values_list("target_language", "target_term__text").annotate(Count("pk")).order_by()
    frequency = {(language, text): n for language, text, n in counted}
    rows = scored.filter(state=TermPair.States.QUEUED).values_list(
        "pk", "suspicions__score", "concept__family", "target_language", "target_term__text"
    )
    return [Candidate(pk, score, family, frequency[language, text]) for pk, score, family, language, text in rows]


def _shares(project: Project) -> Shares:
    return Shares(project.uncertain_share, project.random_share)


def _place(project: Project) -> None:
    """The lists sort by the pair's own column: joined to the claims they would sort a million."""
    first = Claim.objects.filter(pair=OuterRef("pk")).order_by("position").values("position")[:1]
    in_queue = Claim.objects.filter(project=project).values("pair")
    TermPair.objects.filter(project=project, pk__in=in_queue).update(position=Subquery(first))


def _only_scored_before(project: Project, scored: set[int]) -> list[int]:
    """Pairs that wait in the queue by an older scan and that this one did not see: behind it, in their old order."""
    waiting = TermPair.objects.filter(project=project, state=TermPair.States.QUEUED, claims__answered=False)
    former = waiting.annotate(place=Min("claims__position")).order_by("place", "pk")
    return [pair_id for pair_id in former.values_list("pk", flat=True) if pair_id not in scored]


def _missing(project: Project) -> dict[int, int]:
    """Pair id → answers wanted, of the open pairs that have some already; all others want the whole overlap."""
    answered = standing_verdicts().filter(pair__project=project, pair__state=TermPair.States.QUEUED)
    pairs = TermPair.objects.filter(pk__in=answered.values("pair")).select_related("project")
    missing: dict[int, int] = {}
    for batch in batches(pairs.iterator(BATCH)):
        missing |= answers_missing(batch)
    return missing
