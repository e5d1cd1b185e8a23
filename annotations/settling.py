"""Brings decisions, pair states, terms and open claims in line with the answers that stand. Called in a transaction."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from annotations.agreement.settle import Conflict, GivenAnswer, NeedsAnother, NeedsLead, Settled, Settlement, settle
from annotations.claims import fit_claims
from annotations.models import Claim, Decision, Suspicion, TermPair
from annotations.queue import standing_verdicts
from annotations.terminology import refresh_terminology

CLOSED_STATES = {
    Settled: TermPair.States.DECIDED,
    Conflict: TermPair.States.CONFLICT,
    NeedsLead: TermPair.States.FLAGGED,
}


@dataclass(frozen=True)
class _Standing:
    """What the database holds of some pairs, read once for all of them."""

    answers: dict[int, list[GivenAnswer]]
    decisions: dict[int, Decision]
    in_queue: set[int]


def settle_pairs(pairs: Sequence[TermPair]) -> None:
    """All of one project. Adjudicated decisions stay until the lead takes them back."""
    standing = _read(pairs)
    wanted = pairs[0].project.overlap if pairs else 1
    settlements = {pair.pk: _settlement(pair, standing, wanted) for pair in pairs}
    _write_decisions(settlements, standing.decisions)
    _write_states(pairs, settlements, standing)
    refresh_terminology(pairs)
    missing = {pk: found.missing if isinstance(found, NeedsAnother) else 0 for pk, found in settlements.items()}
    fit_claims([pair for pair in pairs if pair.pk in standing.in_queue], missing)


def answers_missing(pairs: Sequence[TermPair]) -> dict[int, int]:
    """Pair id → answers that these undecided pairs still want."""
    standing = _read(pairs)
    wanted = pairs[0].project.overlap if pairs else 1
    found = {pair.pk: _settlement(pair, standing, wanted) for pair in pairs}
    return {pk: result.missing for pk, result in found.items() if isinstance(result, NeedsAnother)}


def _read(pairs: Sequence[TermPair]) -> _Standing:
    latest: dict[int, dict[int, GivenAnswer]] = defaultdict(dict)
    for verdict in standing_verdicts().filter(pair__in=pairs).order_by("pk"):
        latest[verdict.pair_id][verdict.reviewer_id] = GivenAnswer(
            verdict.reviewer_id, verdict.decision, verdict.correction
        )
    in_queue = set(Claim.objects.filter(pair__in=pairs).values_list("pair_id", flat=True))
    in_queue |= set(Suspicion.objects.filter(pair__in=pairs).values_list("pair_id", flat=True))
    decisions = {decision.pair_id: decision for decision in Decision.objects.filter(pair__in=pairs)}
    return _Standing({pk: list(answers.values()) for pk, answers in latest.items()}, decisions, in_queue)


def _settlement(pair: TermPair, standing: _Standing, wanted: int) -> Settlement:
    decision = standing.decisions.get(pair.pk)
    if decision is not None and decision.adjudicated_by_id is not None:
        return Settled(decision.outcome, decision.correction, decision.weight)
    return settle(standing.answers.get(pair.pk, []), wanted)


def _write_decisions(settlements: dict[int, Settlement], known: dict[int, Decision]) -> None:
    gone = [decision.pk for pk, decision in known.items() if not isinstance(settlements[pk], Settled)]
    if gone:
        Decision.objects.filter(pk__in=gone).delete()
    new = []
    for pk, found in settlements.items():
        if not isinstance(found, Settled):
            continue
        values = {"outcome": found.outcome, "correction": found.correction, "weight": found.weight}
        decision = known.get(pk)
        if decision is None:
            new.append(Decision(pair_id=pk, **values))
        elif any(getattr(decision, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(decision, name, value)
            decision.save()
    Decision.objects.bulk_create(new)


def _write_states(pairs: Sequence[TermPair], settlements: dict[int, Settlement], standing: _Standing) -> None:
    changed: dict[tuple[str, str], list[int]] = defaultdict(list)
    for pair in pairs:
        state = CLOSED_STATES.get(type(settlements[pair.pk]))
        if state is None and pair.correction_of_id is not None and pair.pk not in standing.answers:
            state = TermPair.States.DECIDED  # listed by a reviewer's correction
        elif state is None:
            state = TermPair.States.QUEUED if pair.pk in standing.in_queue else TermPair.States.LISTED
        found = settlements[pair.pk]
        outcome = found.outcome if isinstance(found, Settled) else ""
        if (pair.state, pair.outcome) != (state, outcome):
            pair.state, pair.outcome = state, outcome
            changed[state, outcome].append(pair.pk)
    for (value, outcome), ids in changed.items():
        TermPair.objects.filter(pk__in=ids).update(state=value, outcome=outcome)
