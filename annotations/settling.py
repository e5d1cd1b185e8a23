"""Brings decisions, pair states, terms and open claims in line with the answers that stand. Called in a transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet

from annotations.access import reviewers_of
from annotations.agreement.overlap import OverlapPolicy, answers_wanted
from annotations.agreement.settle import (
    MAX_UNDECIDED,
    UNDECIDED,
    Conflict,
    GivenAnswer,
    NeedsAnother,
    NeedsLead,
    Settled,
    Settlement,
    settle,
)
from annotations.claims import fit_claims
from annotations.composed import composed
from annotations.models import (
    Claim,
    Decision,
    GoldPair,
    Notification,
    OverlapPolicies,
    Project,
    Reliability,
    Suspicion,
    TermPair,
    Verdict,
)
from annotations.notifications import tell_of_pairs
from annotations.terminology import refresh_terminology
from annotations.verdicts import standing_on, standing_verdicts

CLOSED_STATES = {
    Settled: TermPair.States.DECIDED,
    Conflict: TermPair.States.CONFLICT,
    NeedsLead: TermPair.States.FLAGGED,
}
TOLD = {
    TermPair.States.CONFLICT: Notification.Kinds.CONFLICT,
    TermPair.States.FLAGGED: Notification.Kinds.FLAG,
}


OPEN_STATES = (TermPair.States.LISTED, TermPair.States.QUEUED)
_Measured = Mapping[tuple[int, str], Reliability]  # reviewer id, target language → what is known of the reviewer


@dataclass(frozen=True)
class _Standing:
    """What the database holds of some pairs, read once for all of them."""

    policy: OverlapPolicy
    undecided_limit: int
    answers: Mapping[int, list[GivenAnswer]]
    decisions: Mapping[int, Decision]
    in_queue: set[int]
    measured: _Measured
    suspicions: Mapping[int, float] = field(default_factory=dict)  # only where the policy asks for them


def settle_pairs(pairs: Sequence[TermPair], *, yielding: int | None = None) -> None:
    """All of one project. Adjudicated decisions stay until the lead takes them back.

    `yielding`: a reviewer whose own claim goes where others hold as many as answers are missing.
    """
    standing = _read(pairs)
    settlements = {pair.pk: _settlement(pair, standing) for pair in pairs}
    _write_decisions(settlements, standing.decisions)
    _write_states(pairs, settlements, standing)
    right = {pk: found.correction for pk, found in settlements.items() if isinstance(found, Settled)}
    refresh_terminology(pairs, right)
    missing = {pk: found.missing if isinstance(found, NeedsAnother) else 0 for pk, found in settlements.items()}
    fit_claims([pair for pair in pairs if pair.pk in standing.in_queue], missing, yielding=yielding)


def mark_surplus(verdicts: Sequence[Verdict]) -> None:
    """Before they are stored, of one project and at most one a pair: those that the pair does not want any more.

    Not marked are answers to hidden gold, which asks everybody, a change of mind, and one that decides what others
    could not.
    """
    late = [verdict for verdict in verdicts if verdict.pair.state not in OPEN_STATES]
    if not late:
        return
    pairs = [verdict.pair for verdict in late]
    standing = _read(pairs)
    gold = set(GoldPair.objects.filter(pair__in=pairs, practice=False).values_list("pair_id", flat=True))
    counted = standing_verdicts().filter(pair__in=pairs, surplus=False).exclude(decision__in=UNDECIDED)
    has_say = set(counted.values_list("pair_id", "reviewer_id"))
    for verdict in late:
        asked = verdict.pair_id in gold or (verdict.pair_id, verdict.reviewer_id) in has_say
        verdict.surplus = not asked and not _is_of_use(verdict, standing)


def _is_of_use(verdict: Verdict, standing: _Standing) -> bool:
    before = _settlement(verdict.pair, standing)
    if isinstance(before, NeedsAnother | Settled):
        return isinstance(before, NeedsAnother)
    others = [given for given in standing.answers[verdict.pair_id] if given.reviewer != verdict.reviewer_id]
    after = replace(standing, answers={verdict.pair_id: [*others, _given(verdict, standing.measured)]})
    return isinstance(_settlement(verdict.pair, after), Settled)


def answers_missing(pairs: Sequence[TermPair]) -> dict[int, int]:
    """Pair id → answers that these undecided pairs still want."""
    standing = _read(pairs)
    found = {pair.pk: _settlement(pair, standing) for pair in pairs}
    return {pk: result.missing for pk, result in found.items() if isinstance(result, NeedsAnother)}


def policy_of(project: Project) -> OverlapPolicy:
    only_doubtful = project.overlap_policy == OverlapPolicies.DOUBTFUL
    return OverlapPolicy(project.overlap, only_doubtful, project.overlap_maximum)


def _read(pairs: Sequence[TermPair]) -> _Standing:
    policy = policy_of(pairs[0].project) if pairs else OverlapPolicy()
    ids = [pair.pk for pair in pairs]
    rated = _rated(pairs[0].project_id) if pairs else ()
    measured = {(row.reviewer_id, row.target_language): row for row in rated}
    answers = _answers(pairs, measured)
    in_queue = set(_with_claims(ids))
    unclaimed = [pair for pair in pairs if pair.pk not in in_queue]
    if unclaimed:
        in_queue |= set(Suspicion.objects.filter(pair__in=unclaimed).values_list("pair_id", flat=True))
    decisions = {decision.pair_id: decision for decision in _decisions_on(ids)}
    limit = MAX_UNDECIDED
    undecided = any(given.decision in UNDECIDED for standing in answers.values() for given in standing)
    people = reviewers_of(pairs[0].project).count() if pairs and (undecided or policy.most is not None) else 0
    if people > 1:  # alone, one comes back to what one has skipped
        limit = min(limit, people)
        policy = replace(policy, most=None if policy.most is None else min(policy.most, people))
    found = _Standing(policy, limit, answers, decisions, in_queue, measured)
    if policy.only_doubtful:
        scores = Suspicion.objects.filter(pair__in=pairs).order_by("created_at", "pk").values_list("pair_id", "score")
        found = replace(found, suspicions=dict(scores))
    return found


@composed
def _rated(project: int) -> QuerySet[Reliability]:
    return Reliability.objects.filter(project=project)


@composed
def _with_claims(pairs: list[int]) -> QuerySet[Claim, int]:
    return Claim.objects.filter(pair__in=pairs).values_list("pair_id", flat=True)


@composed
def _decisions_on(pairs: list[int]) -> QuerySet[Decision]:
    return Decision.objects.filter(pair__in=pairs)


def _answers(pairs: Sequence[TermPair], measured: _Measured) -> dict[int, list[GivenAnswer]]:
    """Each reviewer's last word, with what it weighs."""
    by_id = {pair.pk: pair for pair in pairs}
    latest: dict[int, dict[int, GivenAnswer]] = defaultdict(dict)
    for verdict in standing_on(list(by_id)):
        verdict.pair = by_id[verdict.pair_id]
        latest[verdict.pair_id][verdict.reviewer_id] = _given(verdict, measured)
    return {pk: list(given.values()) for pk, given in latest.items()}


