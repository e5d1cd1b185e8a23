"""How terms, languages and Markdown look on a page."""

from functools import cache

import nh3
from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt

from annotations.decisions import Decisions
from annotations.queue import COUNT_CAP
from annotations.views.remarks import REMARKS

register = template.Library()
LONG_WORD, LONGER_WORD = 18, 32  # characters
LONG_TEXT, LONGER_TEXT = 48, 110
NAMES = {"zh": _("Chinese"), "no": _("Norwegian"), "la": _("Latin")}  # languages that Django names otherwise

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


@register.filter
def language_name(code: str) -> str:
    if name := NAMES.get(code.lower()):
        return str(name)
    try:
        return str(get_language_info(code.lower().replace("_", "-"))["name_translated"])
    except KeyError:
        return code


@register.filter
@cache
def direction(code: str) -> str:
    """The `dir` of a text in this language; `auto` where Django does not know the language."""
    try:
        return "rtl" if get_language_info(code.lower().replace("_", "-"))["bidi"] else "ltr"
    except KeyError:
        return "auto"


@register.filter
def length_class(source: str, target: str) -> str:
    """Both terms of a card are set smaller when one of them is long, so that the card stays one glance."""
    word = max(map(len, (source + " " + target).split()), default=0)
    whole = max(len(source), len(target))
    if word > LONGER_WORD or whole > LONGER_TEXT:
        return "longer"
    return "long" if word > LONG_WORD or whole > LONG_TEXT else ""


@register.filter
def markdown(text: str) -> SafeString:
    return SafeString(nh3.clean(MARKDOWN.render(text), tags=TAGS, attributes={"a": {"href"}}))


@register.filter
def worded(remark: str) -> str:
    """In the reader's language, where the product wrote it."""
    return REMARKS.word(remark)


@register.filter
def decision_label(value: str) -> str:
    return str(Decisions(value).label) if value in Decisions.values else value


@register.filter
def capped(count: int) -> str:
    """Counts end where counting would cost a page its speed."""
    return f"{intcomma(count)}{'+' if count >= COUNT_CAP else ''}"


@register.filter
def share_of(part: float, whole: float) -> float:
    """Per cent, 0..100, for bars."""
    return round(100 * part / whole, 1) if whole else 0.0
