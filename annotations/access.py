"""Who may see and do what in a project. Views ask here; nobody else compares roles."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import QuerySet

from annotations.composed import composed
from annotations.models import Membership, Project

REVIEWER, LEAD, OBSERVER = Membership.Roles.REVIEWER, Membership.Roles.LEAD, Membership.Roles.OBSERVER
MAY_REVIEW = frozenset({REVIEWER, LEAD})


class NotAllowed(ValueError):
    """The user's role in the project does not reach that far."""


def role_of(user: AbstractBaseUser | AnonymousUser, project: Project) -> str | None:
    """The user's role in this project, or None for outsiders. Superusers lead everywhere."""
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        return LEAD.value
    return Membership.objects.filter(project=project, user=user).values_list("role", flat=True).first()


def entry(user: AbstractBaseUser | AnonymousUser, slug: str) -> tuple[Project, str] | None:
    """The project of that name and the user's role in it, in one query; None for outsiders."""
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        project = Project.objects.filter(slug=slug).first()
        return None if project is None else (project, LEAD.value)
    found = _membership(user.pk, slug)
    return (found[0].project, found[0].role) if found else None


@composed
def _membership(user: int, slug: str) -> QuerySet[Membership]:
    return Membership.objects.select_related("project").filter(user=user, project__slug=slug)


def projects_of(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Project]:
    if not isinstance(user, User) or not user.is_active:
        return Project.objects.none()
    return Project.objects.all() if user.is_superuser else Project.objects.filter(memberships__user=user)


def may_review(user: AbstractBaseUser | AnonymousUser, project: Project) -> bool:
    return role_of(user, project) in MAY_REVIEW


def may_lead(user: AbstractBaseUser | AnonymousUser, project: Project) -> bool:
    return role_of(user, project) == LEAD


def leads_of(project: Project) -> QuerySet[User]:
    return User.objects.filter(is_active=True, memberships__project=project, memberships__role=LEAD)


def reviewers_of(project: Project) -> QuerySet[User]:
    """Everybody who may answer its pairs."""
    return User.objects.filter(is_active=True, memberships__project=project, memberships__role__in=MAY_REVIEW)
