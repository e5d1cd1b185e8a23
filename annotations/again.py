"""What a lead puts first in the queue: open pairs, and decided ones that somebody else shall judge, with the reason."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from annotations.access import NotAllowed, may_lead, reviewers_of
from annotations.batches import BATCH
from annotations.claims import fit_claims
from annotations.comments import comment
from annotations.models import Claim, Decision, Project, TermPair
from annotations.terminology import refresh_terminology
from annotations.verdicts import judges, standing_on

FIRST = 1  # place in the queue


@dataclass(frozen=True)
class AskedAgain:
    back: int  # pairs in the queue
    judged_by_all: int  # pairs that stay decided, since nobody is left to ask


@transaction.atomic
def put_first(project: Project, lead: User, term_ids: Collection[int]) -> int:
    """Moves the open pairs of these terms to the front of the queue, until it is put in order anew; how many."""
    if not may_lead(lead, project):
        raise NotAllowed(f"{lead.get_username()} does not lead {project}: only a lead chooses what comes first.")
    rows = TermPair.objects.select_for_update(no_key=True).filter(project=project, state=TermPair.States.QUEUED)
    theirs = rows.filter(Q(source_term__in=term_ids) | Q(target_term__in=term_ids))
    pairs = list(theirs.order_by("pk").values_list("pk", flat=True))
    return Claim.objects.filter(pair__in=pairs, answered=False).update(position=FIRST) and len(pairs)


@transaction.atomic
def ask_again(project: Project, lead: User, pair_ids: Collection[int], reason: str) -> AskedAgain:
    """Gold pairs and what a lead has decided stay as they are.

    The answers stand, but decide nothing until one more has judged: who confirms them, or the lead has a conflict.
    """
    if not may_lead(lead, project):
        raise NotAllowed(f"{lead.get_username()} does not lead {project}: only a lead asks again.")
    rows = TermPair.objects.select_for_update(of=("self",), no_key=True).select_related("project", "concept")
    decided = rows.filter(project=project, pk__in=pair_ids, state=TermPair.States.DECIDED)
    found = list(decided.filter(gold=None, decision__adjudicated_by=None, correction_of=None).order_by("pk"))
    judged, reviewers = _judged_by(found), set(reviewers_of(project).values_list("pk", flat=True))
    pairs = [pair for pair in found if reviewers - judged[pair.pk]]
    for pair in pairs:
        pair.state, pair.outcome, pair.judgements_wanted = TermPair.States.QUEUED, "", len(judged[pair.pk]) + 1
    Decision.objects.filter(pair__in=pairs).delete()
    TermPair.objects.bulk_update(pairs, ["state", "outcome", "judgements_wanted"], batch_size=BATCH)
    refresh_terminology(pairs, {})
    fit_claims(pairs, dict.fromkeys((pair.pk for pair in pairs), 1), dict.fromkeys((pair.pk for pair in pairs), FIRST))
    for pair in pairs:
        comment(project, lead, reason, pair=pair)
    return AskedAgain(len(pairs), len(found) - len(pairs))


def _judged_by(pairs: Sequence[TermPair]) -> dict[int, set[int]]:
    """Pair id → reviewers whose last word judges it."""
    last = {(verdict.pair_id, verdict.reviewer_id): verdict for verdict in standing_on([pair.pk for pair in pairs])}
    judged: dict[int, set[int]] = defaultdict(set)
    for (pair, reviewer), verdict in last.items():
        if judges(verdict):
            judged[pair].add(reviewer)
    return judged
