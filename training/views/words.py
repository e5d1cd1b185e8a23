"""Which words carry one pair's similarity, for a reviewer who asks: a worker finds it, the card fetches it when it is
there."""

import time
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from annotations import blind, queue
from annotations.models import TermPair
from annotations.verdicts import judgements
from annotations.views.members import LEAD, REVIEWER, Member, members_only, page
from annotations.views.model_view import Shading, shading
from training import nudges, pending
from workbench.signed_out import wants_fragment

PATIENCE = 20.0  # seconds until the card says that nobody seems to work
KEPT = 600.0  # seconds that the message waits for a worker; the card asks for as long
OFTEN, SELDOM = 1.0, 5.0  # seconds between two looks
ON_ITS_WAY = _("A worker looks at the words; they are marked here in a moment.")
NOBODY = _(
    "No worker has answered yet: it is busy, or none runs. The words are marked here as soon as it has; you need not "
    "wait for it."
)
GIVEN_UP = _("No worker has answered for ten minutes. Tell whoever runs this server that no worker is at work.")
BROKER_DOWN = _("The words can’t be looked at now: the server’s workers can’t be reached. Your review goes on without.")


@dataclass(frozen=True)
class Asked:
    sentence: str | Promise
    poll: str = ""  # address to look at again; empty: never
    pause: float = OFTEN


@require_http_methods(["GET", "POST"])
@members_only(REVIEWER, LEAD)
def words(request: HttpRequest, member: Member, pair_id: int) -> HttpResponse:
    """POST asks a worker, GET looks whether it has answered."""
    pairs = TermPair.objects.filter(project=member.project, state__in=queue.REVIEWED)
    pair = get_object_or_404(pairs.select_related("source_term", "target_term"), pk=pair_id)
    if _hidden(member, pair):
        raise PermissionDenied
    row = pending.latest_suspicion(pair.pk)
    known = shading(row.signals) if row else Shading()
    asked = None if known else _ask(request, pair) if request.method == "POST" else _look(request, pair)
    if wants_fragment(request):
        return render(request, "annotations/terms.html", page(member, "review", pair=pair, shading=known, asked=asked))
    if asked:
        messages.info(request, str(asked.sentence))
    return redirect("review-pair", member.project.slug, pair.pk)


def _hidden(member: Member, pair: TermPair) -> bool:
    judged = judgements(member.user).filter(pair=pair).exists()
    return blind.hides_model(member.project, pair.pk, judged=judged)


def _ask(request: HttpRequest, pair: TermPair) -> Asked:
    try:
        nudges.send("attribute_pair", pair.pk, expires=KEPT)
    except nudges.BrokerDown:
        return Asked(BROKER_DOWN)
    return Asked(ON_ITS_WAY, _address(pair, time.time()))


def _look(request: HttpRequest, pair: TermPair) -> Asked:
    since = request.GET.get("since", "")
    begun = float(since) if since.isdecimal() else 0.0
    waited = time.time() - begun
    if waited > KEPT:
        return Asked(GIVEN_UP)
    late = waited > PATIENCE
    return Asked(NOBODY if late else ON_ITS_WAY, _address(pair, begun), SELDOM if late else OFTEN)


def _address(pair: TermPair, since: float) -> str:
    path = reverse("pair-words", args=[pair.project.slug, pair.pk])
    return f"{path}?{urlencode({'since': int(since)})}"
