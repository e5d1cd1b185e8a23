"""Who reviews which pair next. A claim is won by one conditional UPDATE, right on SQLite and PostgreSQL alike."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from annotations.agreement.settle import UNDECIDED
from annotations.composed import composed, counted
from annotations.models import Claim, Project, TermPair, Verdict
from annotations.ordering import Candidate, order_queue
from annotations.verdicts import gold_of, standing_verdicts, without_coming_gold

__all__ = ["Candidate", "counts", "order_queue", "release", "renew", "take", "take_next"]

CLAIM_MINUTES = 5
LOOK_AHEAD = 25  # claims read at once: when others win the first ones, the next are tried
COUNT_CAP = 1_000  # no tab counts further: the number then stands for as many and more
REVIEWED = (TermPair.States.QUEUED, TermPair.States.CONFLICT, TermPair.States.FLAGGED, TermPair.States.DECIDED)
FOR_LEAD = (TermPair.States.CONFLICT, TermPair.States.FLAGGED)


def take_next(
    project: Project, user: User, *, minutes: float = CLAIM_MINUTES, beside: Collection[int] = ()
) -> Claim | None:
    """The user's own live claim, else the first free or lapsed one on a pair that the user has not answered yet.

    `beside` names pairs that the user's page already holds: the claim is on another one.
    """
    now, other = timezone.now(), list(beside)
    own = min(_held(project.pk, user.pk, now, other), default=None)
    if own is not None and renew(own[-1], user, minutes=minutes):
        return _loaded(own[-1])
    while True:
        waiting = _waiting(project.pk, user.pk, now, other)
        if not waiting:
            return None
        _, pair_id, position = waiting[0]
        hidden = _hidden_gold(project, user, (pair_id, position), minutes, beside)
        if hidden is not None:
            return hidden
        for claim_id, _, _ in waiting:
            if _win(claim_id, user, now, minutes):
                return _loaded(claim_id)
        now = timezone.now()


def take(project: Project, user: User, pair: TermPair, *, minutes: float = CLAIM_MINUTES) -> Claim | None:
    """A claim on this very pair, also on one that the user was unsure of or skipped; None when others hold them all."""
    now = timezone.now()
    own = _open_claims(project, answered=None).filter(pair=pair, reviewer=user).first()
    if own is not None and not own.answered:
        return _loaded(own.pk) if renew(own.pk, user, minutes=minutes) else None
    if skips(project, user).filter(pair=pair).exists():
        free = _open_claims(project).filter(_free(now), pair=pair)
    else:
        free = _takeable(project, user, now).filter(pair=pair)
    for claim_id in free.values_list("pk", flat=True):
        if _win(claim_id, user, now, minutes, instead_of=own):
            return _loaded(claim_id)
    return None


def renew(claim_id: int, user: User, *, minutes: float = CLAIM_MINUTES) -> bool:
    """Keeps a claim for some more minutes; False when it was answered or somebody else has taken it."""
    expires_at = timezone.now() + timedelta(minutes=minutes)
    return _unanswered(claim_id, user).update(expires_at=expires_at) == 1


def release(claim_id: int, user: User) -> bool:
    return _unanswered(claim_id, user).update(reviewer=None, expires_at=None) == 1


def counts(project: Project, user: User) -> dict[str, int]:
    """What the tabs show: pairs to review for this user, skipped by and answered by this user, conflicts.

    Of conflicts those that the list of pairs shows, and what waits for the lead, flagged pairs too; and what the user
    has answered today. Each stops at COUNT_CAP, so that a page costs the same however many pairs there are.
    """
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    queued, undecided, answered, conflicts, for_lead, today = _counts(project.pk, user.pk, midnight)
    still_open = 0
    if queued < COUNT_CAP + answered:  # otherwise there are enough, whichever of them one has answered
        mine = standing_verdicts().filter(pair__project=project, reviewer=user)
        still_open = mine.filter(pair__state=TermPair.States.QUEUED).values("pair").distinct().count()
    return {
        "to_review": min(COUNT_CAP, queued - still_open),
        "skipped": undecided,
        "mine": answered,
        "conflicts": conflicts,
        "for_lead": for_lead,
        "today": today,
    }


@counted
def _counts(project: int, user: int, midnight: datetime) -> Sequence[QuerySet[Any, Any]]:
    pairs = TermPair.objects.filter(project=project).order_by().values("pk")
    mine = standing_verdicts().filter(pair__project=project, reviewer=user).order_by()
    return (
        pairs.filter(state=TermPair.States.QUEUED)[: 2 * COUNT_CAP],
        skips(project, user).order_by().values("pk")[:COUNT_CAP],
        mine.values("pair").distinct()[:COUNT_CAP],
        pairs.filter(state=TermPair.States.CONFLICT, position__isnull=False)[:COUNT_CAP],
        pairs.filter(state__in=FOR_LEAD)[:COUNT_CAP],
        mine.filter(created_at__gte=midnight).values("pk")[:COUNT_CAP],
    )


def skips(project: Project | int, user: User | int) -> QuerySet[Verdict]:
    """The user's last words that were unsure or skipped, on pairs still open."""
    later = standing_verdicts().filter(pair=OuterRef("pair"), reviewer=user, pk__gt=OuterRef("pk"))
    return standing_verdicts().filter(
        ~Exists(later), pair__project=project, pair__state=TermPair.States.QUEUED, reviewer=user,
        decision__in=UNDECIDED,
    )  # fmt: skip


