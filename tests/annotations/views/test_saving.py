"""Answers, undo and heartbeats as the page's script sends them, and as a browser without script does."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations.models import Claim, Decision, Decisions, Verdict
from annotations.views.choices import CHOICES
from tests import scenes
from tests.scenes import DIGEST, Scene

FETCH = {"X-Requested-With": "fetch"}


def url(made: Scene, name: str, *args: object) -> str:
    return reverse(name, args=[made.project.slug, *args])


def test_a_save_by_script_answers_with_fresh_counts(made: Scene, reviewer: Client) -> None:
    pair = made.pair("Heart failure")
    sent = {"decision": "equivalent", "note": "Clear.", "encoder_digest": DIGEST}
    response = reviewer.post(url(made, "answer", pair.pk), sent, headers=FETCH)
    page = response.content.decode()
    assert 'id="strip"' in page
    assert 'id="progress"' in page
    assert response.context["counts"]["mine"] == 1
    verdict = Verdict.objects.get()
    assert (verdict.decision, verdict.note, verdict.encoder_digest) == ("equivalent", "Clear.", DIGEST)


def test_a_save_without_script_leads_to_the_next_pair(made: Scene, reviewer: Client) -> None:
    response = reviewer.post(url(made, "answer", made.pair("Asthma").pk), {"decision": "narrower"})
    assert response["Location"] == url(made, "review")


def test_a_correction_without_text_is_refused_with_a_sentence(made: Scene, reviewer: Client) -> None:
    pair = made.pair("Asthma")
    response = reviewer.post(url(made, "answer", pair.pk), {"decision": "corrected"}, headers=FETCH)
    assert response.status_code == 422
    assert "needs the right term" in response.content.decode()
    plain = reviewer.post(url(made, "answer", pair.pk), {"decision": "corrected"}, follow=True)
    assert "needs the right term" in plain.content.decode()
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"decision": "perhaps"}, {"decision": "corrected", "correction": "x" * 1001}])
def test_nonsense_is_refused(made: Scene, reviewer: Client, sent: dict[str, str]) -> None:
    response = reviewer.post(url(made, "answer", made.pair("Asthma").pk), sent, headers=FETCH)
    assert response.status_code == 422
    assert not Verdict.objects.exists()


def test_undo_brings_the_pair_back(made: Scene, reviewer: Client) -> None:
    pair = scenes.answer(made, "Epilepsy", "equivalent")
    response = reviewer.post(url(made, "undo"), headers=FETCH)
    assert f'data-pair="{pair.pk}"' in response.content.decode()
    assert response.context["card"].claim.reviewer == made.reviewer
    assert not Decision.objects.exists()
    assert 'id="strip"' in response.content.decode()
    assert response.context["counts"]["mine"] == 0


def test_undo_brings_back_what_was_typed(made: Scene, reviewer: Client) -> None:
    sent = {"decision": "corrected", "correction": "Fallsucht", "note": "As of old.", "confidence": "2"}
    reviewer.post(url(made, "answer", made.pair("Epilepsy").pk), sent, headers=FETCH)
    page = reviewer.post(url(made, "undo"), headers=FETCH).content.decode()
    assert 'value="Fallsucht"' in page
    assert ">As of old.</textarea>" in page
    assert re.findall(r'name="confidence" value="(\d)" checked', page) == ["2"]


def test_undo_with_nothing_to_undo(made: Scene, reviewer: Client) -> None:
    assert reviewer.post(url(made, "undo"), headers=FETCH).status_code == 204
    assert "nothing to undo" in reviewer.post(url(made, "undo"), follow=True).content.decode()


def test_a_heartbeat_renews_ones_own_claim_only(made: Scene, reviewer: Client) -> None:
    claim = reviewer.get(url(made, "review")).context["card"].claim
    Claim.objects.filter(pk=claim.pk).update(expires_at=timezone.now() + timedelta(seconds=5))
    assert reviewer.post(url(made, "claim-renew", claim.pk)).status_code == 204
    assert Claim.objects.get(pk=claim.pk).expires_at > timezone.now() + timedelta(minutes=4)
    Claim.objects.filter(pk=claim.pk).update(reviewer=made.second)
    assert reviewer.post(url(made, "claim-renew", claim.pk)).status_code == 410


def test_an_answer_after_the_claim_went_to_somebody_else_is_kept(made: Scene, reviewer: Client) -> None:
    card = reviewer.get(url(made, "review")).context["card"]
    Claim.objects.filter(pk=card.claim.pk).update(reviewer=made.second)
    response = reviewer.post(url(made, "answer", card.pair.pk), {"decision": "equivalent"}, headers=FETCH)
    assert response.status_code == 200
    assert Verdict.objects.get().reviewer == made.reviewer


def test_release_frees_the_claim(made: Scene, reviewer: Client) -> None:
    claim = reviewer.get(url(made, "review")).context["card"].claim
    reviewer.post(url(made, "claim-release", claim.pk))
    assert Claim.objects.get(pk=claim.pk).reviewer is None


def test_every_decision_has_a_button_with_a_key_of_its_own() -> None:
    assert {choice.value for choice in CHOICES} == set(Decisions.values)
    keys = [choice.key for choice in CHOICES]
    assert len(set(keys)) == len(keys)
    assert "m" not in keys


def test_saving_asks_for_the_csrf_token(made: Scene) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(made.reviewer, backend="django.contrib.auth.backends.ModelBackend")
    response = strict.post(url(made, "answer", made.pair("Asthma").pk), {"decision": "equivalent"})
    assert response.status_code == 403
    assert not Verdict.objects.exists()
