"""What waits: pairs the live encoder hasn't scored, decisions no round was trained on, contradictions. Reads only."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.db.models import Max, Q, QuerySet

from annotations.composed import composed
from annotations.decisions import NO_ANSWER
from annotations.encoder_names import EncoderNames
from annotations.models import Claim, Concept, Decision, Decisions, Project, Suspicion, Term, TermPair
from training import store
from training.leases import States
from training.ml import constrain
from training.ml.records import Contradiction, DecisionRecord, TermText
from training.models import Encoder, Round, Scan, ScanAttempt

AHEAD = 100  # pairs of the queue whose words are looked at before a reviewer comes to them
FIRST_WAIT, DOUBLINGS = timedelta(minutes=1), 8  # before a scan that failed is tried again: four hours at most
MEASURED = (States.EVALUATED, States.PROMOTED, States.REJECTED)


@dataclass(frozen=True)
class Seen:
    """By what a scan knows whether the former one saw the same, or the same but for what has come since."""

    vocabulary_digest: str
    decisions_digest: str
    last_term: int
    last_pair: int


def live_encoder(project: Project) -> Encoder | None:
    return Encoder.objects.filter(project=project, state=Encoder.States.LIVE).first()


def encoder_names(project_id: int, digests: Collection[str]) -> EncoderNames:
    """For the review card: settings.ENCODER_NAMES points here."""
    found = _named(project_id, list(digests))
    live = next((digest for digest, _, state in found if state == Encoder.States.LIVE), "")
    return EncoderNames(live, {digest: name for digest, name, _ in found})


@composed
def _named(project: int, digests: list[str]) -> QuerySet[Encoder, tuple[str, str, str]]:
    wanted = Q(digest__in=digests) | Q(state=Encoder.States.LIVE)
    return Encoder.objects.filter(wanted, project=project).values_list("digest", "name", "state")


def former_of(encoder: Encoder) -> Encoder | None:
    """What an encoder was measured against, and took the place of if it was promoted."""
    made = Round.objects.filter(candidate=encoder).select_related("parent").first()
    return made.parent if made else encoder.parent


def open_round(project: Project) -> Round | None:
    return Round.objects.filter(project=project, state__in=Round.OPEN).first()


def reviewed_languages(project: Project) -> list[str]:
    return [project.source_language, *project.target_languages]


def languages(project: Project) -> list[str]:
    return [*reviewed_languages(project), *project.zero_shot_languages]


def terms(project: Project) -> QuerySet[Term]:
    """The vocabulary: every active domain term in a language that is reviewed."""
    return Term.objects.filter(
        concept__project=project,
        concept__role=Concept.Roles.DOMAIN,
        state=Term.States.ACTIVE,
        language__in=reviewed_languages(project),
    )


def pairs(project: Project) -> QuerySet[TermPair]:
    """The pairs that a scan scores; held-out ones too, for the export. A retired or rejected term has no say."""
    return TermPair.objects.filter(
        project=project,
        concept__role=Concept.Roles.DOMAIN,
        source_language=project.source_language,
        target_language__in=project.target_languages,
        source_term__state=Term.States.ACTIVE,
        target_term__state=Term.States.ACTIVE,
    )


def unscored(project: Project, encoder: Encoder) -> QuerySet[TermPair]:
    return pairs(project).exclude(suspicions__encoder_digest=encoder.digest)


def scan_is_due(project: Project) -> bool:
    """Whether pairs wait for the live encoder, or for their place in the queue because a scan was broken off.

    A project that was never scanned waits to be asked.
    """
    encoder = live_encoder(project)
    if encoder is None:
        return False
    last = last_scan(project)
    if last is None or last.encoder_id != encoder.pk:
        return pairs(project).exists()
    return _without_a_place(project).exists() or unscored(project, encoder).exists()


def scan_attempt(project: Project) -> ScanAttempt | None:
    return ScanAttempt.objects.filter(project=project).first()


def next_scan_at(attempt: ScanAttempt | None) -> datetime | None:
    """When the beat asks again for a scan that has not come to its end: each time it waits twice as long. Else None."""
    if attempt is None or not attempt.attempts:
        return None
    wait: timedelta = FIRST_WAIT * 2 ** min(attempt.attempts - 1, DOUBLINGS)
    return attempt.last_at + wait


def already_scanned(project: Project, encoder: Encoder, now: Seen) -> bool:
    last = last_scan(project)
    if last is None or last.encoder_id != encoder.pk or _without_a_place(project).exists():
        return False
    return (last.vocabulary_digest, last.decisions_digest) == (now.vocabulary_digest, now.decisions_digest)


def _without_a_place(project: Project) -> QuerySet[TermPair]:
    """Open pairs that no scan has put into the queue yet; a whole scan leaves none."""
    return pairs(project).filter(state=TermPair.States.LISTED)


def last_scan(project: Project) -> Scan | None:
    return Scan.objects.filter(project=project).first()


def seen(project: Project) -> Seen:
    """What a scan that starts now sees."""
    ends = [rows.aggregate(last=Max("pk"))["last"] or 0 for rows in (terms(project), pairs(project))]
    decided = decisions(project).order_by("pair").values_list("pair", "outcome")
    return Seen(vocabulary_digest(project, *ends), _sha256(decided.iterator()), *ends)


def vocabulary_digest(project: Project, last_term: int, last_pair: int) -> str:
    """sha256 over terms and pairs up to these ids, and over the way they are scored."""
    known = terms(project).filter(pk__lte=last_term).order_by("pk").values_list("pk", "language", "text")
    listed = pairs(project).filter(pk__lte=last_pair).order_by("pk").values_list("pk", "source_term", "target_term")
    return _sha256([store.SCORING], known.iterator(), listed.iterator())


def _sha256(*parts: Iterable[object]) -> str:
    whole = hashlib.sha256()
    for row in chain.from_iterable(parts):
        whole.update(f"{row}\n".encode())
    return whole.hexdigest()


def decisions(project: Project) -> QuerySet[Decision]:
    """What may become a constraint: nothing of held-out concepts, controls or languages that are only measured."""
    return Decision.objects.filter(
        pair__project=project,
        pair__concept__role=Concept.Roles.DOMAIN,
        pair__concept__held_out=False,
        pair__target_language__in=project.target_languages,
    )


def unattributed(project: Project, encoder: Encoder) -> list[Suspicion]:
    """Of the pairs that come up for review next those of which it is not known yet which words carry them."""
    ahead = Claim.objects.filter(project=project, answered=False).order_by("position")
    pair_ids = dict.fromkeys(ahead.values_list("pair", flat=True)[:AHEAD])
    found = Suspicion.objects.filter(pair__in=pair_ids, encoder_digest=encoder.digest)
    rows = found.select_related("pair__source_term", "pair__target_term").order_by("rank")
    return [row for row in rows if "attribution" not in row.signals]


def attribution_is_due(project: Project) -> bool:
    """Not for each pair that comes nearer: loading the encoder takes longer than fifty pairs."""
    encoder = live_encoder(project)
    return encoder is not None and len(unattributed(project, encoder)) > AHEAD // 2


def latest_suspicion(pair_id: int) -> Suspicion | None:
    """What the encoder that scored the pair last makes of it: the one that the review card shows."""
    found = Suspicion.objects.filter(pair=pair_id).order_by("-created_at", "-pk")
    return found.select_related("pair__source_term", "pair__target_term").first()


def encoder_of(row: Suspicion) -> Encoder | None:
    return Encoder.objects.filter(project=row.pair.project_id, digest=row.encoder_digest).first()


def judged(project: Project) -> dict[int, bool]:
    """Pair id → whether reviewers found it wrong as it was listed; pairs that they could not judge are left out."""
    settled = decisions(project).exclude(outcome__in=NO_ANSWER).values_list("pair", "outcome")
    return {pair: outcome != Decisions.EQUIVALENT for pair, outcome in settled}


def constraining(project: Project) -> QuerySet[Decision]:
    return decisions(project).exclude(outcome__in=constrain.NO_CONSTRAINT)


def last_decision_at(project: Project) -> datetime | None:
    found = decisions(project).order_by("-decided_at").values_list("decided_at", flat=True).first()
    return found if isinstance(found, datetime) else None


def has_constraints(project: Project) -> bool:
    return bool(_of_queue(constraining(project)).values("pk")[:1])


def new_decisions(project: Project, most: int) -> int:
    """Decisions since the constraint set of the last measured round was made, `most` at most."""
    return _new_since(Round.objects.filter(project=project, state__in=MEASURED).first(), project, most)


def new_since_any_round(project: Project, most: int) -> int:
    """Decisions since the last round, however it ended: a round that fails isn't started again for the same news."""
    return _new_since(Round.objects.filter(project=project).first(), project, most)


