"""A reviewer asks which words carry a pair: a worker is told, the card looks again, and every wait has its sentence."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from annotations.actions import Answer, answer, keep_attributions
from annotations.models import Project, Suspicion, TermPair
from tests.scenes import Scene
from training import nudges
from workbench.celery import app

BACKEND = "django.contrib.auth.backends.ModelBackend"
FETCH = {"X-Requested-With": "fetch"}
FOUND = {"source": [["as", 0.62], ["##thma", 0.18]], "target": [["asthma", 0.5], ["bronchiale", 0.25]]}


@pytest.fixture
def sent(monkeypatch) -> list[tuple[object, ...]]:
    """What goes to the broker, which is not there in these tests."""
    names: list[tuple[object, ...]] = []
    monkeypatch.setattr(app, "send_task", lambda name, args, **how: names.append((name, *args, how["expires"])))
    return names


@pytest.fixture
def reviewer(made: Scene, client: Client) -> Client:
    client.force_login(made.second, backend=BACKEND)
    return client


@pytest.fixture
def pair(made: Scene) -> TermPair:
    return made.pair("Chronic kidney disease")


def address(pair: TermPair, seconds_ago: float = 0) -> str:
    since = int(time.time() - seconds_ago)
    return f"{reverse('pair-words', args=[pair.project.slug, pair.pk])}?since={since}"


def body(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_card_offers_to_look_only_where_it_is_not_known(reviewer: Client, pair: TermPair) -> None:
    card = reverse("review-pair", args=[pair.project.slug, pair.pk])
    asks = 'class="which-words" method="post"'
    assert asks in body(reviewer.get(card))
    keep_attributions({Suspicion.objects.get(pair=pair).pk: FOUND})
    known = body(reviewer.get(card))
    assert asks not in known
    assert "62 %" in known


def test_who_asks_gets_the_words_once_the_worker_has_kept_them(sent: list, reviewer: Client, pair: TermPair) -> None:
    asked = body(reviewer.post(address(pair), headers=FETCH))
    assert sent == [("training.tasks.attribute_pair", pair.pk, 600.0)]
    assert f'data-poll="{address(pair).partition("?")[0]}' in asked
    assert "A worker looks at the words" in asked

    assert "A worker looks at the words" in body(reviewer.get(address(pair), headers=FETCH))
    keep_attributions({Suspicion.objects.get(pair=pair).pk: FOUND})
    shown = body(reviewer.get(address(pair), headers=FETCH))
    assert "data-poll" not in shown
    assert '<li class="shade-3"><span>as</span> <small class="number" dir="ltr">62 %</small></li>' in shown
    assert "bronchiale" in shown


@pytest.mark.parametrize(
    ("seconds", "sentence", "looks_again"),
    [(0, "A worker looks", True), (30, "No worker has answered yet", True), (700, "for ten minutes", False)],
)
def test_a_long_wait_is_explained(
    seconds: float, sentence: str, looks_again: bool, reviewer: Client, pair: TermPair
) -> None:
    shown = body(reviewer.get(address(pair, seconds), headers=FETCH))
    assert sentence in shown
    assert ("data-poll" in shown) == looks_again


def test_without_a_broker_it_is_said_at_once(monkeypatch, reviewer: Client, pair: TermPair) -> None:
    def down(*_args: object, **_how: object) -> None:
        raise nudges.BrokerDown("down")

    monkeypatch.setattr(nudges, "send", down)
    shown = body(reviewer.post(address(pair), headers=FETCH))
    assert "workers can’t be reached" in shown
    assert "data-poll" not in shown


def test_without_scripts_the_page_comes_back_with_the_sentence(sent: list, reviewer: Client, pair: TermPair) -> None:
    shown = reviewer.post(address(pair), follow=True)
    assert shown.redirect_chain[0][0] == reverse("review-pair", args=[pair.project.slug, pair.pk])
    assert "A worker looks at the words" in body(shown)


def test_what_a_blind_pair_hides_cannot_be_asked_for(sent: list, made: Scene, reviewer: Client, pair: TermPair) -> None:
    Project.objects.update(blind_first=True, blind_share=1.0)
    keep_attributions({Suspicion.objects.get(pair=pair).pk: FOUND})
    assert reviewer.get(address(pair), headers=FETCH).status_code == 403
    assert reviewer.post(address(pair), headers=FETCH).status_code == 403
    answer(pair, made.second, Answer("skipped"))
    assert reviewer.get(address(pair), headers=FETCH).status_code == 403
    assert sent == []
    answer(pair, made.second, Answer("related"))
    assert reviewer.get(address(pair), headers=FETCH).status_code == 200
