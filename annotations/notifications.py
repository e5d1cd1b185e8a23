"""Who is told of what: conflicts and flags, replies, failed gold pairs, the lead's word. Called in a transaction."""

from collections.abc import Iterable, Sequence

from django.contrib.auth.models import User
from django.utils import timezone

from annotations.access import leads_of, projects_of
from annotations.answers import Answer
from annotations.models import Comment, Notification, Project, TermPair
from annotations.verdicts import standing_verdicts

Kinds = Notification.Kinds
COUNT_CAP = 100


def count(user: User) -> int:
    """Of one's own projects, as the page lists them; at most COUNT_CAP, which then stands for as many and more."""
    return Notification.objects.filter(user=user, read_at=None, project__in=projects_of(user))[:COUNT_CAP].count()


def mark_read(user: User, ids: Sequence[int] | None = None) -> int:
    """The user's own; all of them without `ids`. Returns how many were unread."""
    rows = Notification.objects.filter(user=user, read_at=None)
    return (rows if ids is None else rows.filter(pk__in=ids)).update(read_at=timezone.now())


def tell_of_pairs(kind: str, pair: TermPair, reviewers: Sequence[int]) -> None:
    """Of a conflict the reviewers in it too, since they may discuss it; of a flag the leads alone."""
    told = set(leads_of(pair.project).values_list("pk", flat=True))
    if kind == Kinds.CONFLICT:
        told |= set(reviewers)
    _tell(kind, told, pair.project_id, pair=pair)


def tell_of_adjudication(pair: TermPair, lead: User, given: Answer) -> None:
    """The reviewers who had said otherwise."""
    others = standing_verdicts().filter(pair=pair).exclude(reviewer=lead)
    said = {verdict.reviewer_id: (verdict.decision, verdict.correction) for verdict in others.order_by("pk")}
    told = {reviewer for reviewer, view in said.items() if view != (given.decision, given.correction)}
    _tell(Kinds.ADJUDICATED, told, pair.project_id, pair=pair, actor=lead)


def tell_of_reply(comment: Comment, thread: Comment) -> None:
    """Whoever has written in the thread, but for the author."""
    writers = {thread.author_id, *thread.replies.values_list("author_id", flat=True)} - {comment.author_id}
    _tell(Kinds.REPLY, writers, comment.project_id, pair=comment.pair, comment=comment, actor=comment.author)


def tell_of_failed_gold(project: Project, reviewer: User) -> None:
    _tell(Kinds.GOLD, leads_of(project).values_list("pk", flat=True), project.pk, actor=reviewer)


def tell_of_proposal(project: Project, lead: User) -> None:
    """The leads who can confirm it."""
    others = leads_of(project).exclude(pk=lead.pk)
    _tell(Kinds.PROPOSED, others.values_list("pk", flat=True), project.pk, actor=lead)


def _tell(
    kind: str,
    users: Iterable[int],
    project_id: int,
    *,
    pair: TermPair | None = None,
    comment: Comment | None = None,
    actor: User | None = None,
) -> None:
    """Once: whoever has the same one unread gets no second."""
    told = set(users)
    same = Notification.objects.filter(
        kind=kind, user__in=told, project=project_id, pair=pair, comment=comment, actor=actor, read_at=None
    )
    fresh = told - set(same.values_list("user_id", flat=True)) if told else set()
    Notification.objects.bulk_create(
        Notification(user_id=user, project_id=project_id, kind=kind, pair=pair, comment=comment, actor=actor)
        for user in sorted(fresh)
    )
