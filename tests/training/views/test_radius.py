"""What a round moved, and what it could not learn: on its page, over all rounds, and in the report."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from annotations import actions as review
from annotations import queue
from annotations.models import Comment, Decision, Project, TermPair
from annotations.views.card import build_card
from annotations.views.members import Member
from annotations.views.remarks import LOOK_AGAIN, REMARKS
from tests import scenes
from tests.scenes import Scene
from training.models import Evaluation, Round, Schedule
from training.views.trends import advice


def url(made: Scene, name: str, *args: object) -> str:
    return reverse(name, args=[made.project.slug, *args])


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def measured(made: Scene) -> Scene:
    scenes.measured_round(made)
    return made


def test_the_round_shows_what_moved_and_what_got_worse_on_the_control(measured: Scene, lead: Client) -> None:
    page = text(lead.get(url(measured, "round", 1)))
    radius = page.split('id="radius-title"')[1]
    assert "212" in radius
    assert "16.3 %" in radius
    control = radius.split("<details open>")[1]
    assert "Ufer" in control.split("</details>")[0]


def test_a_round_from_before_says_that_nothing_was_measured(measured: Scene, lead: Client) -> None:
    Evaluation.objects.update(radius=[], unmet=[])
    page = text(lead.get(url(measured, "round", 1)))
    assert "Not measured in this round." in page
    assert "It honours all of them." in page
    assert lead.get(url(measured, "trends")).status_code == lead.get(url(measured, "report")).status_code == 200


def test_an_unmet_constraint_goes_back_to_somebody_else_with_the_reason(measured: Scene, lead: Client) -> None:
    pair = measured.pair("Heart failure")
    assert pair.state == TermPair.States.DECIDED
    page = text(lead.get(url(measured, "round", 1)))
    assert "14 of 203 other targets are as near" in page
    assert "Ask again about 1 pair" in page
    assert "1 pair is back in the queue." in text(lead.post(url(measured, "round-ask-again", 1), follow=True))
    assert not Decision.objects.filter(pair=pair).exists()
    Project.objects.update(gold_share=0.0)
    claim = queue.take_next(measured.project, measured.second)
    assert claim is not None
    assert claim.pair_id == pair.pk
    card = build_card(Member(measured.second, measured.project, "reviewer"), pair.pk, claim)
    assert ["Round 1 was trained on the decision" in remark.text for remark in card.remarks] == [True]
    assert REMARKS.knows(card.remarks[0].text)
    again = text(lead.post(url(measured, "round-ask-again", 1), follow=True))
    assert "0 pairs are back in the queue." in again
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(("said", "state"), [("equivalent", "decided"), ("narrower", "conflict")])
def test_the_second_answer_confirms_or_makes_a_conflict(measured: Scene, lead: Client, said: str, state: str) -> None:
    lead.post(url(measured, "round-ask-again", 1))
    scenes.answer(measured, "Heart failure", said, by=measured.second)
    assert measured.pair("Heart failure").state == state


def test_what_the_lead_has_decided_is_not_asked_again(measured: Scene, lead: Client) -> None:
    lead.post(url(measured, "adjudicate", measured.pair("Heart failure").pk), {"decision": "equivalent"})
    Decision.objects.filter(pair=measured.pair("Heart failure")).update(adjudicated_by=measured.lead)
    lead.post(url(measured, "round-ask-again", 1))
    assert measured.pair("Heart failure").state == TermPair.States.DECIDED


def test_nobody_reads_how_an_open_or_a_gold_pair_was_decided(measured: Scene, lead: Client) -> None:
    told = "14 of 203 other targets are as near"

    def page(user: User) -> str:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return text(client.get(url(measured, "round", 1)))

    assert told in page(measured.second)
    lead.post(url(measured, "round-ask-again", 1))
    assert told in page(measured.lead)
    for user in (measured.second, measured.observer):
        assert told not in page(user)
        assert "1 more is not shown." in page(user)
    pair = measured.pair("Heart failure")
    given = review.Answer("equivalent")
    review.set_gold(pair, measured.lead, given, "Known.")
    assert told not in page(measured.second)
    review.answer(pair, measured.second, given)
    assert told in page(measured.second)


def test_the_lead_hears_of_pairs_that_everybody_has_judged(measured: Scene, lead: Client) -> None:
    for user in (measured.second, measured.lead):
        scenes.answer(measured, "Heart failure", "equivalent", by=user)
    page = text(lead.post(url(measured, "round-ask-again", 1), follow=True))
    assert "0 pairs are back in the queue." in page
    assert "1 pair stays decided: everybody who reviews here has judged it." in page


def test_reviewers_do_not_send_pairs_back(measured: Scene, client: Client) -> None:
    client.force_login(measured.reviewer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(url(measured, "round-ask-again", 1)).status_code == 403


def test_the_trends_have_a_column_a_round_and_name_other_lists(made: Scene, lead: Client) -> None:
    assert "Nothing to compare yet" in text(lead.get(url(made, "trends")))
    for _ in range(3):
        scenes.measured_round(made)
    Evaluation.objects.filter(round__number=3).update(references_digest="0" * 64)
    page = text(lead.get(url(made, "trends")))
    assert page.count("Round 3</a> *") == 3
    assert "Round 2</a> *" not in page
    assert "4.1 %" in page
    assert page.count("<polyline") == 18


def evaluation(changed: int, low: float) -> Evaluation:
    cell = {"cell": "trained", "language_pair": "macro", "metric": "p@1", "interval": [low, 0.1]}
    row = {"cell": "trained", "language_pair": "en-de", "n": 1000, "changed": changed}
    return Evaluation(radius=[row], cells=[cell])


@pytest.mark.parametrize(
    ("changes", "low", "said"),
    [
        ([5, 4], 0.1, "there are 2"),
        ([400, 4, 4, 4], 0.1, "changed 0.4 % of nearest neighbours: another one will hardly change more"),
        ([90, 90, 90], -0.01, "changed 9.0 % of nearest neighbours, and none of them shows a gain"),
        ([90, 90, 90], 0.01, "another round pays"),
    ],
)
def test_stop_advice(changes: list[int], low: float, said: str) -> None:
    assert said in advice([evaluation(changed, low) for changed in changes])


def test_the_report_names_failures_limits_and_the_encoder(made: Scene, lead: Client) -> None:
    empty = text(lead.get(url(made, "report")))
    assert "The live encoder was trained by no round that measured it." in empty
    scenes.measured_round(made)
    lead.post(url(made, "round-promote", 1))
    page = text(lead.get(url(made, "report")))
    for said in (
        "by 6 verdicts of 1 person; 3 were found at fault", "Ufer", "en-ar: only 118 queries", "multilingual-e5-small",
        "1 constraint from the verdicts is not honoured.", "3 pairs to bring together, 2 to part", "CC0-1.0",
    ):  # fmt: skip
        assert said in page, said


def test_the_report_says_where_general_language_has_maps_of_its_own(made: Scene, lead: Client) -> None:
    scenes.measured_round(made)
    lead.post(url(made, "round-promote", 1))
    limit = "General language was measured with maps of its own"
    assert limit not in text(lead.get(url(made, "report")))
    Round.objects.update(outcome={"general_space": True})
    assert limit in text(lead.get(url(made, "report")))


def test_a_schedule_says_why_it_did_nothing(made: Scene, lead: Client) -> None:
    Schedule.objects.create(
        project=made.project, nightly_hour=3, last_refusal="No round for night:2026-11-22: nothing new was decided."
    )
    assert "No round for night:2026-11-22: nothing new was decided." in text(lead.get(url(made, "schedule")))


def test_the_reason_is_stored_once_and_said_in_each_reader_s_language(measured: Scene, lead: Client) -> None:
    lead.post(url(measured, "round-ask-again", 1), headers={"Accept-Language": "de"})
    assert Comment.objects.get().text.startswith("Round 1 was trained on the decision")
    pair = measured.pair("Heart failure")
    with pytest.MonkeyPatch.context() as patched:
        german = {LOOK_AGAIN: "Runde %(n)s sagt anderes."}
        patched.setattr("workbench.sentences.gettext", lambda text: german.get(text, text))
        for name, pk in (("review-pair", pair.pk), ("concept", pair.concept_id)):
            page = text(lead.get(url(measured, name, pk), headers={"Accept-Language": "de"}))
            assert "Runde 1 sagt anderes." in page
