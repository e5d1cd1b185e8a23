"""The pages around the card: search, concept, comments, notifications, practice, keys, agreement, the project."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from annotations import actions
from annotations.keys import DEFAULTS
from annotations.models import Comment, GoldPair, KeyBindings, Notification, PracticeAnswer, Suspicion, Term, Verdict
from annotations.views import quality
from annotations.views.model_view import shading
from tests import scenes
from tests.scenes import DIGEST, Scene

BACKEND = "django.contrib.auth.backends.ModelBackend"
FORMER = "0f" * 32


def url(made: Scene, name: str, *args: object) -> str:
    return reverse(name, args=[made.project.slug, *args])


def text(response) -> str:
    return response.content.decode()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def gold(made: Scene, source: str = "Epilepsy", *, practice: bool = True) -> GoldPair:
    given = actions.Answer("equivalent")
    return actions.set_gold(made.pair(source), made.lead, given, "The **same** disease.", practice=practice)


def test_search_finds_terms_in_any_script_whatever_the_accents(made: Scene, reviewer: Client) -> None:
    for typed, found in (("migrane", "Migräne"), ("糖尿", "2型糖尿病"), ("الربو", "الربو"), ("DIABETES", "mellitus")):
        page = text(reviewer.get(url(made, "search"), {"q": typed}))
        assert found in page.split('class="found"')[1]
    assert "No term like that" in text(reviewer.get(url(made, "search"), {"q": "qqqqq"}))
    assert 'class="found"' not in text(reviewer.get(url(made, "search"), {"q": "migrane", "language": "en"}))


def test_search_costs_a_fixed_number_of_queries(made: Scene, reviewer: Client, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(12):
        reviewer.get(url(made, "search"), {"q": "diabetes"})


def test_a_concept_shows_terms_family_and_history_after_ones_own_answer(made: Scene, reviewer: Client) -> None:
    pair = scenes.answer(made, "Type 2 diabetes mellitus", "narrower", by=made.second, note="Hidden as yet.")
    address = url(made, "concept", pair.concept_id)
    page = text(reviewer.get(address))
    assert "2型糖尿病" in page
    assert "Type 2 diabetes mellitus with coma" in page
    assert "Hidden as yet." not in page
    scenes.answer(made, "Type 2 diabetes mellitus", "equivalent")
    assert "Hidden as yet." in text(reviewer.get(address))


def test_a_concept_costs_a_fixed_number_of_queries(
    made: Scene, reviewer: Client, django_assert_max_num_queries
) -> None:
    concept = made.pair("Type 2 diabetes mellitus").concept
    with django_assert_max_num_queries(17):
        reviewer.get(url(made, "concept", concept.pk))


def test_a_comment_is_answered_and_its_author_told(made: Scene, reviewer: Client) -> None:
    concept = made.pair("Asthma").concept
    page = text(reviewer.post(url(made, "comment", concept.pk), {"text": "Which **one**? <script>"}, follow=True))
    assert "<strong>one</strong>" in page
    assert "<script>" not in page.split('class="prose"')[1].split("</div>")[0]
    comment = Comment.objects.get()
    signed_in(made.second).post(url(made, "comment", concept.pk), {"text": "This one.", "reply_to": comment.pk})
    assert "1 unread notification" in text(reviewer.get(reverse("projects")))
    assert "This one." in text(reviewer.get(reverse("notices")))
    reviewer.post(reverse("notices-read"))
    assert "0 unread notifications" in text(reviewer.get(reverse("projects")))
    assert Notification.objects.get().read_at is not None


def test_only_the_author_withdraws_a_comment(made: Scene, reviewer: Client) -> None:
    comment = actions.comment(made.project, made.reviewer, "Oh.", concept=made.pair("Asthma").concept)
    address = url(made, "comment-withdraw", comment.pk)
    assert signed_in(made.second).post(address).status_code == 404
    assert "This comment was withdrawn." in text(reviewer.post(address, follow=True))


def test_notices_of_somebody_else_stay_unread(made: Scene, reviewer: Client) -> None:
    row = Notification.objects.create(user=made.second, project=made.project, kind="flag", pair=made.pair("Asthma"))
    reviewer.post(reverse("notices-read"), {"notice": row.pk})
    row.refresh_from_db()
    assert row.read_at is None
    assert "Nothing new" in text(reviewer.get(reverse("notices")))


def test_the_bell_counts_nothing_of_a_project_that_one_has_left(made: Scene, reviewer: Client) -> None:
    Notification.objects.create(user=made.reviewer, project=made.project, kind="flag", pair=made.pair("Asthma"))
    assert "1 unread notification" in text(reviewer.get(reverse("projects")))
    made.project.memberships.filter(user=made.reviewer).delete()
    assert "0 unread notifications" in text(reviewer.get(reverse("projects")))
    assert "Nothing new" in text(reviewer.get(reverse("notices")))


def test_keys_are_moved_printed_and_put_back(made: Scene, reviewer: Client) -> None:
    sent = {f"key_{name}": key for name, key in usual_keys().items()} | {"keys": "1", "key_equivalent": "j"}
    assert reviewer.post(reverse("own-settings"), sent)["Location"] == reverse("own-settings")
    assert KeyBindings.objects.get().keys == {"equivalent": "j"}
    page = text(reviewer.get(url(made, "review")))
    assert '<kbd aria-hidden="true">J</kbd>' in page
    assert 'data-key="a"' not in page
    reviewer.post(reverse("own-settings"), {"keys": "1", "defaults": "1"})
    assert 'data-key="a"' in text(reviewer.get(url(made, "review")))


def test_one_key_for_two_things_is_refused(made: Scene, reviewer: Client) -> None:
    sent = {f"key_{name}": key for name, key in usual_keys().items()} | {"keys": "1", "key_equivalent": "x"}
    response = reviewer.post(reverse("own-settings"), sent)
    assert response.status_code == 422
    assert "X would do two things, “Equivalent” and “Not equivalent”" in text(response)
    assert not KeyBindings.objects.exists()


def test_a_letter_that_no_key_folds_to_can_be_used_and_saved_again(made: Scene, reviewer: Client) -> None:
    sent = {f"key_{name}": key for name, key in usual_keys().items()} | {"keys": "1", "key_equivalent": "ß"}
    assert reviewer.post(reverse("own-settings"), sent).status_code == 302
    assert KeyBindings.objects.get().keys == {"equivalent": "ß"}
    assert reviewer.post(reverse("own-settings"), sent).status_code == 302
    KeyBindings.objects.update(keys={"equivalent": "ss"})  # as it was once stored
    page = reviewer.get(reverse("own-settings"))
    assert page.context["keys"].initial["key_equivalent"] == "a"


def test_keys_switched_off_are_not_printed(made: Scene, reviewer: Client) -> None:
    sent = {f"key_{name}": key for name, key in usual_keys().items()} | {"keys": "1", "off": "on"}
    reviewer.post(reverse("own-settings"), sent)
    page = text(reviewer.get(url(made, "review")))
    assert 'data-letters="off"' in page
    assert 'data-key="a"' not in page


def usual_keys() -> dict[str, str]:

    return dict(DEFAULTS)


@pytest.mark.parametrize(("code", "heading"), [("de", "Einstellungen"), ("en", "Settings")])
def test_the_language_is_a_setting(made: Scene, reviewer: Client, code: str, heading: str) -> None:
    page = text(
        reviewer.post(reverse("own-settings"), {"language": code}, follow=True, headers={"Accept-Language": "en"})
    )
    assert f"<h1>{heading}</h1>" in page
    assert f'<option value="{code}" selected>' in page
    assert reviewer.post(reverse("own-settings"), {"language": "xx"}).status_code == 200


def test_a_newcomer_practises_first_and_is_told_why(made: Scene, reviewer: Client) -> None:
    known = gold(made)
    assert reviewer.get(url(made, "review"))["Location"] == url(made, "practice")
    page = text(reviewer.get(url(made, "practice")))
    assert "Epilepsie" in page
    assert "The <strong>same</strong> disease." not in page
    told = text(reviewer.post(url(made, "practise", known.pk), {"decision": "narrower"}, follow=True))
    assert "Not what the lead answered" in told
    assert "The <strong>same</strong> disease." in told
    assert not PracticeAnswer.objects.get().right
    assert Verdict.objects.filter(reviewer=made.reviewer).count() == 0
    assert reviewer.post(url(made, "practice-finish"))["Location"] == url(made, "review")
    assert reviewer.get(url(made, "review")).status_code == 200


def test_the_lead_makes_gold_pairs_and_takes_them_back(made: Scene) -> None:
    lead = signed_in(made.lead)
    sent = {"decision": "equivalent", "explanation": "", "practice": "on"}
    pair = made.pair("Epilepsy")
    assert "This field is required" in text(lead.post(url(made, "gold-set", pair.pk), sent, follow=True))
    page = text(lead.post(url(made, "gold-set", pair.pk), sent | {"explanation": "Same."}, follow=True))
    assert "to practise on" in page
    lead.post(url(made, "gold-drop", GoldPair.objects.get().pk))
    assert not GoldPair.objects.exists()


def test_a_long_list_of_gold_pairs_says_that_it_is_cut(made: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    lead = signed_in(made.lead)
    for source in ("Epilepsy", "Asthma"):
        gold(made, source)
    assert "There are older gold pairs" not in text(lead.get(url(made, "quality")))
    monkeypatch.setattr(quality, "GOLD_SHOWN", 1)
    page = text(lead.get(url(made, "quality")))
    assert "There are older gold pairs; the newest are shown." in page
    assert page.count("to practise on") == 1


def test_agreement_and_reliability_are_shown_to_the_lead(db: None, tmp_path) -> None:
    made = scenes.scene(tmp_path, slug="twice", overlap=2)
    for source in ("Asthma", "Epilepsy", "Migraine", "Heart failure"):
        scenes.answer(made, source, "equivalent")
        scenes.answer(made, source, "narrower" if source == "Asthma" else "equivalent", by=made.second)
    actions.weigh_reviewers(made.project)
    page = text(signed_in(made.lead).get(url(made, "quality")))
    assert "Anna Berg · Omar Haddad" in page or "Omar Haddad · Anna Berg" in page
    assert "75.0" in page
    assert '<span class="code">en–de</span>' in page
    assert '<th scope="row">Narrower</th>' in page
    reliability = page.split('id="reliability-title"')[1]
    assert reliability.index("Anna Berg") < reliability.index("Omar Haddad")
    empty = scenes.scene(tmp_path, slug="law")
    assert "No pair has been answered by two reviewers yet." in text(signed_in(empty.lead).get(url(empty, "quality")))


def test_the_lead_changes_guidelines_and_is_told_what_makes_no_sense(made: Scene) -> None:
    lead = signed_in(made.lead)
    form = lead.get(url(made, "project-settings")).context["form"]
    sent = {name: "" if value is None else value for name, value in form.initial.items() if value is not False}
    page = text(lead.post(url(made, "project-settings"), sent | {"guidelines": "Be *kind*."}, follow=True))
    assert "<em>kind</em>" in page
    made.project.refresh_from_db()
    assert made.project.guidelines == "Be *kind*."
    wrong = lead.post(url(made, "project-settings"), sent | {"random_share": "2"})
    assert wrong.status_code == 422


def test_blind_first_hides_the_models_view_until_the_answer_is_in(made: Scene, reviewer: Client) -> None:
    actions.change_project(made.project, made.lead, blind_first=True, blind_share=1.0)
    page = text(reviewer.get(url(made, "review")))
    assert "shows the model’s view after your answer" in page
    for hidden in ("The reverse search prefers", '<ol class="neighbours">', "multilingual-e5-small", "Rank"):
        assert hidden not in page
    assert 'name="saw_model" value="false"' in page
    for said in ("skipped", "equivalent"):
        pair = scenes.answer(made, "Heart failure", said)
        shown = "The reverse search prefers" in text(reviewer.get(url(made, "review-pair", pair.pk)))
        assert shown == (said == "equivalent")


def test_an_answer_keeps_confidence_seconds_and_what_was_on_screen(made: Scene, reviewer: Client) -> None:
    sent = {
        "decision": "equivalent",
        "confidence": "2",
        "seconds": "2.5",
        "saw_model": "true",
        "encoder_digest": DIGEST,
    }
    reviewer.post(url(made, "answer", made.pair("Asthma").pk), sent)
    verdict = Verdict.objects.get()
    assert (verdict.confidence, verdict.seconds, verdict.saw_model) == (2, 2.5, True)


def test_the_card_shades_words_and_prints_their_share(made: Scene, reviewer: Client) -> None:
    suspicion = Suspicion.objects.get(rank=1)
    suspicion.signals["attribution"] = {
        "source": [["▁Type", 0.1], ["▁diabetes", 0.62]],
        "target": [["Diabetes", -0.04]],
    }
    suspicion.save()
    page = " ".join(text(reviewer.get(url(made, "review"))).split())
    assert '<li class="shade-3"><span>diabetes</span> <small class="number" dir="ltr">62 %</small></li>' in page
    assert '<li class="shade-0"><span>Diabetes</span> <small class="number" dir="ltr">−4 %</small></li>' in page


@pytest.mark.parametrize(
    ("tokens", "goes_on"),
    [
        (["▁Passe", "nger", "▁in", "ju", "red"], [False, True, False, True, True]),
        (["as", "##thma", "bron", "##chiale"], [False, True, False, True]),
        (["Asthma", "bronchiale"], [False, False]),
    ],
)
def test_the_tokens_of_one_word_stay_together(tokens: list[str], goes_on: list[bool]) -> None:
    shown = shading({"attribution": {"source": [[token, 0.1] for token in tokens], "target": []}}).source
    assert [token.goes_on for token in shown] == goes_on
    assert "".join(token.text for token in shown) == "".join(tokens).replace("▁", "").replace("##", "")


def test_the_former_encoders_answer_is_shown_where_it_differs(made: Scene, reviewer: Client) -> None:
    latest = Suspicion.objects.get(rank=1)
    other = Term.objects.get(concept__project=made.project, text="Migräne")
    Suspicion.objects.create(
        pair=latest.pair, encoder_digest=FORMER, score=0.41, rank=1, neighbours={"forward": [[other.pk, 0.8]]}
    )
    Suspicion.objects.filter(encoder_digest=FORMER).update(created_at="2020-01-01T00:00Z")
    page = text(reviewer.get(url(made, "review")))
    assert "The former encoder said otherwise" in page
    assert FORMER[:12] in page
    assert "Migräne</b>" in page
    Suspicion.objects.filter(encoder_digest=FORMER).update(neighbours=latest.neighbours)
    assert "The former encoder said otherwise" not in text(reviewer.get(url(made, "review")))


def test_others_answers_are_shown_once_ones_own_is_in(db: None, tmp_path) -> None:
    made = scenes.scene(tmp_path, slug="twice", overlap=2)
    pair = scenes.in_conflict(made)
    page = text(signed_in(made.second).get(url(made, "review-pair", pair.pk)))
    assert "Anna Berg:" in page
    assert "Left, not right." in page


def test_part_of_speech_and_context_are_on_the_card(made: Scene, reviewer: Client) -> None:
    term = made.pair("Asthma").target_term
    Term.objects.filter(pk=term.pk).update(part_of_speech="noun", context="Sie leidet an Asthma bronchiale.")
    page = text(reviewer.get(url(made, "review-pair", made.pair("Asthma").pk)))
    assert "· noun" in page
    assert "“Sie leidet an Asthma bronchiale.”" in page


@pytest.mark.parametrize(
    ("name", "most"), [("mine", 17), ("skipped", 17), ("conflicts", 10), ("quality", 14), ("project-settings", 6)]
)
def test_pages_cost_a_fixed_number_of_queries(made: Scene, django_assert_max_num_queries, name: str, most: int) -> None:
    scenes.answered(made)
    scenes.answer(made, "Asthma", "equivalent", by=made.second)
    client = signed_in(made.lead)
    with django_assert_max_num_queries(most):
        assert client.get(url(made, name)).status_code == 200


@pytest.mark.usefixtures("always_gold")
def test_the_next_card_costs_a_fixed_number_of_queries(
    made: Scene, reviewer: Client, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(22):
        reviewer.post(url(made, "next-card"), {"holding": "1,2"}, headers={"X-Requested-With": "fetch"})
