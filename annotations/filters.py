"""Writes saved filters."""

from collections.abc import Mapping

from django.contrib.auth.models import User

from annotations.access import NotAllowed, role_of
from annotations.models import Project, SavedFilter

MAX_NAME = 60
MAX_PAGE = 30
MAX_VALUES = 20
MAX_VALUE = 300  # characters
MAX_FILTERS = 50  # of one person in one project


class InvalidFilter(ValueError):
    """A filter that can't be saved; the message says why."""


def save_filter(project: Project, user: User, page: str, name: str, query: Mapping[str, str]) -> SavedFilter:
    """Under a name that is taken already, the new one replaces the old."""
    if role_of(user, project) is None:
        raise NotAllowed(f"{user.get_username()} is no member of {project}.")
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME or not 0 < len(page) <= MAX_PAGE:
        raise InvalidFilter(f"A filter needs a name of at most {MAX_NAME} characters.")
    kept = {str(field): str(value) for field, value in query.items() if value != ""}
    if len(kept) > MAX_VALUES or any(len(value) > MAX_VALUE for value in kept.values()):
        raise InvalidFilter(f"A filter holds at most {MAX_VALUES} fields of {MAX_VALUE} characters.")
    others = SavedFilter.objects.filter(project=project, user=user).exclude(page=page, name=name)
    if others.count() >= MAX_FILTERS:
        raise InvalidFilter(f"You have {MAX_FILTERS} filters in this project: delete one first.")
    return SavedFilter.objects.update_or_create(
        project=project, user=user, page=page, name=name, defaults={"query": kept}
    )[0]


def delete_filter(filter: SavedFilter, user: User) -> None:
    if filter.user_id != user.pk:
        raise NotAllowed("This filter is somebody else's.")
    filter.delete()
