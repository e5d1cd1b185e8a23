from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations import concepts
from annotations.actions import Answer, adjudicate, answer, comment, import_terms, undo_last
from annotations.models import Concept, Project
from tests.annotations.builder import make_project, make_user, pair_of, scan, write_rows

pytestmark = pytest.mark.django_db
HEADER = ["concept_id", "family", "language", "term"]
ROWS = [
    ("E11", "E11", "en", "type 2 diabetes"), ("E11", "E11", "de", "Diabetes Typ 2"), ("E11", "E11", "fr", "diabète 2"),
    ("E11", "E11", "en", "T2D"), ("E11.0", "E11", "en", "diabetic coma"), ("E11.0", "E11", "de", "Koma"),
    ("E10", "E10", "en", "type 1 diabetes"), ("E10", "E10", "de", "Diabetes Typ 1"),
]  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = make_project(target_languages=["fr", "de"], overlap=2)
    import_terms(made, write_rows(tmp_path / "terms.csv", HEADER, ROWS))
    scan(made)
    return made


def test_a_concept_with_all_that_belongs_to_it(project: Project) -> None:
    lead, ann, bob = make_user("lead", project, "lead"), make_user("ann", project), make_user("bob", project)
    concept = Concept.objects.get(external_id="E11")
    german = pair_of(project, "type 2 diabetes", "Diabetes Typ 2")
    adjudicate(pair_of(project, "T2D", "Diabetes Typ 2"), lead, Answer("not_equivalent"))
    answer(german, ann, Answer("equivalent"))
    answer(german, bob, Answer("related"))
    undo_last(project, bob)
    thread = comment(project, ann, "Short form?", concept=concept)
    comment(project, lead, "Yes.", reply_to=thread)
    comment(project, bob, "And the French?", pair=pair_of(project, "T2D", "diabète 2"))
    with CaptureQueriesContext(connection) as queries:
        found = concepts.page(project, concept, viewer=lead)
        shown = {
            "terms": {language: [term.text for term in terms] for language, terms in found.terms.items()},
            "pairs": [(pair.source_term.text, pair.target_term.text, getattr(pair.decision_or_none, "outcome", None))
                      for pair in found.pairs],
            "family": [(member.concept.external_id, {language: [term.text for term in terms]
                       for language, terms in member.terms.items()}) for member in found.family],
            "history": [(row.reviewer.username, row.decision, row.taken_back, row.pair.source_term.text)
                        for row in found.history],
            "comments": [(thread.comment.author.username, [reply.text for reply in thread.replies])
                         for thread in found.comments],
        }  # fmt: skip
    assert len(queries) <= 9
    assert list(shown["terms"].items()) == [
        ("en", ["type 2 diabetes", "T2D"]), ("fr", ["diabète 2"]), ("de", ["Diabetes Typ 2"])
    ]  # fmt: skip
    assert ("T2D", "Diabetes Typ 2", "not_equivalent") in shown["pairs"]
    assert ("type 2 diabetes", "diabète 2", None) in shown["pairs"]
    assert shown["family"] == [("E11.0", {"en": ["diabetic coma"], "de": ["Koma"]})]
    assert shown["history"] == [
        ("bob", "related", True, "type 2 diabetes"), ("ann", "equivalent", False, "type 2 diabetes"),
        ("lead", "not_equivalent", False, "T2D"),
    ]  # fmt: skip
    assert shown["comments"] == [("bob", []), ("ann", ["Yes."])]
    assert not found.cut


def test_others_answers_stay_hidden_until_one_s_own_is_in(project: Project) -> None:
    ann, bob = make_user("ann", project), make_user("bob", project)
    concept = Concept.objects.get(external_id="E11")
    pair = pair_of(project, "type 2 diabetes", "Diabetes Typ 2")
    answer(pair, ann, Answer("equivalent"))
    assert concepts.page(project, concept, viewer=bob).history == []
    answer(pair, bob, Answer("skipped"))
    assert concepts.page(project, concept, viewer=bob).history == []
    answer(pair, bob, Answer("related"))
    assert [row.reviewer.username for row in concepts.page(project, concept, viewer=bob).history] == [
        "bob", "bob", "ann"
    ]  # fmt: skip


def test_a_huge_family_is_cut_and_says_so(project: Project, tmp_path: Path) -> None:
    rows = [(f"E11.{n:03}", "E11", "en", f"kind {n}") for n in range(60)]
    import_terms(project, write_rows(tmp_path / "more.csv", HEADER, rows))
    concept = Concept.objects.get(external_id="E11")
    ann = make_user("ann", project)
    with CaptureQueriesContext(connection) as queries:
        found = concepts.page(project, concept, viewer=ann)
    assert (len(found.family), found.cut) == (concepts.FAMILY, {"family"})
    assert len(queries) <= 9


def test_each_part_says_for_itself_that_it_was_cut(
    project: Project, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, pair = make_user("ann", project), pair_of(project, "type 2 diabetes", "Diabetes Typ 2")
    address = reverse("concept", args=[project.slug, pair.concept_id])
    client.force_login(ann, backend="django.contrib.auth.backends.ModelBackend")
    for said in ("equivalent", "related"):
        answer(pair, ann, Answer(said))
        comment(project, ann, said, pair=pair)
    said = {
        "PAIRS": "There are more pairs;", "HISTORY": "There are older answers;",
        "THREADS": "There are older comments;", "FAMILY": "The family is larger;",
    }  # fmt: skip
    for name in ("PAIRS", "HISTORY", "THREADS"):
        with monkeypatch.context() as patched:
            patched.setattr(concepts, name, 1)
            page = client.get(address).content.decode()
        assert [one for one, sentence in said.items() if sentence in page] == [name]
    page = client.get(address).content.decode()
    assert page.count("Diabetes Typ 2</span></p>") == 2  # each thread names its pair
