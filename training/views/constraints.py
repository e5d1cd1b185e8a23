"""What a round was trained on: its constraints of one kind, as they were when it was frozen."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from annotations.views.members import LEAD, Member, members_only, page
from training import store
from training.ml.constraint_lines import from_jsonl
from training.ml.records import Order, Repel, TermText
from training.models import Round
from training.views.sentences import SENTENCES

SHOWN = 100
KINDS = {"attract": _("Attract: together"), "repel": _("Repel: apart"), "order": _("Order: between")}
RELATIONS = {"broader": _("Broader"), "narrower": _("Narrower"), "related": _("Related")}


@dataclass(frozen=True)
class Line:
    pair_id: int
    source: TermText
    target: TermText
    weight: float
    better: TermText | None  # the right target beside one that is to go
    relation: str | Promise


@require_safe
@members_only(LEAD)
def constraints(request: HttpRequest, member: Member, number: int, kind: str) -> HttpResponse:
    found = get_object_or_404(Round.objects.select_related("constraint_set"), project=member.project, number=number)
    if kind not in KINDS or found.constraint_set is None:
        raise Http404
    lines, error = [], ""
    try:
        lines = _lines(found.constraint_set.digest, kind)
    except store.MissingArtefact as missing:
        error = SENTENCES.word(str(missing))
    shown = Paginator(lines, SHOWN).get_page(request.GET.get("page"))
    context = page(member, "rounds", round=found, title=KINDS[kind], shown=shown, error=error)
    return render(request, "training/constraint_lines.html", context)


def _lines(digest: str, kind: str) -> list[Line]:
    return [
        Line(
            one.pair_id,
            one.source,
            one.target,
            one.weight,
            one.better if isinstance(one, Repel) else None,
            RELATIONS[one.relation] if isinstance(one, Order) else "",
        )
        for one in getattr(from_jsonl(store.constraints(digest)), kind)
    ]
