"""The focus view: the card, what it claims, and what it costs."""

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Claim, Suspicion, TermPair, Verdict
from tests import scenes
from tests.scenes import Scene

FETCH = {"X-Requested-With": "fetch"}


def url(made: Scene, name: str, *args: object) -> str:
    return reverse(name, args=[made.project.slug, *args])


def text(response) -> str:
    return response.content.decode()


def test_the_first_card_is_the_most_suspicious_pair_with_all_it_needs(made: Scene, reviewer: Client) -> None:
    page = text(reviewer.get(url(made, "review")))
    assert 'lang="en" dir="ltr">Type 1 diabetes mellitus</p>' in page
    assert 'lang="de" dir="ltr">Diabetes mellitus, Typ 2</p>' in page
    assert "The reverse search prefers" in page
    assert page.count('<ol class="neighbours">') == 2
    assert "multilingual-e5-small" in page
    assert "Sample classification 2026" in page
    assert "CC0-1.0" in page
    assert "Judge the <strong>meaning</strong>" in page


def test_only_the_first_three_reasons_are_shown(made: Scene, reviewer: Client) -> None:
    suspicion = Suspicion.objects.get(rank=1)
    suspicion.reasons = [f"Reason number {n}." for n in range(1, 6)]
    suspicion.save()
    page = text(reviewer.get(url(made, "review")))
    assert "Reason number 3." in page
    assert "Reason number 4." not in page


def test_arabic_is_marked_right_to_left(made: Scene, reviewer: Client) -> None:
    page = text(reviewer.get(url(made, "review-pair", made.pair("Heart failure", "ar").pk)))
    assert 'lang="ar" dir="rtl">فشل القلب</p>' in page


def test_the_card_names_the_siblings_and_the_concepts_other_terms(made: Scene, reviewer: Client) -> None:
    page = text(reviewer.get(url(made, "review-pair", made.pair("Type 2 diabetes mellitus").pk)))
    siblings = page.split('<ul class="siblings">')[1].split("</ul>")[0]
    assert "Type 2 diabetes mellitus with coma" in siblings
    assert "Diabetes mellitus, Typ 2: Mit Koma" in siblings
    assert "2型糖尿病</span>" in page.split('<ul class="words">')[1].split("</ul>")[0]


def test_guidelines_cannot_bring_script_along(made: Scene, reviewer: Client) -> None:
    made.project.guidelines = "Look <script>alert(1)</script> [here](javascript:alert(1))"
    made.project.save()
    page = text(reviewer.get(url(made, "review")))
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page


def test_opening_the_page_claims_one_pair_and_reloading_keeps_it(made: Scene, reviewer: Client) -> None:
    reviewer.get(url(made, "review"))
    reviewer.get(url(made, "review"))
    assert Claim.objects.filter(reviewer=made.reviewer).count() == 1


def test_two_reviewers_never_see_the_same_pair(made: Scene, reviewer: Client) -> None:
    other = Client()
    other.force_login(made.second, backend="django.contrib.auth.backends.ModelBackend")
    shown = [client.get(url(made, "review")).context["card"].pair.pk for client in (reviewer, other)]
    assert len(set(shown)) == 2


def test_the_next_card_is_none_of_those_the_page_holds(made: Scene, reviewer: Client) -> None:
    held = [reviewer.get(url(made, "review")).context["card"].pair.pk]
    for _ in range(2):
        response = reviewer.post(url(made, "next-card"), {"holding": ",".join(map(str, held))}, headers=FETCH)
        held.append(response.context["card"].pair.pk)
    assert len(set(held)) == 3
    assert text(response).lstrip().startswith("<article")


def test_an_empty_queue_says_so_and_has_no_next_card(made: Scene, reviewer: Client) -> None:
    TermPair.objects.update(state=TermPair.States.DECIDED)
    assert "Nothing left to review" in text(reviewer.get(url(made, "review")))
    assert reviewer.post(url(made, "next-card"), headers=FETCH).status_code == 204


def test_a_held_out_pair_has_no_card(made: Scene, reviewer: Client) -> None:
    pair = made.pair("Epilepsy")
    TermPair.objects.filter(pk=pair.pk).update(state=TermPair.States.HELD_OUT)
    assert reviewer.get(url(made, "review-pair", pair.pk)).status_code == 404
    assert reviewer.post(url(made, "answer", pair.pk), {"decision": "equivalent"}).status_code == 404


def test_others_answers_stay_hidden_until_ones_own_is_in(tmp_path, db, client: Client) -> None:
    made = scenes.scene(tmp_path, slug="twice", overlap=2)
    pair = scenes.answer(made, "Asthma", "narrower", by=made.second, note="A kind of it.")
    client.force_login(made.reviewer, backend="django.contrib.auth.backends.ModelBackend")
    for said in (None, "skipped", "unsure"):
        if said:
            scenes.answer(made, "Asthma", said)
        for page in (client.get(url(made, "review-pair", pair.pk)), client.get(url(made, "pairs"))):
            assert "A kind of it." not in text(page)
            assert '<span class="chip good">Narrower' not in text(page)
            assert "answered by you" not in text(page)
    scenes.answer(made, "Asthma", "equivalent")
    assert "A kind of it." in text(client.get(url(made, "review-pair", pair.pk)))
    scenes.answer(made, "Asthma", "unsure")
    assert "A kind of it." in text(client.get(url(made, "review-pair", pair.pk)))


@pytest.mark.usefixtures("always_gold")
def test_the_review_page_costs_a_fixed_number_of_queries(
    made: Scene, reviewer: Client, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(31):
        reviewer.get(url(made, "review"))


@pytest.mark.usefixtures("always_gold")
def test_a_save_costs_a_fixed_number_of_queries(made: Scene, reviewer: Client, django_assert_max_num_queries) -> None:
    pair = reviewer.get(url(made, "review")).context["card"].pair
    with django_assert_max_num_queries(35):
        response = reviewer.post(url(made, "answer", pair.pk), {"decision": "equivalent"}, headers=FETCH)
    assert response.status_code == 200
    assert Verdict.objects.get().pair == pair


def test_corrections_run_in_their_own_direction(made: Scene, reviewer: Client) -> None:
    pair = made.pair("Heart failure", "ar")
    for user, right in ((made.second, "قصور القلب"), (made.reviewer, "هبوط القلب")):
        scenes.answer(made, "Heart failure", "corrected", right, language="ar", by=user)
    card, concept = (
        text(reviewer.get(url(made, *page))) for page in (("review-pair", pair.pk), ("concept", pair.concept_id))
    )
    for page in (card, concept):
        assert '<span lang="ar" dir="rtl">“قصور القلب”</span>' in page
        assert '<span lang="ar" dir="rtl">“هبوط القلب”</span>' in page
