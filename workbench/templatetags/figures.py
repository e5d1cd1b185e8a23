"""Numbers as pages show them, with the decimal sign of the page's language."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def points(share: float | None) -> str:
    """A share's difference in percentage points, signed: 0.0312 is “+3.1”."""
    if share is None:
        return ""
    return ("−" if round(share, 3) < 0 else "+") + number_format(abs(100 * share), 1)


@register.filter
def percent(share: float | None) -> str:
    return "" if share is None else number_format(100 * share, 1)


@register.filter
def duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 60:
        return _("%(n)s s") % {"n": number_format(seconds, 0 if seconds >= 1 else 1)}
    if whole < 3600:
        return _("%(n)d min %(s)02d s") % {"n": whole // 60, "s": whole % 60}
    return _("%(n)d h %(m)02d min") % {"n": whole // 3600, "m": whole % 3600 // 60}
