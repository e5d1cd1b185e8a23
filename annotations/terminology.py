"""What decisions do to the terminology, derived from them each time, so that an undone decision gives it back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import QuerySet

from annotations.composed import composed
from annotations.models import Decision, Decisions, Term, TermPair

RETIRES = frozenset({Decisions.NOT_A_TERM, Decisions.WRONG_LANGUAGE})


def refresh_terminology(pairs: Sequence[TermPair], right: Mapping[int, str]) -> None:
    """`right`: id of a decided pair → the correction that was decided on, empty where there is none."""
    _refresh_corrections(pairs, right)
    _refresh_states({pair.target_term_id for pair in pairs})


def state_of(outcomes: Iterable[tuple[str, str]]) -> str:
    """A term's state from the (outcome, correction) of every pair in which it is the target."""
    given = set(outcomes)
    decided = {outcome for outcome, _ in given}
    if decided & RETIRES:
        return Term.States.RETIRED
    if any(correction for _, correction in given):
        return Term.States.SUPERSEDED
    if Decisions.NOT_EQUIVALENT in decided and Decisions.EQUIVALENT not in decided:
        return Term.States.REJECTED
    return Term.States.ACTIVE


def _refresh_states(term_ids: set[int]) -> None:
    """The terms are locked before the decisions are read: another transaction may be deciding the term's other pair."""
    ids = sorted(term_ids)
    states = _states_for_update(ids)
    outcomes: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for term_id, outcome, correction in _decided_of(ids):
        outcomes[term_id].append((outcome, correction))
    changed: dict[str, list[int]] = defaultdict(list)
    for term_id, state in states:
        if (new := state_of(outcomes[term_id])) != state:
            changed[new].append(term_id)
    for state, ids in changed.items():
        Term.objects.filter(pk__in=ids).update(state=state)


@composed
def _states_for_update(terms: list[int]) -> QuerySet[Term, tuple[int, str]]:
    locked = Term.objects.select_for_update(of=("self",), no_key=True)
    return locked.filter(pk__in=terms).order_by("pk").values_list("pk", "state")


@composed
def _decided_of(terms: list[int]) -> QuerySet[Decision, tuple[int, str, str]]:
    decided = Decision.objects.filter(pair__target_term__in=terms)
    return decided.values_list("pair__target_term_id", "outcome", "correction")


@composed
def _listed_for(pairs: list[int]) -> QuerySet[TermPair]:
    """Pairs that corrections of these have brought."""
    return TermPair.objects.filter(correction_of__in=pairs).select_related("target_term")


def _refresh_corrections(pairs: Sequence[TermPair], decided: Mapping[int, str]) -> None:
    made: dict[int, list[TermPair]] = defaultdict(list)
    for listed in _listed_for([pair.pk for pair in pairs]):
        if listed.correction_of_id is not None:
            made[listed.correction_of_id].append(listed)
    for pair in pairs:
        right = decided.get(pair.pk, "")
        for listed in made[pair.pk]:
            if listed.target_term.text != right:
                _unlist(listed)
        if right and all(listed.target_term.text != right for listed in made[pair.pk]):
            _list(pair, right)


def _list(pair: TermPair, right: str) -> None:
    term, _ = Term.objects.get_or_create(
        concept_id=pair.concept_id, language=pair.target_language, text=right, defaults={"project_id": pair.project_id}
    )
    TermPair.objects.get_or_create(
        source_term_id=pair.source_term_id,
        target_term=term,
        defaults={
            "project_id": pair.project_id,
            "concept_id": pair.concept_id,
            "source_language": pair.source_language,
            "target_language": pair.target_language,
            "state": TermPair.States.DECIDED,
            "correction_of": pair,
        },
    )


def _unlist(listed: TermPair) -> None:
    """A pair that was reviewed itself stays; so does a term that a file brought or another pair needs."""
    if listed.verdicts.exists():
        return
    term = listed.target_term
    listed.delete()
    if term.source_id is None and not term.pairs_as_target.exists():
        term.delete()
