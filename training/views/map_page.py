"""The map of an encoder's vocabulary: its page, its points, the wait for a worker, and what is sent to the queue."""

import time
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from annotations import again
from annotations.views.members import LEAD, OBSERVER, Member, members_only, page
from training import nudges, pending, store
from training.models import Encoder, Round
from training.views.sentences import SENTENCES

PATIENCE = 20.0  # seconds that a worker may take to lay out a small map
KEPT = 3600.0  # seconds that the message waits for a worker, and that the page looks for the map
AT_ONCE = 5000  # terms whose pairs are put first at most


@require_safe
@members_only(LEAD, OBSERVER)
def map_page(request: HttpRequest, member: Member) -> HttpResponse:
    """`?round=N`: the candidate of that round; else the live encoder."""
    encoder = _encoder(member, request.GET.get("round", ""))
    context = page(member, "rounds", encoder=encoder, former=encoder and pending.former_of(encoder))
    if encoder is not None:
        context |= {"drawn_at": _drawn_at(encoder), **_wait(request, encoder), "words": _words()}
    return render(request, "training/map.html", context)


@require_safe
@members_only(LEAD, OBSERVER)
def map_points(request: HttpRequest, member: Member, encoder_id: int) -> HttpResponse:
    encoder = get_object_or_404(Encoder, pk=encoder_id, project=member.project)
    path = store.map_of(encoder.pk)
    if not path.exists():
        raise Http404
    return HttpResponse(path.read_bytes(), content_type="application/json", headers={"Content-Encoding": "gzip"})


@require_POST
@members_only(LEAD)
def map_draw(request: HttpRequest, member: Member, encoder_id: int) -> HttpResponse:
    encoder = get_object_or_404(Encoder, pk=encoder_id, project=member.project)
    begun = int(time.time())
    try:
        nudges.send("draw_map", encoder.pk, expires=KEPT)
    except nudges.BrokerDown as error:
        messages.error(request, SENTENCES.word(str(error)))
        return redirect(_address(encoder))
    return redirect(_address(encoder, since=begun))


@require_safe
@members_only(LEAD)
def map_wait(request: HttpRequest, member: Member, encoder_id: int) -> HttpResponse:
    """Polled by the page: the sentence while the map is being drawn, and the way to it when it is."""
    encoder = get_object_or_404(Encoder, pk=encoder_id, project=member.project)
    context = page(member, "rounds", encoder=encoder, **_wait(request, encoder))
    response = render(request, "training/map_wait.html", context)
    if not context["waiting"]:
        response["HX-Redirect"] = _address(encoder)
    return response


@require_POST
@members_only(LEAD)
def map_queue(request: HttpRequest, member: Member, encoder_id: int) -> HttpResponse:
    """What was chosen on the map comes first in the queue."""
    encoder = get_object_or_404(Encoder, pk=encoder_id, project=member.project)
    terms = {int(one) for one in request.POST.get("terms", "").split(",") if one.isdecimal()}
    if not terms:
        messages.error(request, _("Choose terms on the map first: draw a line around them."))
    elif len(terms) > AT_ONCE:
        messages.error(request, _("At most %(n)d terms at once: draw a smaller line.") % {"n": AT_ONCE})
    else:
        n = again.put_first(member.project, member.user, terms)
        said = ngettext(
            "%(n)d open pair comes first in the queue now, until the next scan puts it in order anew.",
            "%(n)d open pairs come first in the queue now, until the next scan puts it in order anew.",
            n,
        )
        messages.success(request, said % {"n": n} if n else _("None of these terms has a pair that waits for review."))
    return redirect(_address(encoder))


def _encoder(member: Member, number: str) -> Encoder | None:
    if number.isdecimal():
        found = get_object_or_404(Round.objects.select_related("candidate"), project=member.project, number=int(number))
        return found.candidate
    return pending.live_encoder(member.project)


def _address(encoder: Encoder, **query: int) -> str:
    made = Round.objects.filter(candidate=encoder).first()
    chosen = {"round": made.number} if made and encoder.state != Encoder.States.LIVE else {}
    path = reverse("map", args=[encoder.project.slug])
    return f"{path}?{urlencode({**chosen, **query})}" if chosen or query else path


def _drawn_at(encoder: Encoder) -> datetime | None:
    path = store.map_of(encoder.pk)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else None


def _wait(request: HttpRequest, encoder: Encoder) -> dict[str, object]:
    """Whether a map that was asked for `since` then is still to come, and whether that takes long."""
    since = request.GET.get("since", "")
    begun = float(since) if since.isdecimal() else 0.0
    done = _drawn_at(encoder)
    waited = time.time() - begun
    waiting = bool(begun) and waited < KEPT and (done is None or done.timestamp() < begun)
    return {"waiting": waiting, "since": since, "late": waited > PATIENCE}


def _words() -> dict[str, str]:
    """For the script of the page."""
    return {
        "suspicion": _("Suspicion"),
        "round": _("Round"),
        "unscored": _("not scored"),
        "untrained": _("in no round"),
        "others": _("others"),
        "chosen_none": _("Nothing is chosen."),
        "chosen_one": _("1 term is chosen."),
        "chosen_many": _("%(n)s terms are chosen."),
        "refused": _("The map could not be fetched. Reload the page."),
    }
