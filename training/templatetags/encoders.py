"""Lets pages of other apps name the live encoder without importing this one."""

from django import template

from annotations.models import Project
from training.models import Encoder

register = template.Library()


@register.simple_tag
def live_encoder_name(project: Project) -> str:
    live = Encoder.objects.filter(project=project, state=Encoder.States.LIVE).first()
    return live.name if live else "–"


@register.filter
def points(share: float | None) -> str:
    """A share's difference in percentage points, signed: 0.0312 is “+3.1”."""
    return "" if share is None else f"{100 * share:+.1f}".replace("-", "−")


@register.filter
def percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


@register.filter
def duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.0f} s" if seconds >= 1 else f"{seconds:.1f} s"
    return (
        f"{whole // 60} min {whole % 60:02d} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    )
