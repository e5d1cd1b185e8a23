"""How many notifications wait, for the head of every page."""

from django import template
from django.contrib.auth.models import AnonymousUser, User

from annotations import notifications

register = template.Library()


@register.simple_tag
def unread_notices(user: User | AnonymousUser) -> int:
    return notifications.count(user) if isinstance(user, User) else 0