def listed(
    project: Project, *, language: str = "", state: str = "", outcome: str = "", viewer: User | None = None
) -> QuerySet[TermPair]:
    """What has been in the queue, in its order: for `paging.keyset` by ("position", "pk").

    `viewer`: a reviewer, from whom gold pairs are hidden that are still to come; a lead sees them all.
    """
    rows = TermPair.objects.filter(project=project, position__isnull=False)
    rows = rows if viewer is None else without_coming_gold(rows, viewer)
    if language:
        rows = rows.filter(target_language=language)
    if not outcome:
        rows = rows.filter(state=state) if state else rows.filter(state__in=REVIEWED)
    elif state in ("", TermPair.States.DECIDED):  # which is what an outcome means: the index of outcomes is enough
        rows = rows.filter(outcome=outcome)
    else:
        rows = rows.none()
    return rows.order_by("position", "pk")


def _open_claims(project: Project | int, *, answered: bool | None = False) -> QuerySet[Claim]:
    claims = Claim.objects.filter(project=project, pair__state=TermPair.States.QUEUED)
    return (claims if answered is None else claims.filter(answered=answered)).order_by("position", "slot")


@composed
def _held(project: int, user: int, now: datetime, beside: list[int]) -> QuerySet[Claim, tuple[int, int, int]]:
    """Position, slot and id of the user's live claims; a hidden gold pair is decided and comes all the same.

    A few rows, in no order: asked for one, SQLite would walk through the whole queue to find them.
    """
    wanted = Q(pair__state=TermPair.States.QUEUED) | Q(pair__gold__practice=False)
    held = Claim.objects.filter(wanted, project=project, reviewer=user, answered=False, expires_at__gt=now)
    return held.exclude(pair__in=beside).order_by().values_list("position", "slot", "pk")


def _hidden_gold(
    project: Project, user: User, before: tuple[int, int], minutes: float, beside: Collection[int]
) -> Claim | None:
    """Now and then a gold pair that the user has not seen comes first, at the chance that the project asks for.

    Whether one comes before a certain pair depends on the user and that pair alone. The gold claim bears its
    position, so that only one does.
    """
    pair_id, position = before
    if _chance(f"{project.slug}:{user.pk}:{pair_id}") >= project.gold_share:
        return None
    own = Claim.objects.filter(project=project, reviewer=user, pair__gold__practice=False)
    lapsed = own.filter(answered=False).exclude(pair__in=beside).first()
    if lapsed is not None:
        return _loaded(lapsed.pk) if renew(lapsed.pk, user, minutes=minutes) else None
    if own.filter(position=position).exists():
        return None
    seen = standing_verdicts().filter(pair=OuterRef("pair"), reviewer=user)
    gold = gold_of(project).filter(~Exists(seen), pair__state=TermPair.States.DECIDED)
    left = list(gold.filter(practice=False).exclude(pair__claims__reviewer=user).values_list("pair", flat=True))
    if not left:
        return None
    drawn = min(left, key=lambda pk: _chance(f"{user.pk}:{pk}"))
    return _gold_claim(project, user, drawn, position, minutes)


def _gold_claim(project: Project, user: User, pair_id: int, position: int, minutes: float) -> Claim | None:
    last = Claim.objects.filter(pair=pair_id).aggregate(last=Max("slot"))["last"]
    expires_at = timezone.now() + timedelta(minutes=minutes)
    try:
        with transaction.atomic():
            made = Claim.objects.create(
                project=project,
                pair_id=pair_id,
                slot=0 if last is None else last + 1,
                position=position,
                reviewer=user,
                expires_at=expires_at,
            )
    except IntegrityError:  # somebody took this slot at the same moment: another time
        return None
    return _loaded(made.pk)


def _chance(seed: str) -> float:
    """In 0..1, always the same for the same seed."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big") / 2**64


def _free(now: datetime) -> Q:
    return Q(reviewer=None) | Q(expires_at=None) | Q(expires_at__lte=now)


@composed
def _waiting(project: int, user: int, now: datetime, beside: list[int]) -> QuerySet[Claim, tuple[int, int, int]]:
    """Id, pair and position of the first claims that the user could take."""
    takeable = _takeable(project, user, now).exclude(pair__in=beside)
    return takeable.values_list("pk", "pair", "position")[:LOOK_AHEAD]


def _takeable(project: Project | int, user: User | int, now: datetime) -> QuerySet[Claim]:
    answered = standing_verdicts().filter(pair=OuterRef("pair"), reviewer=user)
    elsewhere = Claim.objects.filter(pair=OuterRef("pair"), reviewer=user).exclude(pk=OuterRef("pk"))
    return _open_claims(project).filter(_free(now)).filter(~Exists(answered), ~Exists(elsewhere))


def _win(claim_id: int, user: User, now: datetime, minutes: float, instead_of: Claim | None = None) -> bool:
    """The conditions name the claim's own columns only: PostgreSQL checks those again after waiting for a rival.

    `instead_of`: the user's answered claim of this pair, which goes, so that taking it up again asks nobody twice.
    """
    free = Claim.objects.filter(_free(now), pk=claim_id, answered=False)
    try:
        with transaction.atomic():
            if instead_of is not None:
                Claim.objects.filter(pk=instead_of.pk, reviewer=user, answered=True).delete()
            won = free.update(reviewer=user, expires_at=now + timedelta(minutes=minutes)) == 1
            transaction.set_rollback(not won)
            return won
    except IntegrityError:  # the same user took another slot of this pair in a second window
        return False


def _unanswered(claim_id: int, user: User) -> QuerySet[Claim]:
    return Claim.objects.filter(pk=claim_id, reviewer=user, answered=False)


def _loaded(claim_id: int) -> Claim:
    (claim,) = _with_its_pair(claim_id)
    return claim


@composed
def _with_its_pair(claim_id: int) -> QuerySet[Claim]:
    related = ("project", "pair__concept", "pair__source_term", "pair__target_term__source")
    return Claim.objects.select_related(*related).filter(pk=claim_id)
