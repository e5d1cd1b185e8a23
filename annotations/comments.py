"""Writes what people say of pairs and concepts."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotations.access import NotAllowed, role_of
from annotations.answers import InvalidAnswer
from annotations.composed import composed
from annotations.models import Comment, Concept, Membership, Project, TermPair
from annotations.notifications import tell_of_reply

MAX_COMMENT = 4000  # characters


@transaction.atomic
def comment(
    project: Project,
    author: User,
    text: str,
    *,
    pair: TermPair | None = None,
    concept: Concept | None = None,
    reply_to: Comment | None = None,
) -> Comment:
    """On a pair, on a concept, or in answer to another comment; replies to replies stay in one thread."""
    if role_of(author, project) is None:
        raise NotAllowed(f"{author.get_username()} is no member of {project}.")
    text = text.strip()
    if not text:
        raise InvalidAnswer("The comment is empty: write something.")
    if len(text) > MAX_COMMENT or "\0" in text:
        raise InvalidAnswer(f"A comment has at most {MAX_COMMENT:,} characters and no NUL: this one has {len(text):,}.")
    thread = None if reply_to is None else reply_to.parent or reply_to
    if thread is not None:
        pair, concept = thread.pair, thread.concept
    about = concept or (pair.concept if pair is not None else None)
    if about is None or about.project_id != project.pk or (pair is not None and pair.concept_id != about.pk):
        raise InvalidAnswer("A comment is on a pair, a concept or another comment of this project: name one.")
    made = Comment.objects.create(
        project=project, concept=about, pair=pair, parent=thread, author=author, text=text
    )  # fmt: skip
    if thread is not None:
        tell_of_reply(made, thread)
    return made


@composed
def remarks(project: int, pair: int) -> QuerySet[Comment]:
    """What leads have said of this pair: for its card, which shows nobody else's opinion before one's own."""
    rows = Comment.objects.filter(pair=pair, parent=None, withdrawn_at=None).select_related("author").order_by("pk")
    lead = Membership.Roles.LEAD
    return rows.filter(author__memberships__project=project, author__memberships__role=lead)


def withdraw_comment(comment: Comment, user: User) -> None:
    """The author's to do; the thread keeps its place and the row its text, which pages no longer show."""
    if comment.author_id != user.pk:
        raise NotAllowed("Only its author withdraws a comment.")
    Comment.objects.filter(pk=comment.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
