"""The door of every project page: a member gets in with a role, an outsider gets 404."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from annotations.access import LEAD, OBSERVER, REVIEWER, entry
from annotations.models import Project

__all__ = ["LEAD", "OBSERVER", "REVIEWER", "Member", "members_only", "page"]
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Member:
    """Who asks, for which project, and in which role."""

    user: User
    project: Project
    role: str


def members_only(*roles: str) -> Callable[[View], View]:
    """Calls the view with a Member in place of the project's slug; with `roles`, members in another role get 403."""

    def wrap(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, slug: str, **rest: Any) -> HttpResponseBase:
            user = request.user
            found = entry(user, slug)
            if found is None or not isinstance(user, User):
                raise Http404
            project, role = found
            if roles and role not in roles:
                raise PermissionDenied
            return view(request, Member(user, project, role), **rest)

        return inner

    return wrap


def page(member: Member, section: str, **context: Any) -> dict[str, Any]:
    """What every project page's template needs, and what this one adds."""
    return {"project": member.project, "role": member.role, "section": section, **context}
