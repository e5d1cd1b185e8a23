"""Keeps the claims of a pair in step with the answers it still wants. Called in a transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from annotations.composed import composed
from annotations.models import Claim, Suspicion, TermPair, Verdict
from annotations.queue import CLAIM_MINUTES


def fit_claims(
    pairs: Sequence[TermPair],
    missing: Mapping[int, int],
    positions: Mapping[int, int] | None = None,
    yielding: int | None = None,
) -> None:
    """Leaves each pair with as many unanswered claims as answers are missing; a claim that is held is never removed.

    `positions`: pair id → where its open claims move to; without them they stay where they are. `yielding`: a
    reviewer whose own claim goes where others hold as many as are missing.
    """
    claims = _claims_of(pairs)
    surplus: list[int] = []
    new: list[Claim] = []
    moved: list[tuple[int, int]] = []
    for pair in pairs:
        unanswered = [claim for claim in claims[pair.pk] if not claim.answered]
        free = [claim.pk for claim in unanswered if claim.reviewer_id is None]
        yielded = [claim.pk for claim in unanswered if yielding is not None and claim.reviewer_id == yielding]
        short = missing.get(pair.pk, 0) - len(unanswered)
        if short < 0:
            surplus += ([*yielded, *free] if missing.get(pair.pk) else free)[short:]
        elif short > 0:
            position = positions[pair.pk] if positions else 0
            new += new_claims(pair.project_id, pair.pk, short, claims[pair.pk], position)
        if positions:
            moved += [(positions[pair.pk], claim.pk) for claim in unanswered]
    if surplus:
        not_held = Q(reviewer=None) if yielding is None else Q(reviewer=None) | Q(reviewer=yielding)
        Claim.objects.filter(not_held, pk__in=surplus, answered=False).delete()
    if moved:
        _move(moved)
    if new:
        Claim.objects.bulk_create(_placed(new), ignore_conflicts=True)


def _move(moved: Sequence[tuple[int, int]]) -> None:
    """(position, claim id) each; a hundred thousand of them are too many for one CASE after the other."""
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(Claim._meta.db_table)
        cursor.executemany(f"UPDATE {table} SET position = %s WHERE id = %s", moved)  # noqa: S608


def new_claims(project_id: int, pair_id: int, count: int, present: Sequence[Claim], position: int = 0) -> list[Claim]:
    """Position 0 stands for where the pair's other claims are; `present` are its claims that stay."""
    slot = max((claim.slot for claim in present), default=-1) + 1
    position = position or min((claim.position for claim in present), default=0)
    return [
        Claim(project_id=project_id, pair_id=pair_id, slot=slot + number, position=position) for number in range(count)
    ]


def mark_answered(verdicts: Sequence[Verdict]) -> None:
    """Each verdict closes its reviewer's claim, else a free one, where there is either."""
    claims = _claims_of([verdict.pair for verdict in verdicts])
    closing: dict[int, list[int]] = defaultdict(list)
    used: set[int] = set()
    for verdict in verdicts:
        mine = [claim for claim in claims[verdict.pair_id] if claim.reviewer_id == verdict.reviewer_id]
        free = [claim for claim in claims[verdict.pair_id] if claim.reviewer_id is None and claim.pk not in used]
        if mine or free:
            used.add((mine or free)[0].pk)
            closing[verdict.reviewer_id].append((mine or free)[0].pk)
    for reviewer_id, ids in closing.items():
        # Somebody may just have taken a lapsed or free one: PostgreSQL waits for him and then looks at this again.
        still_ours = Claim.objects.filter(Q(reviewer=None) | Q(reviewer=reviewer_id), pk__in=ids)
        still_ours.update(reviewer=reviewer_id, answered=True, expires_at=None)


def reopen_claim(verdict: Verdict) -> None:
    """The verdict was taken back: its reviewer holds the pair again, so that it is the next one on the card."""
    expires_at = timezone.now() + timedelta(minutes=CLAIM_MINUTES)
    own = Claim.objects.filter(pair=verdict.pair_id, reviewer=verdict.reviewer_id)
    if own.update(answered=False, expires_at=expires_at):
        return
    present = _claims_of([verdict.pair])[verdict.pair_id]
    if not present and not Suspicion.objects.filter(pair=verdict.pair_id).exists():
        return  # never was in the queue: the answer came in a file
    for claim in _placed(new_claims(verdict.pair.project_id, verdict.pair_id, 1, present)):
        claim.reviewer_id, claim.expires_at = verdict.reviewer_id, expires_at
        claim.save()


def _claims_of(pairs: Sequence[TermPair]) -> dict[int, list[Claim]]:
    found: dict[int, list[Claim]] = defaultdict(list)
    for claim in _claims_on([pair.pk for pair in pairs]):
        found[claim.pair_id].append(claim)
    return found


@composed
def _claims_on(pairs: list[int]) -> QuerySet[Claim]:
    return Claim.objects.filter(pair__in=pairs).order_by("slot")


def _placed(claims: list[Claim]) -> list[Claim]:
    """Gives claims of pairs that have had none the position of their rank."""
    lost = [claim.pair_id for claim in claims if not claim.position]
    ranks = dict(Suspicion.objects.filter(pair__in=lost).order_by("pk").values_list("pair_id", "rank"))
    for claim in claims:
        claim.position = claim.position or ranks.get(claim.pair_id, 0)
    return claims
