"""Statements that are put together once: the same rows as the query they were made of, whatever they are given."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.composed import LONGEST, NotComposed, composed, counted
from annotations.models import Claim, Project, Term, TermPair
from tests.annotations.builder import queued_project

pytestmark = pytest.mark.django_db


@composed
def related(pairs: list[int]) -> QuerySet[TermPair]:
    return TermPair.objects.select_related("concept", "target_term__source").filter(pk__in=pairs).order_by("pk")


@composed
def texts(project: int, language: str) -> QuerySet[Term, str]:
    return Term.objects.filter(project=project, language=language).order_by("pk").values_list("text", flat=True)


@composed
def in_languages(project: int, languages: list[str]) -> QuerySet[Term]:
    return Term.objects.filter(project=project, language__in=languages)


@composed
def lapsed(now: datetime) -> QuerySet[Claim, tuple[int, int]]:
    return Claim.objects.filter(expires_at__lte=now).order_by("pk").values_list("pk", "pair")


@composed
def others(pairs: list[int]) -> QuerySet[TermPair]:
    return TermPair.objects.exclude(pk__in=pairs).order_by("pk")


@counted
def how_many(project: int, language: str) -> Sequence[QuerySet[Any, Any]]:
    terms = Term.objects.filter(project=project).values("pk")
    return terms, terms.filter(language=language), terms[:2]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return queued_project(tmp_path)


def test_the_same_statement_finds_what_each_value_asks_for(project: Project) -> None:
    for language in ("en", "de", "nowhere"):
        assert texts(project.pk, language) == list(texts.__wrapped__(project.pk, language))
    assert texts(project.pk, "de") != texts(project.pk, "en")
    assert texts(0, "de") == []


def test_related_rows_come_along(project: Project) -> None:
    ids = [pair.pk for pair in related.__wrapped__(list(TermPair.objects.values_list("pk", flat=True)))]
    found = related(ids)
    with CaptureQueriesContext(connection) as asked:
        named = [(pair.concept.external_id, pair.target_term.source.name) for pair in found]
    assert len(asked) == 0
    assert named == [
        (pair.concept.external_id, pair.target_term.source.name) for pair in TermPair.objects.order_by("pk")
    ]


def test_lists_of_any_length_have_their_own_statement(project: Project) -> None:
    ids = [pair.pk for pair in TermPair.objects.order_by("pk")]
    for some in ([], ids[:1], ids[1:3], ids, ids * LONGEST):
        assert related(some) == list(related.__wrapped__(some))
        assert others(some) == list(others.__wrapped__(some))


def test_a_list_may_be_of_texts(project: Project) -> None:
    assert len(in_languages(project.pk, ["en", "de"])) == 12
    assert in_languages(project.pk, ["nowhere"]) == in_languages(project.pk, []) == []


def test_times_reach_the_database_as_it_keeps_them(project: Project) -> None:
    now = timezone.now()
    claim = Claim.objects.order_by("pk")[0]
    Claim.objects.filter(pk=claim.pk).update(expires_at=now)
    assert lapsed(now) == [(claim.pk, claim.pair_id)]
    assert lapsed(now - timedelta(microseconds=1)) == []


def test_several_are_counted_in_one_statement(project: Project) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert tuple(how_many(project.pk, "de")) == (12, 6, 2)
    assert len(asked) == 1


def test_rows_are_never_shared(project: Project) -> None:
    ids = [TermPair.objects.values_list("pk", flat=True)[0]]
    related(ids)[0].state = "changed"
    assert related(ids)[0].state == "queued"


def test_a_value_that_the_query_changes_is_refused() -> None:
    @composed
    def upper(text: str) -> QuerySet[Term]:
        return Term.objects.filter(text=text.replace("0", "O"))

    with pytest.raises(NotComposed, match="upper"):
        upper("one")


def test_a_number_that_no_id_can_be_is_refused() -> None:
    @composed
    def here(position: int) -> QuerySet[TermPair]:
        return TermPair.objects.filter(position=position)

    with pytest.raises(NotComposed, match="here"):
        here(1)


def test_values_are_given_by_position() -> None:
    with pytest.raises(NotComposed, match="related"):
        related(pairs=[1])
