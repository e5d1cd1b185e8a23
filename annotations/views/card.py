"""Gathers what one review card shows, in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db.models import QuerySet

from annotations import blind, comments
from annotations.composed import composed
from annotations.concepts import other_terms, sibling_terms
from annotations.encoder_names import EncoderNames, encoder_names
from annotations.models import Claim, Comment, Suspicion, Term, TermPair, Verdict
from annotations.verdicts import judges, last_words, standing_verdicts
from annotations.views.members import Member
from annotations.views.model_view import Former, NeighbourRow, Shading, former_view, neighbour_rows, shading
from annotations.views.reasons import SENTENCES

REASONS = 3
SIBLINGS = 5


@dataclass(frozen=True)
class Sibling:
    concept_id: str
    source: list[Term] = field(default_factory=list)
    target: list[Term] = field(default_factory=list)


@dataclass(frozen=True)
class ModelView:
    """What the encoder that scored the pair last makes of it."""

    suspicion: Suspicion
    encoder: str
    live: str  # the live encoder's name, empty where it is the one that scored
    forward: list[NeighbourRow]
    backward: list[NeighbourRow]
    shading: Shading
    former: Former | None

    @property
    def reasons(self) -> list[str]:
        return [SENTENCES.word(reason) for reason in self.suspicion.reasons[:REASONS]]

    @property
    def forward_lists_it(self) -> bool:
        return any(row.listed for row in self.forward)

    @property
    def backward_lists_it(self) -> bool:
        return any(row.listed for row in self.backward)


@dataclass(frozen=True)
class Card:
    pair: TermPair
    claim: Claim | None
    view: ModelView | None
    live: str  # the live encoder's name
    own_concept: list[Term]
    siblings: list[Sibling]
    mine: Verdict | None
    others: list[Verdict]  # empty until one has judged the pair oneself
    blind: bool  # the model's view waits for that
    remarks: list[Comment]  # the leads', on this very pair
    again: Verdict | None  # one's own, just taken back: what was typed then is there again


def build_card(
    member: Member,
    pair_id: int,
    claim: Claim | None = None,
    *,
    practising: bool = False,
    again: Verdict | None = None,
) -> Card:
    """Practising, nobody's answer is shown, one's own neither."""
    related = TermPair.objects.select_related("concept", "source_term", "target_term__source")
    pair = claim.pair if claim else related.get(pk=pair_id)
    said = [] if practising else _said_of(pair.pk)
    answers = {verdict.reviewer_id: verdict for verdict in last_words(said)}
    mine = answers.pop(member.user.pk, None)
    judged = any(verdict.reviewer_id == member.user.pk and judges(verdict) for verdict in said)
    hidden = not practising and blind.hides_model(member.project, pair_id, judged=judged)
    suspicions = _last_two(pair.pk)
    names = encoder_names(member.project.pk, [row.encoder_digest for row in suspicions])
    return Card(
        pair=pair,
        claim=claim,
        view=_model_view(pair, suspicions, names) if suspicions and not hidden else None,
        live=names.of(names.live),
        own_concept=other_terms(pair, member.user, judged=judged),
        siblings=_siblings(pair, member.user),
        mine=mine,
        others=[*answers.values()] if judged else [],
        blind=hidden,
        remarks=[] if practising else comments.remarks(pair.project_id, pair.pk),
        again=again,
    )


@composed
def _said_of(pair: int) -> QuerySet[Verdict]:
    return standing_verdicts().filter(pair=pair).select_related("reviewer").order_by("pk")


@composed
def _last_two(pair: int) -> QuerySet[Suspicion]:
    return Suspicion.objects.filter(pair=pair).order_by("-created_at", "-pk")[:2]


@composed
def _terms(ids: list[int]) -> QuerySet[Term]:
    return Term.objects.filter(pk__in=ids)


def _model_view(pair: TermPair, suspicions: list[Suspicion], names: EncoderNames) -> ModelView:
    latest = suspicions[0]
    found = _terms_near(suspicions)
    digest = latest.encoder_digest
    return ModelView(
        suspicion=latest,
        encoder=names.of(digest),
        live="" if digest == names.live else names.of(names.live),
        forward=neighbour_rows(latest.neighbours.get("forward", []), found, pair.target_term),
        backward=neighbour_rows(latest.neighbours.get("backward", []), found, pair.source_term),
        shading=shading(latest.signals),
        former=former_view(latest, suspicions[1], found, names) if len(suspicions) > 1 else None,
    )


def _terms_near(suspicions: list[Suspicion]) -> Mapping[int, Term]:
    near = [row.neighbours.get(way, []) for row in suspicions for way in ("forward", "backward")]
    return {term.pk: term for term in _terms(sorted({term_id for rows in near for term_id, _ in rows}))}


def _siblings(pair: TermPair, viewer: User) -> list[Sibling]:
    rows: dict[int, Sibling] = {}
    for term in sibling_terms(pair, viewer):
        row = rows.setdefault(term.concept_id, Sibling(term.concept.external_id))
        (row.source if term.language == pair.source_language else row.target).append(term)
    return list(rows.values())[:SIBLINGS]