def _given(verdict: Verdict, measured: _Measured) -> GivenAnswer:
    known = measured.get((verdict.reviewer_id, verdict.pair.target_language))
    return GivenAnswer(
        verdict.reviewer_id,
        verdict.decision,
        verdict.correction,
        verdict.confidence,
        known.weight if known else 1.0,
        known.probation if known else False,
    )


def _settlement(pair: TermPair, standing: _Standing) -> Settlement:
    decision = standing.decisions.get(pair.pk)
    if decision is not None and decision.adjudicated_by_id is not None:
        return Settled(decision.outcome, decision.correction, decision.weight)
    answers = standing.answers.get(pair.pk, [])
    wanted = answers_wanted(standing.policy, answers, standing.suspicions.get(pair.pk))
    return settle(answers, wanted, standing.policy.most, standing.undecided_limit, pair.judgements_wanted or 0)


def _write_decisions(settlements: dict[int, Settlement], known: Mapping[int, Decision]) -> None:
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
        found = settlements[pair.pk]
        state = CLOSED_STATES.get(type(found))
        if state is None and pair.correction_of_id is not None and pair.pk not in standing.answers:
            state = TermPair.States.DECIDED  # listed by a reviewer's correction
        elif state is None:
            state = TermPair.States.QUEUED if pair.pk in standing.in_queue else TermPair.States.LISTED
        outcome = found.outcome if isinstance(found, Settled) else ""
        if state in TOLD and pair.state != state:
            tell_of_pairs(TOLD[state], pair, [given.reviewer for given in standing.answers.get(pair.pk, [])])
        if (pair.state, pair.outcome) != (state, outcome):
            pair.state, pair.outcome = state, outcome
            changed[state, outcome].append(pair.pk)
    for (value, outcome), ids in changed.items():
        TermPair.objects.filter(pk__in=ids).update(state=value, outcome=outcome)