def _new_since(last: Round | None, project: Project, most: int) -> int:
    if last is None:
        found = _of_queue(decisions(project))
    else:
        known = last.constraint_set.last_decision_at if last.constraint_set else None
        found = decisions(project).filter(decided_at__gt=known or last.created_at)
    return found.values("pk")[:most].count()


def _of_queue(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Found by walking the decided pairs in their order, so that the first ones cost little however many there are."""
    return rows.filter(pair__state=TermPair.States.DECIDED).order_by("pair__position")


def decision_records(project: Project) -> list[DecisionRecord]:
    """The decisions as the constrain stage reads them, and one disputed record a pair that reviewers disagree on."""
    decided = decisions(project).select_related("pair__concept", "pair__source_term", "pair__target_term")
    disputed = TermPair.objects.filter(
        project=project,
        state=TermPair.States.CONFLICT,
        concept__role=Concept.Roles.DOMAIN,
        concept__held_out=False,
        target_language__in=project.target_languages,
    ).select_related("concept", "source_term", "target_term")
    return [
        *(_record(decision.pair, decision) for decision in decided.order_by("pair")),
        *(_record(pair, None) for pair in disputed.filter(decision=None).order_by("pk")),
    ]


def _record(pair: TermPair, decision: Decision | None) -> DecisionRecord:
    return DecisionRecord(
        pair_id=pair.pk,
        concept_id=pair.concept.external_id,
        family=pair.concept.family,
        source=TermText(pair.source_language, pair.source_term.text),
        target=TermText(pair.target_language, pair.target_term.text),
        decision=decision.outcome if decision else "unsure",  # type: ignore[arg-type]
        correction=decision.correction if decision else "",
        weight=decision.weight if decision else 0.0,
        disputed=decision is None,
    )


def contradictions(project: Project) -> list[dict[str, Any]]:
    """Decisions that cannot all hold, as they stand now: {"kind", "pairs", "sentence"} each, for the lead to solve."""
    return as_json(constrain.build(decision_records(project)).contradictions)


def as_json(found: tuple[Contradiction, ...]) -> list[dict[str, Any]]:
    return [{"kind": item.kind, "pairs": list(item.pair_ids), "sentence": item.sentence} for item in found]
