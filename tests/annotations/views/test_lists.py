"""Lists, type-ahead, conflicts, and the projects page."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from annotations import actions, blind, queue
from annotations.models import Decision, SavedFilter, TermPair, Verdict
from annotations.views import conflicts, lists
from annotations.views.refusals import REFUSALS
from tests import scenes
from tests.scenes import Scene

BACKEND = "django.contrib.auth.backends.ModelBackend"


def url(made: Scene, name: str, *args: object) -> str:
    return reverse(name, args=[made.project.slug, *args])


def shown(response) -> list[str]:
    return [getattr(row, "pair", row).target_term.text for row in response.context["shown"].rows]


def test_pages_by_key_show_every_pair_once(made: Scene, reviewer: Client) -> None:
    seen: list[int] = []
    query = "size=25"
    while query:
        response = reviewer.get(f"{url(made, 'pairs')}?{query}")
        seen += [row.pk for row in response.context["shown"].rows]
        query = response.context["shown"].older
    assert sorted(seen) == sorted(TermPair.objects.values_list("pk", flat=True))


def test_the_list_is_in_the_queues_order(made: Scene, reviewer: Client) -> None:
    assert shown(reviewer.get(url(made, "pairs")))[0] == "Diabetes mellitus, Typ 2"


def test_filters_by_language_state_and_outcome(made: Scene, reviewer: Client) -> None:
    scenes.answered(made)
    rows = reviewer.get(f"{url(made, 'pairs')}?language=ar").context["shown"].rows
    assert rows
    assert {row.target_language for row in rows} == {"ar"}
    assert set(shown(reviewer.get(f"{url(made, 'pairs')}?outcome=equivalent"))) == {"Herzinsuffizienz", "Epilepsie"}
    decided = reviewer.get(f"{url(made, 'pairs')}?state=decided&language=de")
    assert len(decided.context["shown"].rows) == 5
    assert "Nothing matches" in reviewer.get(f"{url(made, 'pairs')}?state=conflict").content.decode()


def test_filters_survive_to_the_next_page(made: Scene, reviewer: Client, monkeypatch) -> None:
    monkeypatch.setattr(lists, "DEFAULT_SIZE", 5)
    older = reviewer.get(f"{url(made, 'pairs')}?language=de").context["shown"].older
    rows = reviewer.get(f"{url(made, 'pairs')}?{older}").context["shown"].rows
    assert {row.target_language for row in rows} == {"de"}


def test_a_nonsense_filter_shows_everything(made: Scene, reviewer: Client) -> None:
    response = reviewer.get(f"{url(made, 'pairs')}?language=xx&state=zz&size=-3&after=x-y-z")
    assert response.status_code == 200
    assert len(response.context["shown"].rows) == 25


def test_the_list_costs_the_same_for_any_number_of_rows(
    made: Scene, reviewer: Client, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(11):
        reviewer.get(f"{url(made, 'pairs')}?size=50")


def test_sizes_are_those_asked_for(made: Scene, reviewer: Client) -> None:
    assert len(reviewer.get(f"{url(made, 'pairs')}?size=10").context["shown"].rows) == 10
    assert '<option value="25" selected>' in reviewer.get(url(made, "pairs")).content.decode()
    for size in ("10", "25", "50", "100"):
        assert f'<option value="{size}"' in reviewer.get(url(made, "pairs")).content.decode()


def test_one_answer_for_several_pairs_asks_for_their_number(made: Scene, reviewer: Client) -> None:
    pairs = [made.pair(name).pk for name in ("Epilepsy", "Migraine", "Heart failure")]
    sent = {"decision": "equivalent", "pair": pairs, "query": "language=de"}
    for typed in ("2", "", "three"):
        refused = reviewer.post(url(made, "answer-many"), sent | {"typed": typed}, follow=True)
        assert not Verdict.objects.exists()
        assert 'class="notice error"' in refused.content.decode()
    saved = reviewer.post(url(made, "answer-many"), sent | {"typed": "3"}, follow=True)
    assert "3 pairs have your answer." in saved.content.decode()
    assert saved.redirect_chain[0][0].endswith("?language=de")
    assert Verdict.objects.filter(decision="equivalent", reviewer=made.reviewer).count() == 3


def test_pairs_of_another_project_are_not_answered(made: Scene, reviewer: Client, tmp_path) -> None:
    other = scenes.scene(tmp_path, slug="law")
    sent = {"decision": "equivalent", "pair": [other.pair("Epilepsy").pk], "typed": "1"}
    reviewer.post(url(made, "answer-many"), sent)
    assert not Verdict.objects.exists()


def test_a_filter_can_be_named_opened_and_deleted(made: Scene, reviewer: Client) -> None:
    reviewer.post(url(made, "filter-save"), {"name": "Arabic", "query": "language=ar&size=10&after=9-9&evil=1"})
    page = reviewer.get(url(made, "pairs")).content.decode()
    assert 'href="?language=ar&amp;size=10"' in page
    assert "evil" not in page
    row = SavedFilter.objects.get()
    other = Client()
    other.force_login(made.second, backend=BACKEND)
    assert "Arabic" not in other.get(url(made, "pairs")).content.decode().split("saved-list")[-1][:400]
    assert other.post(url(made, "filter-delete", row.pk)).status_code == 404
    reviewer.post(url(made, "filter-delete", row.pk))
    assert not SavedFilter.objects.exists()


def test_mine_keeps_what_was_taken_back_and_undoes_any_answer(made: Scene, reviewer: Client) -> None:
    scenes.answered(made)
    verdict = Verdict.objects.get(pair=made.pair("Heart failure"))
    page = reviewer.post(url(made, "undo-one", verdict.pk), follow=True).content.decode()
    assert "The answer is taken back" in page
    assert page.count('class="taken-back"') == 1
    assert not Decision.objects.filter(pair=verdict.pair).exists()
    again = reviewer.post(url(made, "undo-one", verdict.pk), follow=True).content.decode()
    assert "taken back already" in again


def test_nobody_undoes_somebody_elses_answer(made: Scene, reviewer: Client) -> None:
    scenes.answer(made, "Asthma", "narrower", by=made.second)
    assert reviewer.post(url(made, "undo-one", Verdict.objects.get().pk)).status_code == 404


def test_mine_and_skipped_list_ones_own(made: Scene, reviewer: Client) -> None:
    scenes.answered(made)
    scenes.answer(made, "Acute appendicitis", "equivalent", by=made.second)
    mine = reviewer.get(url(made, "mine"))
    assert shown(mine)[0] == "Migräne"
    assert "Akute Appendizitis" not in shown(mine)
    assert "Diabetes mellitus, Typ 1" in mine.content.decode()
    assert shown(reviewer.get(url(made, "skipped"))) == ["Migräne"]


def test_suggestions_come_from_the_language_asked_for(made: Scene, reviewer: Client) -> None:
    page = reviewer.get(f"{url(made, 'terms')}?language=de&q=herz").content.decode()
    assert page.index("Herzinsuffizienz") < page.index("Rechtsherzinsuffizienz")
    assert reviewer.get(f"{url(made, 'terms')}?language=de&q=failure").content.decode().strip() == ""
    assert reviewer.get(f"{url(made, 'terms')}?language=de&q=+").content.decode().strip() == ""


def test_the_lead_takes_one_answer_of_two(db, tmp_path, client: Client) -> None:
    made = scenes.scene(tmp_path, slug="twice", overlap=2)
    pair = scenes.in_conflict(made)
    client.force_login(made.lead, backend=BACKEND)
    page = client.get(url(made, "conflicts")).content.decode()
    assert page.index("Anna Berg") < page.index("Omar Haddad")
    assert "Left, not right." in page
    assert "Which of the two spellings" in page
    taken = {"decision": "corrected", "correction": "Linksherzinsuffizienz"}
    after = client.post(url(made, "adjudicate", pair.pk), taken, follow=True).content.decode()
    assert "is decided: Corrected" in after
    decision = Decision.objects.get(pair=pair)
    assert (decision.correction, decision.adjudicated_by) == ("Linksherzinsuffizienz", made.lead)


def test_adjudicating_with_nothing_says_so(db, tmp_path, client: Client) -> None:
    made = scenes.scene(tmp_path, slug="twice", overlap=2)
    pair = scenes.in_conflict(made)
    client.force_login(made.lead, backend=BACKEND)
    page = client.post(url(made, "adjudicate", pair.pk), {"decision": "unsure"}, follow=True).content.decode()
    assert "“Unsure” decides nothing" in page
    assert REFUSALS.knows("“Unsure” decides nothing: say what the pair is.")
    assert not Decision.objects.exists()


def test_no_conflict_is_said(made: Scene, client: Client) -> None:
    client.force_login(made.lead, backend=BACKEND)
    assert "No conflict is open" in client.get(url(made, "conflicts")).content.decode()


def test_only_ones_own_projects_are_listed(made: Scene, reviewer: Client, client: Client) -> None:
    other = actions.create_project(slug="law", name="Law", domain="law", source_language="en", target_languages=["de"])
    page = reviewer.get(reverse("projects")).content.decode()
    assert made.project.name in page
    assert f"/projects/{other.slug}/" not in page
    client.force_login(made.outsider, backend=BACKEND)
    assert "No project yet" in client.get(reverse("projects")).content.decode()


def test_each_role_lands_where_it_works(made: Scene, client: Client) -> None:
    for user, name in ((made.lead, "overview"), (made.reviewer, "review"), (made.observer, "overview")):
        client.force_login(user, backend=BACKEND)
        assert client.get(url(made, "project"))["Location"] == url(made, name)


def test_the_list_shows_nothing_of_the_model_on_blind_pairs_before_one_has_judged(
    made: Scene, reviewer: Client, django_assert_max_num_queries
) -> None:
    actions.change_project(made.project, made.lead, blind_first=True, blind_share=1.0)
    scenes.answer(made, "Asthma", "skipped")
    judged = scenes.answer(made, "Heart failure", "equivalent")
    with django_assert_max_num_queries(11):
        response = reviewer.get(f"{url(made, 'pairs')}?size=50")
    assert [line.pair for line in response.context["lines"] if line.doubt or line.reason] == [judged]
    assert response.content.decode().count('class="score') == 1
    actions.change_project(made.project, made.lead, blind_share=0.5)
    lines = reviewer.get(f"{url(made, 'pairs')}?size=50").context["lines"]
    hidden = [line.pair.pk for line in lines if not line.doubt]
    assert hidden == [
        line.pair.pk for line in lines if blind.hides_model(made.project, line.pair.pk, judged=line.judged)
    ]
    assert 0 < len(hidden) < len(lines) - 1


def test_the_tab_counts_what_its_link_lists(db, tmp_path, client: Client) -> None:
    made = scenes.scene(tmp_path, slug="twice", overlap=2)
    conflict = scenes.in_conflict(made)  # and a flagged pair
    unplaced = scenes.answer(made, "Asthma", "equivalent")
    scenes.answer(made, "Asthma", "related", by=made.second)
    TermPair.objects.filter(pk=unplaced.pk).update(position=None)  # as it is where verdicts came before any scan
    for user, listed in ((made.reviewer, 1), (made.lead, 3)):
        client.force_login(user, backend=BACKEND)
        tab = client.get(url(made, "mine")).content.decode().split("Conflicts <span")[0].rsplit('href="', 1)[1]
        count = client.get(url(made, "mine")).content.decode().split('Conflicts <span class="count">')[1][0]
        rows = client.get(tab.split('"')[0]).context["shown"].rows
        assert (int(count), len(rows), conflict in rows) == (listed, listed, True)


def test_no_bar_tells_a_share_of_what_was_not_counted_to_the_end(made: Scene, reviewer: Client, monkeypatch) -> None:
    scenes.answered(made)
    page = reviewer.get(url(made, "review"))
    assert page.context["goal"] == sum(page.context["counts"][name] for name in ("mine", "to_review"))
    assert "<progress" in page.content.decode()
    for cap in (5, 20):  # pairs answered, or pairs to review
        monkeypatch.setattr(queue, "COUNT_CAP", cap)
        assert "<progress" not in reviewer.get(url(made, "review")).content.decode()


@pytest.fixture
def disputed(db: None, tmp_path, client: Client) -> Scene:
    """With a conflict and a flagged pair; the lead is signed in."""
    made = scenes.scene(tmp_path, slug="twice", overlap=2)
    scenes.in_conflict(made)
    client.force_login(made.lead, backend=BACKEND)
    return made


def test_a_lead_who_comes_too_late_is_told_what_was_decided(disputed: Scene, client: Client) -> None:
    pair = disputed.pair("Left ventricular failure")
    other = User.objects.create_user("other-lead")
    actions.add_member(disputed.project, other, "lead")
    actions.adjudicate(pair, other, actions.Answer("not_equivalent"))
    page = client.post(url(disputed, "adjudicate", pair.pk), {"decision": "equivalent"}, follow=True).content.decode()
    assert "was decided meanwhile: Not equivalent. Your answer was not taken." in page
    assert Decision.objects.get(pair=pair).adjudicated_by == other


def test_the_lead_s_word_counts_though_a_reviewer_takes_an_answer_back(disputed: Scene, client: Client) -> None:
    pair = disputed.pair("Left ventricular failure")
    actions.undo_last(disputed.project, disputed.second)
    assert disputed.pair("Left ventricular failure").state == "queued"
    page = client.post(url(disputed, "adjudicate", pair.pk), {"decision": "broader"}, follow=True).content.decode()
    assert "is decided: Broader" in page


def test_the_lead_stays_on_the_page_of_conflicts(disputed: Scene, client: Client, monkeypatch) -> None:
    monkeypatch.setattr(conflicts, "SHOWN", 1)
    first, second = TermPair.objects.filter(project=disputed.project, state__in=queue.FOR_LEAD).order_by("pk")
    for refused in ({"decision": "unsure"}, {"decision": "nothing"}):
        answer = client.post(f"{url(disputed, 'adjudicate', second.pk)}?after={first.pk}", refused)
        assert answer["Location"] == f"{url(disputed, 'conflicts')}?after={first.pk}"
    page = client.get(f"{url(disputed, 'conflicts')}?after={first.pk}").content.decode()
    address = page.split('method="post" action="')[-1].split('"')[0]
    assert address == f"{url(disputed, 'adjudicate', second.pk)}?after={first.pk}"
    shown_now = client.post(address, {"decision": "equivalent"}, follow=True)
    assert shown_now.context["shown"].rows == [first]


def test_of_a_change_of_mind_the_last_word_stands(disputed: Scene, client: Client) -> None:
    pair = scenes.answer(disputed, "Left ventricular failure", "broader", by=disputed.second, note="I mean this.")
    page = client.get(url(disputed, "conflicts"))
    answers = next(row for row in page.context["shown"].rows if row == pair).answers
    assert [(verdict.reviewer, verdict.decision) for verdict in answers] == [
        (disputed.reviewer, "corrected"), (disputed.second, "broader")
    ]  # fmt: skip
    client.force_login(disputed.reviewer, backend=BACKEND)
    card = client.get(url(disputed, "review-pair", pair.pk)).context["card"]
    assert [(verdict.reviewer, verdict.decision) for verdict in card.others] == [(disputed.second, "broader")]


def test_an_answer_beyond_the_wanted_ones_says_so(disputed: Scene, client: Client) -> None:
    assert "extra answer" not in client.get(url(disputed, "conflicts")).content.decode()
    pair = scenes.answer(disputed, "Left ventricular failure", "related", by=disputed.lead)
    for page in (url(disputed, "conflicts"), url(disputed, "concept", pair.concept_id)):
        assert client.get(page).content.decode().count("extra answer") == 1
