"""Each filter of the lists walks an index in the order of the queue: otherwise a million pairs are slow."""

from pathlib import Path

import pytest
from django.db import connection

from annotations.actions import Answer, answer
from annotations.concepts import terms_in_family
from annotations.models import Concept, Project, Term
from annotations.queue import listed
from tests.annotations.builder import make_user, pair_of, queued_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = queued_project(tmp_path)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # of six pairs it would read all, whatever index there is
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
            )
    return project


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "pairs_in_order"),
        ({"state": "conflict"}, "pairs_of_a_state"),
        ({"language": "de"}, "pairs_of_a_language"),
        ({"language": "de", "state": "conflict"}, "pairs_of_language_and_state"),
        ({"outcome": "antonym"}, "pairs_of_any_outcome"),
        ({"outcome": "antonym", "state": "decided"}, "pairs_of_any_outcome"),
        ({"language": "de", "outcome": "antonym"}, "pairs_of_language_and_outcome"),
        ({"language": "de", "outcome": "antonym", "state": "decided"}, "pairs_of_language_and_outcome"),
    ],
)
def test_each_filter_has_its_index(project: Project, wanted: dict[str, str], index: str) -> None:
    rows = listed(project, **wanted).values_list("pk", "position")[:26]
    assert index in rows.explain()


def test_an_outcome_means_decided(project: Project) -> None:
    pair = pair_of(project, "heart")
    answer(pair, make_user("ann"), Answer("related"))
    assert list(listed(project, outcome="related")) == [pair]
    assert list(listed(project, outcome="related", state="decided")) == [pair]
    assert list(listed(project, outcome="related", state="queued")) == []


@pytest.mark.django_db(transaction=True)  # what ANALYZE writes of a table's size outlives a transaction that is undone
def test_a_cards_family_is_found_by_its_index_among_many_terms(project: Project) -> None:
    """PostgreSQL tries all orders of eight tables; with a ninth it read all concepts."""
    names = [f"other {number}" for number in range(5_000)]
    rest = Concept.objects.bulk_create(
        Concept(project=project, external_id=name, family=name, held_out=False) for name in names
    )
    template = Term.objects.filter(concept=pair_of(project, "heart").concept).first()
    assert template is not None
    fields = {"project": project, "source": template.source, "language": "en"}
    Term.objects.bulk_create(Term(concept=one, text=one.family, **fields) for one in rest)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    own = pair_of(project, "heart").concept
    plan = terms_in_family.__wrapped__(project.pk, own.family, own.role, own.pk, "en", "de", 0).explain()
    assert "families_of_a_role" in plan
    assert "Seq Scan on annotations_concept " not in plan
    assert "Seq Scan on annotations_term " not in plan
