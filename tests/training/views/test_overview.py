"""Overview and schedule."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from annotations import actions as annotations
from annotations.figures import PAIRS, REVIEWED, VERDICTS, WORK
from annotations.models import TermPair
from annotations.ordering import draw
from tests import scenes
from tests.scenes import Scene
from training import actions, recording, remaining
from training.models import Schedule
from training.views.upcoming import upcoming


def url(made: Scene, name: str) -> str:
    return reverse(name, args=[made.project.slug])


def text(response) -> str:
    return response.content.decode()


def scanned_and_drawn(made: Scene) -> None:
    """Enough for an estimate of what is left."""
    recording.record_scan(made.project, made.encoder, "d" * 64, scored=40, queued=34, seconds={})
    open_pairs = TermPair.objects.filter(project=made.project, decision=None).values_list("pk", flat=True)
    every = TermPair.objects.filter(project=made.project, correction_of=None).values_list("pk", flat=True)
    for pair in [pair for pair in draw(every, made.project.slug) if pair in set(open_pairs)][:8]:
        annotations.answer(TermPair.objects.get(pk=pair), made.lead, annotations.Answer("equivalent"))


def test_the_overview_counts_pairs_and_verdicts(made: Scene, lead: Client) -> None:
    response = lead.get(url(made, "overview"))
    states = {row.value: row.count for row in response.context["states"]}
    assert states == {"queued": 34, "decided": 6}
    assert response.context["verdicts"] == 6
    assert response.context["days"][-1].value == 6
    assert "multilingual-e5-small" in response.content.decode()


def test_a_scan_that_failed_is_told_to_the_lead_alone(made: Scene, lead: Client) -> None:
    with pytest.raises(OSError, match="disk"), recording.scan_attempt(made.project):
        raise OSError("disk <full>")

    page = text(lead.get(url(made, "overview")))
    assert "The last scan did not come to its end." in page
    assert "The scan failed with OSError: disk &lt;full&gt;. The worker&#x27;s log holds the traceback." in page
    assert "manage.py scan --project" in page
    reviewer = Client()
    reviewer.force_login(made.reviewer, backend="django.contrib.auth.backends.ModelBackend")
    assert "did not come to its end" not in text(reviewer.get(url(made, "overview")))
    with recording.scan_attempt(made.project):
        pass
    assert "did not come to its end" not in text(lead.get(url(made, "overview")))


def test_the_overview_shows_how_the_live_encoder_scored(made: Scene, lead: Client) -> None:
    found = scenes.measured_round(made)
    actions.promote(found, made.lead)
    page = lead.get(url(made, "overview")).content.decode()
    assert "Held-out P@1" in page
    assert "91.2" in page
    assert "Roll back" in page


def test_an_encoder_that_no_round_trained_has_the_scores_of_the_round_beside_it(made: Scene, lead: Client) -> None:
    assert "Not measured yet: a round measures it beside its candidate." in text(lead.get(url(made, "overview")))
    found = scenes.measured_round(made)
    beside = text(lead.get(url(made, "overview")))
    assert "86.6" in beside
    assert "91.2" not in beside
    actions.promote(found, made.lead)
    assert "91.2" in text(lead.get(url(made, "overview")))
    actions.rollback(made.project, made.lead)
    assert text(lead.get(url(made, "overview"))).count("86.6") == 1


def test_the_latest_rounds_cost_the_overview_nothing_each(made: Scene, lead: Client) -> None:
    costs = []
    for _ in range(3):
        actions.reject(scenes.measured_round(made), made.lead)
        with CaptureQueriesContext(connection) as asked:
            lead.get(url(made, "overview"))
        costs.append(len(asked))
    assert costs[0] == costs[2]


def test_the_overview_tells_of_pace_and_agreement(made: Scene, lead: Client) -> None:
    page = lead.get(url(made, "overview")).content.decode()
    assert "No pair has been answered by two reviewers yet." in page
    assert "fewer than five verdicts came from a card" in page
    made.project.overlap = 2
    made.project.save()
    pairs = list(TermPair.objects.filter(project=made.project, state="queued").order_by("pk"))[:5]
    for n, pair in enumerate(pairs):
        annotations.answer(pair, made.reviewer, annotations.Answer("equivalent"), shown=annotations.Shown("", 3.0 + n))
        annotations.answer(pair, made.second, annotations.Answer("equivalent" if n else "related"))
    page = lead.get(url(made, "overview")).content.decode()
    assert '<span class="big-number">5.0</span>' in page
    assert '<span class="big-number">80.0 %</span>' in page
    assert "over 5 pairs that several judged" in page
    assert "As of" not in page


def test_figures_that_are_slow_to_count_say_when_they_were(made: Scene, lead: Client) -> None:
    scanned_and_drawn(made)
    for by in (made.reviewer, made.second):
        annotations.answer(made.pair("Acute appendicitis"), by, annotations.Answer("equivalent"))
    pages = {url(made, "overview"): 4, url(made, "quality"): 1, url(made, "report"): 2, reverse("projects"): 1}
    for page in pages:
        assert "counted every hour" not in lead.get(page).content.decode()
    for figure in (PAIRS, VERDICTS, WORK, REVIEWED, remaining.REMAINING):
        replace(figure, most=0).keep(made.project)
    for page, times in pages.items():
        assert lead.get(page).content.decode().count("counted every hour") == times


def test_a_small_project_s_overview_moves_with_each_verdict(made: Scene, lead: Client) -> None:
    scanned_and_drawn(made)
    annotations.keep_all_figures(remaining.REMAINING)
    before = lead.get(url(made, "overview")).context
    pair = TermPair.objects.filter(project=made.project, state="queued").order_by("pk")[0]
    annotations.answer(pair, made.lead, annotations.Answer("not_equivalent"))
    after = lead.get(url(made, "overview")).context
    assert after["verdicts"] == before["verdicts"] + 1
    assert after["days"][-1].value == before["days"][-1].value + 1
    assert after["upcoming"].new_decisions == before["upcoming"].new_decisions + 1
    assert after["remaining"].value.found == before["remaining"].value.found + 1
    decided = [{row.value: row.count for row in context["states"]}["decided"] for context in (before, after)]
    assert decided[1] == decided[0] + 1


def test_the_overview_costs_a_fixed_number_of_queries(made: Scene, lead: Client, django_assert_max_num_queries) -> None:
    scanned_and_drawn(made)
    with django_assert_max_num_queries(30):
        lead.get(url(made, "overview"))
    with django_assert_max_num_queries(8):
        lead.get(reverse("projects"))


def test_news_are_counted_no_further_than_a_page_can(
    made: Scene, lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert '<span class="big-number">5</span>' in lead.get(url(made, "overview")).content.decode()
    for name in ("training.views.upcoming.COUNT_CAP", "annotations.templatetags.terms.COUNT_CAP"):
        monkeypatch.setattr(name, 4)
    assert '<span class="big-number">4+</span>' in lead.get(url(made, "overview")).content.decode()


def test_an_empty_project_has_an_overview(made: Scene, lead: Client) -> None:
    empty = annotations.create_project(
        slug="law", name="Law", domain="law", source_language="en", target_languages=["de"]
    )
    annotations.add_member(empty, made.lead, "lead")
    page = lead.get(reverse("overview", args=["law"])).content.decode()
    assert "No terms are imported yet." in page
    assert "None yet: the first scan registers the base encoder." in page


def test_the_next_round_and_why(made: Scene) -> None:
    assert upcoming(made.project).sentence == "No schedule: the next round starts when the lead starts it."
    actions.set_schedule(made.project, nightly_hour=2, after_decisions=100)
    said = upcoming(made.project)
    assert said.new_decisions == 5
    assert "after 95 more decisions, or at 02:00 UTC" in said.sentence
    tomorrow = timezone.now().replace(hour=2, minute=0) + timedelta(days=1 if timezone.now().hour >= 2 else 0)
    assert f"{tomorrow:%-d %B}" in said.sentence
    actions.set_schedule(made.project, nightly_hour=None, after_decisions=5)
    assert "at once" in upcoming(made.project).sentence


def test_the_month_is_said_in_the_reader_s_language(made: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.set_schedule(made.project, nightly_hour=2, after_decisions=None)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 12, 3, 1, tzinfo=UTC))
    for language, month in (("en", "3 December"), ("de", "3 Dezember")):
        with translation.override(language):
            assert month in upcoming(made.project).sentence


def test_nothing_to_train_on_is_said(tmp_path, db) -> None:
    assert "Nothing to train on yet" in upcoming(scenes.scene(tmp_path, slug="new").project).sentence


def test_a_schedule_is_saved_and_shown_again(made: Scene, lead: Client) -> None:
    page = lead.post(url(made, "schedule"), {"enabled": "on", "nightly_hour": "3", "after_decisions": ""}, follow=True)
    assert "The schedule is saved." in page.content.decode()
    row = Schedule.objects.get()
    assert (row.enabled, row.nightly_hour, row.after_decisions) == (True, 3, None)
    assert 'value="3"' in lead.get(url(made, "schedule")).content.decode()


def test_a_schedule_without_a_reason_or_with_a_wrong_hour_is_refused(made: Scene, lead: Client) -> None:
    for sent in ({"enabled": "on"}, {"enabled": "on", "nightly_hour": "24"}):
        response = lead.post(url(made, "schedule"), sent)
        assert response.status_code == 422
        assert not Schedule.objects.exists()


def test_the_overview_estimates_the_wrong_pairs_left(made: Scene, lead: Client) -> None:
    assert "Wrong pairs left" not in lead.get(url(made, "overview")).content.decode()
    scanned_and_drawn(made)
    response = lead.get(url(made, "overview"))
    found = response.context["remaining"].value
    assert found.open == 26
    assert 0 <= found.low <= found.left <= found.high <= found.open
    assert found.found == sum(remaining.pending.judged(made.project).values())
    page = response.content.decode()
    assert "Wrong pairs left" in page
    assert f"between {found.low} and {found.high} with 95 % confidence" in page
