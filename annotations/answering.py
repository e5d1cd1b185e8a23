"""Writes what reviewers and leads say: answers, one or many, taking them back, and the lead's word."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from annotations.access import NotAllowed, may_lead
from annotations.agreement.settle import UNDECIDED
from annotations.answers import Answer, InvalidAnswer, Shown, checked
from annotations.claims import mark_answered, reopen_claim
from annotations.composed import composed
from annotations.models import Decision, Decisions, GoldPair, Project, TermPair, Verdict
from annotations.notifications import tell_of_adjudication
from annotations.settling import mark_surplus, settle_pairs
from annotations.standing import judge_by_gold
from annotations.verdicts import standing_on, standing_verdicts

MAX_BULK = 500  # pairs answered at once


@dataclass(frozen=True)
class Bulk:
    saved: list[Verdict]
    refused: list[tuple[int, str]]  # pair id, and why


def answer(
    pair: TermPair,
    reviewer: User,
    given: Answer,
    *,
    origin: str = Verdict.Origins.WEB,
    encoder_digest: str = "",
    shown: Shown | None = None,
) -> Verdict:
    """Records one answer and settles the pair. Late answers and those beyond the overlap are kept as well.

    Giving the answer that already stands once more changes nothing and returns the verdict that is there.
    """
    shown = shown or Shown(encoder_digest)
    with transaction.atomic():
        locked = _locked(pair)
        verdict = _recorded([locked], reviewer, checked(given, locked), shown, origin)[0]
    pair.state, pair.outcome = locked.state, locked.outcome
    judge_by_gold([locked], reviewer)
    return verdict


def answer_many(
    project: Project, reviewer: User, pair_ids: Sequence[int], given: Answer, *, shown: Shown | None = None
) -> Bulk:
    """The same answer to several pairs, in one transaction; a pair that can't have it is named and the others saved."""
    if given.decision == Decisions.CORRECTED or given.correction:
        raise InvalidAnswer("Each pair needs its own correction: correct them one by one.")
    if len(pair_ids) > MAX_BULK:
        raise InvalidAnswer(f"{len(pair_ids):,} pairs are too many at once: answer at most {MAX_BULK}.")
    refused: list[tuple[int, str]] = []
    good: list[TermPair] = []
    with transaction.atomic():
        found = {pair.pk: pair for pair in _locking(list(pair_ids)) if pair.project_id == project.pk}
        for pair_id in dict.fromkeys(pair_ids):
            try:
                if pair_id not in found:
                    raise InvalidAnswer("This project has no such pair.")
                given = checked(given, found[pair_id])
                good.append(found[pair_id])
            except InvalidAnswer as error:
                refused.append((pair_id, str(error)))
        saved = _recorded(good, reviewer, given, shown or Shown(), Verdict.Origins.WEB) if good else []
    judge_by_gold(good, reviewer)
    return Bulk(saved, refused)


def undo_last(project: Project, reviewer: User) -> Verdict | None:
    """Takes back the reviewer's last verdict that stands: returns the undoing row, or None when there is none."""
    last = standing_verdicts().filter(pair__project=project, reviewer=reviewer).order_by("-pk").first()
    return None if last is None else undo(last, reviewer)


