"""Numbers as pages show them, with the decimal sign of the page's language."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()
# number_format cuts decimals off, so every number is rounded before


@register.filter
def points(share: float | None) -> str:
    """A share's difference in percentage points, signed: 0.0312 is “+3.1”."""
    if share is None:
        return ""
    rounded = round(100 * share, 1)
    return ("−" if rounded < 0 else "+") + number_format(abs(rounded), 1)


@register.filter
def percent(share: float | None) -> str:
    return "" if share is None else number_format(round(100 * share, 1), 1)


@register.filter
def coefficient(value: float | str | None) -> str:
    """Kappa or alpha: −1 to 1, with the sign of a number. Templates give "" for an end of an interval there is not."""
    return "" if value is None or isinstance(value, str) else signed(number_format(round(value, 2), 2))


@register.filter
def signed(number: float | str) -> str:
    """With the sign of a number instead of a hyphen."""
    return str(number).replace("-", "−")


@register.filter
def part_of(part: float, whole: float) -> float | None:
    """As a share, for `percent`."""
    return part / whole if whole else None


@register.filter
def other_language(pair: str) -> str:
    """The target language of “en-de”."""
    return pair.partition("-")[2]


@register.filter
def duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 60:
        return _("%(n)s s") % {"n": number_format(whole if seconds >= 1 else round(seconds, 1))}
    if whole < 3600:
        return _("%(n)d min %(s)02d s") % {"n": whole // 60, "s": whole % 60}
    return _("%(n)d h %(m)02d min") % {"n": whole // 3600, "m": whole % 3600 // 60}
