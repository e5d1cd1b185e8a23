"""The lead's pages of rounds: what they show in each state, and what the buttons do."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations import actions as annotations
from tests import scenes
from tests.scenes import Scene
from training import actions
from training.ml.records import MIXUP_WEIGHT
from training.models import Encoder, Round
from training.views import constraints


def url(made: Scene, name: str, *args: object) -> str:
    return reverse(name, args=[made.project.slug, *args])


def text(response) -> str:
    return response.content.decode()


def test_starting_a_round_freezes_what_was_asked_for(made: Scene, lead: Client) -> None:
    sent = {"freezing": "lora", "top_k": "4", "epochs": "7", "auto_promote": ""}
    page = text(lead.post(url(made, "round-start"), sent, follow=True))
    found = Round.objects.get()
    assert (found.recipe["freezing"], found.recipe["top_k"], found.recipe["epochs"]) == ("lora", 4, 7)
    assert (found.started_by, found.auto_promote) == (made.lead, False)
    assert "Queued: the next free worker takes it." in page
    assert "Low-rank adapters" in page


@pytest.mark.parametrize(("sent", "weight"), [({}, 0.0), ({"mixup": "on"}, MIXUP_WEIGHT)])
def test_a_round_mixes_where_that_is_asked_for(made: Scene, lead: Client, sent: dict[str, str], weight: float) -> None:
    lead.post(url(made, "round-start"), {"freezing": "top_k", "top_k": "6", "epochs": "4"} | sent)
    assert Round.objects.get().recipe["mixup_weight"] == weight


@pytest.mark.parametrize("sent", [{"freezing": "all"}, {"epochs": "0"}, {"epochs": "5000"}, {"top_k": "x"}])
def test_a_recipe_that_makes_no_sense_starts_nothing(made: Scene, lead: Client, sent: dict[str, str]) -> None:
    page = text(
        lead.post(url(made, "round-start"), {"freezing": "top_k", "top_k": "6", "epochs": "4"} | sent, follow=True)
    )
    assert not Round.objects.exists()
    assert 'class="notice error"' in page


def test_a_second_round_is_refused_with_the_reason(made: Scene, lead: Client) -> None:
    scenes.queued_round(made)
    page = text(lead.post(url(made, "round-start"), {"freezing": "top_k", "top_k": "6", "epochs": "4"}, follow=True))
    assert "Round 1 of Medicine is still queued" in page
    assert Round.objects.count() == 1


def test_a_queued_round_says_when_the_broker_is_down(made: Scene, lead: Client) -> None:
    found = scenes.queued_round(made)
    Round.objects.filter(pk=found.pk).update(error="The round is queued, but no worker could be told.")
    page = text(lead.get(url(made, "round", found.number)))
    assert "no worker could be told" in page
    assert "starts by itself once the broker and a worker run" in page
    assert "The round failed." not in page


def test_a_queued_round_that_nobody_takes_says_so(made: Scene, lead: Client) -> None:
    found = scenes.queued_round(made)
    Round.objects.filter(pk=found.pk).update(created_at=timezone.now() - timezone.timedelta(hours=1))
    assert "no worker has taken it" in text(lead.get(url(made, "round", found.number)))


def test_a_running_round_is_polled_and_draws_its_curves(made: Scene, lead: Client) -> None:
    found, _ = scenes.training_round(made)
    page = text(lead.get(url(made, "round", found.number)))
    assert 'hx-trigger="every 2s"' in page
    assert "Step 40 of 64" in page
    assert page.count("<polyline") == 4 + 2
    assert "en-de, general vocabulary" in page
    live = lead.get(url(made, "round-live", found.number))
    assert "HX-Refresh" not in live
    assert "<html" not in text(live)
    assert "1 contradiction, left out of training" in page


def test_the_fragment_of_an_ended_round_reloads_the_page_and_ends_the_polling(made: Scene, lead: Client) -> None:
    found = scenes.measured_round(made)
    live = lead.get(url(made, "round-live", found.number))
    assert live["HX-Refresh"] == "true"
    assert "every 2s" not in text(live)


def test_a_measured_round_shows_gate_and_intervals(made: Scene, lead: Client) -> None:
    found = scenes.measured_round(made)
    page = text(lead.get(url(made, "round", found.number)))
    assert "lower end must lie above 0" in page
    assert "+4.6" in page
    assert "[+3.1, +6.1]" in page
    assert page.count('class="effect better"') >= 3
    assert 'class="effect worse"' in page
    assert 'class="effect undecidable"' in page
    assert "honours 91.2 % of them" in page
    assert "10,646,784" in page
    assert "7, 8, 9, 10, 11, 12" in page


def test_constraints_are_shown_as_they_were_frozen_beside_their_pairs(
    made: Scene, lead: Client, settings, tmp_path: Path
) -> None:
    settings.STORE_DIR = tmp_path
    scenes.keep_constraints(made)
    number = scenes.measured_round(made).number
    pair = made.pair("Type 1 diabetes mellitus")
    assert url(made, "round-constraints", number, "repel") in text(lead.get(url(made, "round", number)))

    page = text(lead.get(url(made, "round-constraints", number, "repel")))
    assert page.count(url(made, "review-pair", pair.pk)) == 2
    assert page.count("Diabetes mellitus, Typ 1") == 4  # each with the right target
    assert "0.70" in page
    assert "The round had none of this kind." in text(lead.get(url(made, "round-constraints", number, "order")))
    assert lead.get(url(made, "round-constraints", number, "other")).status_code == 404


def test_constraints_that_the_store_has_lost_say_so(made: Scene, lead: Client, settings, tmp_path: Path) -> None:
    settings.STORE_DIR = tmp_path
    number = scenes.measured_round(made).number
    assert "A constraint set is not in the store" in text(lead.get(url(made, "round-constraints", number, "repel")))


def test_many_constraints_come_in_pages(made: Scene, lead: Client, settings, tmp_path: Path, monkeypatch) -> None:
    settings.STORE_DIR = tmp_path
    monkeypatch.setattr(constraints, "SHOWN", 2)
    scenes.keep_constraints(made)
    address = url(made, "round-constraints", scenes.measured_round(made).number, "attract")
    assert [text(lead.get(f"{address}{page}")).count("<td lang") for page in ("", "?page=2", "?page=x")] == [2, 1, 2]


def test_promote_then_roll_back(made: Scene, lead: Client) -> None:
    found = scenes.measured_round(made)
    page = text(lead.post(url(made, "round-promote", found.number), follow=True))
    assert "The candidate is live now." in page
    assert "Roll back" in page
    assert Encoder.objects.get(state="live").pk == found.candidate_id
    overview = lead.post(url(made, "rollback"), {"reason": "Portuguese fell."}, follow=True)
    assert "multilingual-e5-small is live again." in text(overview)
    assert Encoder.objects.get(state="live") == made.encoder


def test_two_leads_promote_one_after_the_other(made: Scene, lead: Client) -> None:
    second = User.objects.create_user("zoe", first_name="Zoe", last_name="Adler")
    annotations.add_member(made.project, second, "lead")
    annotations.change_project(made.project, made.lead, promotion_by_two=True)
    assert "Promote by itself" not in text(lead.get(url(made, "rounds")))
    found = scenes.measured_round(made)
    page = text(lead.post(url(made, "round-propose", found.number), follow=True))
    assert "The promotion is proposed; the other leads are told." in page
    assert "Another lead confirms or rejects it." in page
    assert "Confirm the promotion" not in page
    assert "asks for two leads" in text(lead.post(url(made, "round-promote", found.number), follow=True))
    lead.force_login(second, backend="django.contrib.auth.backends.ModelBackend")
    notices = text(lead.get(reverse("notices")))
    assert "A promotion waits for you" in notices
    assert url(made, "rounds") in notices
    assert "Confirm the promotion" in text(lead.get(url(made, "round", found.number)))
    page = text(lead.post(url(made, "round-promote", found.number), follow=True))
    assert f"by Zoe Adler, proposed by {made.lead.get_full_name()}" in page
    assert Encoder.objects.get(state="live").pk == found.candidate_id


def test_reject_keeps_the_live_encoder(made: Scene, lead: Client) -> None:
    found = scenes.measured_round(made)
    lead.post(url(made, "round-reject", found.number))
    found.refresh_from_db()
    assert found.state == Round.States.REJECTED
    assert Encoder.objects.get(state="live") == made.encoder


def test_promoting_against_the_gate_is_named_before_it_is_done(made: Scene, lead: Client) -> None:
    found = scenes.measured_round(made, passed=False)
    page = text(lead.get(url(made, "round", found.number)))
    assert "Not passed" in page
    assert "Promoting overrules it" in page


def test_cancel_and_what_cannot_be_done_twice(made: Scene, lead: Client) -> None:
    found = scenes.queued_round(made)
    assert "is cancelled" in text(lead.post(url(made, "round-cancel", found.number), follow=True))
    assert "stopped here" not in text(lead.get(url(made, "round", found.number))), "it had not begun"
    again = text(lead.post(url(made, "round-cancel", found.number), follow=True))
    assert "nothing is left to cancel" in again
    assert "can be promoted" in text(lead.post(url(made, "round-promote", found.number), follow=True))


def test_a_failed_round_shows_its_sentence(made: Scene, lead: Client) -> None:
    found, lease = scenes.training_round(made)
    lease.end(Round.States.FAILED, error="Too little memory: choose a smaller batch.")
    page = text(lead.get(url(made, "round", found.number)))
    assert "Too little memory: choose a smaller batch." in page
    assert "The live encoder is untouched." in page
    assert 'class="stopped"' in page
    assert f'<a href="{url(made, "rounds")}">Start a new round</a>' in page


def test_only_the_lead_has_buttons(made: Scene, client: Client) -> None:
    found = scenes.measured_round(made)
    for user in (made.reviewer, made.observer):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        page = text(client.get(url(made, "round", found.number)))
        assert "round-promote" not in page
        assert "Promote …" not in page
        assert client.post(url(made, "round-promote", found.number)).status_code == 403
    assert Round.objects.get().state == Round.States.EVALUATED


def test_the_list_of_rounds_pages_by_number(made: Scene, lead: Client) -> None:
    assert "No round yet" in text(lead.get(url(made, "rounds")))
    for _ in range(26):
        actions.cancel_round(scenes.queued_round(made))
    response = lead.get(url(made, "rounds"))
    assert [found.number for found in response.context["rounds"]][:2] == [26, 25]
    assert [found.number for found in lead.get(f"{url(made, 'rounds')}?before=2").context["rounds"]] == [1]
    assert f"?before={response.context['older']}" in text(response)
