"""The map's page: who sees it, how it is asked for, and what is sent from it to the queue."""

import os
import time
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Claim
from tests.scenes import Scene, measured_round
from training import nudges, store
from training.models import Encoder

BACKEND = "django.contrib.auth.backends.ModelBackend"
POINTS = {"terms": [1], "texts": ["Asthma"]}


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path: Path) -> None:
    settings.STORE_DIR = tmp_path / "store"


@pytest.fixture
def sent(monkeypatch) -> list[tuple[object, ...]]:
    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(nudges, "send", lambda *message, expires: told.append(message))
    return told


def url(made: Scene, name: str, *args: object) -> str:
    return reverse(name, args=[made.project.slug, *args])


def body(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_map_is_asked_for_waited_for_and_shown(sent: list, made: Scene, lead: Client) -> None:
    assert "No map of this encoder yet" in body(lead.get(url(made, "map")))

    asked = lead.post(url(made, "map-draw", made.encoder.pk), follow=True)

    assert sent == [("draw_map", made.encoder.pk)]
    assert "A worker lays out the map" in body(asked)
    since = asked.redirect_chain[0][0].partition("since=")[2]
    wait = url(made, "map-wait", made.encoder.pk) + f"?since={since}"
    assert 'hx-trigger="every 2s"' in body(lead.get(wait))
    store.keep_map(made.encoder.pk, POINTS)
    there = lead.get(wait)
    assert there["HX-Redirect"] == url(made, "map")
    assert "hx-get" not in body(there)
    assert f'data-points="{url(made, "map-points", made.encoder.pk)}' in body(lead.get(url(made, "map")))
    points = lead.get(url(made, "map-points", made.encoder.pk))
    assert points["Content-Encoding"] == "gzip"
    assert points.content[:2] == b"\x1f\x8b"


def test_a_long_wait_names_the_worker_and_ends(sent: list, made: Scene, lead: Client) -> None:
    store.keep_map(made.encoder.pk, POINTS)
    os.utime(store.map_of(made.encoder.pk), (1, 1))  # an older one stays to be seen meanwhile
    wait = url(made, "map-wait", made.encoder.pk)
    late = body(lead.get(f"{wait}?since={int(time.time()) - 60}"))
    assert "if no worker runs" in late
    assert "hx-get" in late
    assert "hx-get" not in body(lead.get(f"{wait}?since={int(time.time()) - 7200}"))


def test_without_a_broker_the_lead_is_told(monkeypatch, made: Scene, lead: Client) -> None:
    def down(*_message: object, **_how: object) -> None:
        raise nudges.BrokerDown("The broker does not answer.")

    monkeypatch.setattr(nudges, "send", down)
    assert "The broker does not answer." in body(lead.post(url(made, "map-draw", made.encoder.pk), follow=True))


def test_a_rounds_candidate_has_its_own_map(sent: list, made: Scene, lead: Client) -> None:
    found = measured_round(made)
    page = body(lead.get(f"{url(made, 'map')}?round={found.number}"))
    assert found.candidate.name in page
    asked = lead.post(url(made, "map-draw", found.candidate.pk))
    assert asked["Location"].startswith(f"{url(made, 'map')}?round={found.number}&since=")
    assert lead.get(f"{url(made, 'map')}?round=99").status_code == 404


def test_before_the_first_scan_there_is_nothing_to_draw(made: Scene, lead: Client) -> None:
    Encoder.objects.all().delete()
    assert "Nothing to draw yet" in body(lead.get(url(made, "map")))


def test_what_is_chosen_comes_first_in_the_queue(made: Scene, lead: Client) -> None:
    pair = made.pair("Chronic kidney disease")
    place = Claim.objects.get(pair=pair).position
    assert place > 1

    sent = lead.post(url(made, "map-queue", made.encoder.pk), {"terms": f"{pair.target_term_id},0"}, follow=True)

    assert "1 open pair comes first in the queue now" in body(sent)
    assert Claim.objects.get(pair=pair).position == 1
    decided = made.pair("Asthma")
    sent = lead.post(url(made, "map-queue", made.encoder.pk), {"terms": str(decided.target_term_id)}, follow=True)
    assert "None of these terms has a pair that waits" in body(sent)


@pytest.mark.parametrize(("terms", "sentence"), [("", "Choose terms on the map"), ("5001", "At most 5000 terms")])
def test_too_little_and_too_much_is_refused(terms: str, sentence: str, made: Scene, lead: Client) -> None:
    many = ",".join(map(str, range(1, int(terms) + 1))) if terms else ""
    assert sentence in body(lead.post(url(made, "map-queue", made.encoder.pk), {"terms": many}, follow=True))


def test_an_observer_looks_but_draws_and_sends_nothing(sent: list, made: Scene, client: Client) -> None:
    client.force_login(made.observer, backend=BACKEND)
    store.keep_map(made.encoder.pk, POINTS)
    page = body(client.get(url(made, "map")))
    assert "to-queue" not in page
    assert "Draw it anew" not in page
    for name in ("map-draw", "map-queue"):
        assert client.post(url(made, name, made.encoder.pk)).status_code == 403
    assert sent == []