def undo(verdict: Verdict, reviewer: User) -> Verdict | None:
    """Takes back one of the reviewer's own verdicts: returns the undoing row, or None when it is taken back already.

    The pair is the reviewer's again, unless others hold it by now; a decision that rested on the verdict goes, and
    the terminology is as it was.
    """
    if verdict.reviewer_id != reviewer.pk:
        raise NotAllowed("This verdict is somebody else's: only one's own can be taken back.")
    if verdict.undoes_id is not None:
        raise InvalidAnswer("This row takes a verdict back: to change your mind again, answer the pair anew.")
    with transaction.atomic():
        pair = _locked(verdict.pair)
        if Verdict.objects.filter(undoes=verdict).exists():
            return None  # the same key, pressed twice
        undoing = Verdict.objects.create(
            pair=pair,
            reviewer=reviewer,
            decision=verdict.decision,
            correction=verdict.correction,
            origin=verdict.origin,
            undoes=verdict,
        )
        lead_s = Decision.objects.filter(
            pair=pair, adjudicated_by=reviewer, outcome=verdict.decision, correction=verdict.correction
        )
        if lead_s.delete()[0]:
            GoldPair.objects.filter(pair=pair).delete()  # its known answer has just been taken back
        if not standing_verdicts().filter(pair=pair, reviewer=reviewer).exists():
            reopen_claim(undoing)
        settle_pairs([pair], yielding=reviewer.pk)
    judge_by_gold([pair], reviewer)
    return undoing


@transaction.atomic
def adjudicate(pair: TermPair, lead: User, given: Answer) -> Decision:
    """The lead's word, whatever the reviewers said; it stands until the lead undoes it or adjudicates anew."""
    locked = _locked(pair)
    if not may_lead(lead, locked.project):
        raise NotAllowed(f"{lead.get_username()} does not lead {locked.project}: only a lead adjudicates.")
    given = checked(given, locked)
    if given.decision in UNDECIDED or given.decision == Decisions.FLAGGED:
        label = Decisions(given.decision).label
        raise InvalidAnswer(f"“{label}” decides nothing: say what the pair is.")
    verdict = _verdict(locked, lead, given, Shown(), Verdict.Origins.WEB)
    mark_answered([verdict])
    verdict.save()
    Decision.objects.update_or_create(
        pair=locked,
        defaults={
            "outcome": given.decision,
            "correction": given.correction,
            "weight": 1.0,
            "adjudicated_by": lead,
        },
    )
    settle_pairs([locked])
    tell_of_adjudication(locked, lead, given)
    pair.state, pair.outcome = locked.state, locked.outcome
    return Decision.objects.get(pair=locked)


@composed
def _locking(pairs: list[int]) -> QuerySet[TermPair]:
    """One writer a pair at a time: a row lock on PostgreSQL, the write transaction itself on SQLite."""
    rows = TermPair.objects.select_for_update(of=("self",), no_key=True).select_related("project", "target_term")
    return rows.filter(pk__in=pairs).order_by("pk")


def _locked(pair: TermPair) -> TermPair:
    return _locking([pair.pk])[0]


def _recorded(pairs: Sequence[TermPair], reviewer: User, given: Answer, shown: Shown, origin: str) -> list[Verdict]:
    """One verdict a pair, in their order: the one that stands where it says the same."""
    standing = standing_on([pair.pk for pair in pairs])
    former = {verdict.pair_id: verdict for verdict in standing if verdict.reviewer_id == reviewer.pk}
    same = {pk: verdict for pk, verdict in former.items() if _said(verdict) == given}
    fresh = [pair for pair in pairs if pair.pk not in same]
    new = [_verdict(pair, reviewer, given, shown, origin) for pair in fresh]
    if new:
        mark_surplus(new)
        mark_answered(new)
        Verdict.objects.bulk_create(new)
        settle_pairs(fresh)
    by_pair = same | {verdict.pair_id: verdict for verdict in new}
    return [by_pair[pair.pk] for pair in pairs]


def _said(verdict: Verdict) -> Answer:
    return Answer(verdict.decision, verdict.correction, verdict.note, verdict.confidence)


def _verdict(pair: TermPair, reviewer: User, given: Answer, shown: Shown, origin: str) -> Verdict:
    return Verdict(
        pair=pair,
        reviewer=reviewer,
        decision=given.decision,
        correction=given.correction,
        note=given.note,
        confidence=given.confidence,
        origin=origin,
        encoder_digest=shown.encoder_digest,
        seconds=shown.counted_seconds,
        saw_model=shown.saw_model,
    )
