"""Gathers what one review card shows, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from annotations.models import Claim, Suspicion, Term, TermPair

NEIGHBOURS = 5
REASONS = 3
SIBLINGS = 5


@dataclass(frozen=True)
class NeighbourRow:
    term: Term
    score: float
    lead: float | None  # how far ahead of the next one
    listed: bool


@dataclass(frozen=True)
class Sibling:
    concept_id: str
    source: list[Term] = field(default_factory=list)
    target: list[Term] = field(default_factory=list)


@dataclass(frozen=True)
class Card:
    pair: TermPair
    claim: Claim | None
    suspicion: Suspicion | None
    forward: list[NeighbourRow]
    backward: list[NeighbourRow]
    own_concept: list[Term]
    siblings: list[Sibling]

    @property
    def reasons(self) -> list[str]:
        return self.suspicion.reasons[:REASONS] if self.suspicion else []

    @property
    def forward_lists_it(self) -> bool:
        return any(row.listed for row in self.forward)

    @property
    def backward_lists_it(self) -> bool:
        return any(row.listed for row in self.backward)


def build_card(pair_id: int, claim: Claim | None = None) -> Card:
    pair = TermPair.objects.select_related("project", "concept", "source_term__source", "target_term__source").get(
        pk=pair_id
    )
    suspicion = pair.suspicions.order_by("-created_at", "-pk").first()
    near = suspicion.neighbours if suspicion else {}
    forward, backward = near.get("forward", []), near.get("backward", [])
    found = Term.objects.in_bulk([term_id for term_id, _ in forward + backward])
    family = _family(pair)
    return Card(
        pair=pair,
        claim=claim,
        suspicion=suspicion,
        forward=_rows(forward, found, pair.target_term),
        backward=_rows(backward, found, pair.source_term),
        own_concept=[
            term
            for term in family
            if term.concept_id == pair.concept_id and term.pk not in (pair.source_term_id, pair.target_term_id)
        ],
        siblings=_siblings(pair, family),
    )


def _rows(neighbours: list[tuple[int, float]], found: dict[int, Term], listed: Term) -> list[NeighbourRow]:
    known = [(found[term_id], score) for term_id, score in neighbours if term_id in found]
    after: Iterable[float | None] = [*(score for _, score in known[1:]), None]
    rows = [
        NeighbourRow(term, score, None if following is None else score - following, term.text == listed.text)
        for (term, score), following in zip(known, after, strict=False)
    ]
    return rows[:NEIGHBOURS]


def _family(pair: TermPair) -> list[Term]:
    """Active terms of the pair's concept and of the concepts in its family."""
    terms = Term.objects.filter(
        concept__project_id=pair.project_id,
        concept__family=pair.concept.family,
        concept__role=pair.concept.role,
        state=Term.States.ACTIVE,
    )
    return list(terms.select_related("concept").order_by("concept__external_id", "language", "pk")[:200])


def _siblings(pair: TermPair, family: list[Term]) -> list[Sibling]:
    rows: dict[int, Sibling] = {}
    for term in family:
        if term.concept_id == pair.concept_id:
            continue
        row = rows.setdefault(term.concept_id, Sibling(term.concept.external_id))
        if term.language == pair.source_language:
            row.source.append(term)
        elif term.language == pair.target_language:
            row.target.append(term)
    return [row for row in rows.values() if row.source or row.target][:SIBLINGS]
