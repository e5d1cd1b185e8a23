"""Decisions → attract, repel, order. Contradictions are found, listed and left out; nothing is dropped in silence.

A term is its language and normalised text, so decisions on different concepts meet where they name the same term.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from training.ml.constraint_lines import from_jsonl as from_jsonl
from training.ml.constraint_lines import to_jsonl as to_jsonl
from training.ml.contradictions import Claim, contradictions
from training.ml.records import Attract, Constraints, Contradiction, DecisionRecord, Order, Repel, TermText
from training.ml.texts import normalise

Says = Literal["same", "different", "relation"]
SAYS: dict[str, Says] = {
    "equivalent": "same",
    "not_equivalent": "different",
    "antonym": "different",
    "false_friend": "different",
    "broader": "relation",
    "narrower": "relation",
    "related": "relation",
}
HARD = ("antonym", "false_friend")
NO_CONSTRAINT = ("wrong_form", "wrong_language", "not_a_term", "unsure", "skipped", "flagged")


class InvalidDecision(ValueError):
    """A decision that cannot be read; the message names the pair and what to decide instead."""


def build(decisions: Sequence[DecisionRecord]) -> Constraints:
    """The constraints that decisions amount to, and the contradictions among them.

    The same set of decisions gives the same value in whatever order it comes. Texts come out normalised. A pair named
    by a contradiction yields no constraint at all. Contradictions are looked for in this order, each on what the ones
    before left: disputed; opposite (one pair of terms decided in two of the ways same, different, relation);
    transitive (a chain of equivalents joins two terms decided to differ; the shortest chain is named); relation_cycle
    (following broader, and equivalence either way, leads back to the start). A transitive contradiction leaves out the
    shortest chain and the decision against it, which solves every longer chain too.

    `Repel.better` is the correction, else an accepted target of the same source in the same language: of the same
    concept first, then the one with the largest weight.

    Raises InvalidDecision for a name that is no decision, and for `corrected` without a correction. A correction
    equal to the corrected term is an `opposite` contradiction: it asks to attract and to repel one pair.
    """
    records = sorted((_normalised(record) for record in decisions), key=_record_order)
    found = [_dispute(record) for record in records if record.disputed]
    open_pairs = {record.pair_id for record in records if record.disputed}
    claims = [claim for record in records if record.pair_id not in open_pairs for claim in _claims(record)]
    found.extend(contradictions(claims))
    left_out = {pair_id for contradiction in found for pair_id in contradiction.pair_ids}
    kept = [claim for claim in claims if claim.record.pair_id not in left_out]
    return replace(_constraints(kept), contradictions=tuple(found))


def digest(constraints: Constraints) -> str:
    """sha256, in hex, over the JSON lines: equal for equal constraints, whatever process wrote them."""
    return hashlib.sha256(to_jsonl(constraints).encode()).hexdigest()


def _normalised(record: DecisionRecord) -> DecisionRecord:
    return replace(
        record,
        source=TermText(record.source.language, normalise(record.source.text)),
        target=TermText(record.target.language, normalise(record.target.text)),
        correction=normalise(record.correction),
    )


def _record_order(record: DecisionRecord) -> tuple[int, str, str, str, str, str, str, str, float, bool, str]:
    source, target = record.source, record.target
    return (
        *(record.pair_id, source.language, source.text, target.language, target.text, record.decision),
        *(record.correction, record.concept_id, record.weight, record.disputed, record.family),
    )


def _dispute(record: DecisionRecord) -> Contradiction:
    return Contradiction(
        "disputed",
        (record.pair_id,),
        f"Reviewers disagree on “{record.source.text}” and “{record.target.text}” (pair {record.pair_id}): "
        f"the lead decides.",
    )


def _claims(record: DecisionRecord) -> Iterable[Claim]:
    if record.decision in NO_CONSTRAINT:
        return
    if record.decision == "corrected":
        if not record.correction:
            raise InvalidDecision(
                f"Pair {record.pair_id} (“{record.source.text}” and “{record.target.text}”) is decided as corrected, "
                f"but no correction is given: write the right term, or decide not_equivalent."
            )
        yield Claim("same", record.source, TermText(record.target.language, record.correction), record)
        yield Claim("different", record.source, record.target, record)
    elif record.decision in SAYS:
        yield Claim(SAYS[record.decision], record.source, record.target, record)
    else:
        raise InvalidDecision(
            f"Pair {record.pair_id} is decided as {record.decision!r}, which is no decision: "
            f"write one of {', '.join((*SAYS, 'corrected', *NO_CONSTRAINT))}."
        )


def _constraints(claims: Sequence[Claim]) -> Constraints:
    accepted = [claim for claim in claims if claim.says == "same"]
    known = _Known.of(accepted)
    return Constraints(
        attract=tuple(
            Attract(c.source, c.target, c.record.concept_id, c.record.family, c.record.weight, c.record.pair_id)
            for c in accepted
        ),
        repel=tuple(_repel(claim, known) for claim in claims if claim.says == "different"),
        order=tuple(_order(claim) for claim in claims if claim.says == "relation"),
    )


def _repel(claim: Claim, known: "_Known") -> Repel:
    record = claim.record
    if record.decision == "corrected":
        better: TermText | None = TermText(claim.target.language, record.correction)
    else:
        better = known.target(claim)
    hard = record.decision in HARD
    return Repel(claim.source, claim.target, record.family, hard, better, record.weight, record.pair_id)


def _order(claim: Claim) -> Order:
    record = claim.record
    assert record.decision in ("broader", "narrower", "related")  # noqa: S101 - narrows the type; SAYS guarantees it
    return Order(claim.source, claim.target, record.decision, record.family, record.weight, record.pair_id)


@dataclass(frozen=True)
class _Known:
    """Accepted targets by source term, target language and, where the concept is the same, concept."""

    of_concept: dict[tuple[TermText, str, str], TermText]
    of_term: dict[tuple[TermText, str], TermText]

    @classmethod
    def of(cls, accepted: Sequence[Claim]) -> "_Known":
        known = cls({}, {})
        for claim in sorted(accepted, key=lambda claim: -claim.record.weight):
            language = claim.target.language
            known.of_concept.setdefault((claim.source, language, claim.record.concept_id), claim.target)
            known.of_term.setdefault((claim.source, language), claim.target)
        return known

    def target(self, claim: Claim) -> TermText | None:
        source, language = claim.source, claim.target.language
        of_term = self.of_term.get((source, language))
        return self.of_concept.get((source, language, claim.record.concept_id), of_term)
