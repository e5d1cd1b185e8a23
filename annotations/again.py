"""Puts decided pairs back into the queue, for somebody who has not judged them yet, with the reason on the card."""

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db import transaction

from annotations.access import NotAllowed, may_lead
from annotations.claims import fit_claims
from annotations.comments import comment
from annotations.models import Decision, Project, TermPair
from annotations.terminology import refresh_terminology

FIRST = 1  # place in the queue


@transaction.atomic
def ask_again(project: Project, lead: User, pair_ids: Collection[int], reason: str) -> int:
    """How many went back. Gold pairs and what a lead has decided stay as they are.

    The answers stand: whoever is asked now confirms them, or the lead has a conflict to decide.
    """
    if not may_lead(lead, project):
        raise NotAllowed(f"{lead.get_username()} does not lead {project}: only a lead asks again.")
    rows = TermPair.objects.select_for_update(of=("self",), no_key=True).select_related("project", "concept")
    decided = rows.filter(project=project, pk__in=pair_ids, state=TermPair.States.DECIDED)
    pairs = list(decided.filter(gold=None, decision__adjudicated_by=None, correction_of=None).order_by("pk"))
    Decision.objects.filter(pair__in=pairs).delete()
    TermPair.objects.filter(pk__in=[pair.pk for pair in pairs]).update(state=TermPair.States.QUEUED, outcome="")
    refresh_terminology(pairs)
    fit_claims(pairs, dict.fromkeys((pair.pk for pair in pairs), 1), dict.fromkeys((pair.pk for pair in pairs), FIRST))
    for pair in pairs:
        comment(project, lead, reason, pair=pair)
    return len(pairs)
