from pathlib import Path

import pytest
from django.db import connection

from annotations import search
from annotations.actions import Answer, adjudicate
from annotations.importing.rows import MAX_BYTES
from annotations.models import Project, Term
from tests.annotations.builder import import_pairs, make_project, make_user, pair_of

pytestmark = pytest.mark.django_db

PAIRS = [
    ("heart", "Herz"), ("heart failure", "Herzinsuffizienz"), ("failing heart", "schwaches Herz"),
    ("oesophagus", "Ösophagus"), ("type 2 diabetes", "Diabetes mellitus Typ 2"), ("spiral CT", "Spiral-CT"),
    ("100 % loss", "Verlust_von 100 %"), ("quote", 'das "Wort"'), ("sugar", "Zucker"),
]  # fmt: skip
CHINESE = [("diabetes", "2型糖尿病"), ("sugar substance", "糖"), ("urine", "尿"), ("disease", "病")]


@pytest.fixture(params=["small", "large"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Both ways that a search can go: a walk through a small project, the index in a large one."""
    if request.param == "large":
        monkeypatch.setattr(search, "SMALL", 0)
    made = make_project(target_languages=["de", "zh"])
    import_pairs(made, tmp_path, PAIRS, target_language="de")
    import_pairs(made, tmp_path, CHINESE, target_language="zh")
    other = make_project(slug="other")
    import_pairs(other, tmp_path, [("heart", "Herz"), ("heartache", "Herzeleid")])
    return made


@pytest.mark.parametrize(
    ("typed", "language", "found"),
    [
        ("herz", "de", ["Herz", "Herzinsuffizienz", "schwaches Herz"]),
        ("HERZ", "de", ["Herz", "Herzinsuffizienz", "schwaches Herz"]),
        ("insuff", "de", ["Herzinsuffizienz"]),
        ("osoph", "de", ["Ösophagus"]),
        ("ösophagus", "de", ["Ösophagus"]),
        ("mellitus typ", "de", ["Diabetes mellitus Typ 2"]),
        ("litus ty", "de", ["Diabetes mellitus Typ 2"]),
        ("t 2", "de", []),
        ("typ 2", "de", ["Diabetes mellitus Typ 2"]),
        ("糖", "zh", ["糖", "2型糖尿病"]),
        ("糖尿", "zh", ["2型糖尿病"]),
        ("尿病", "", ["2型糖尿病"]),
        ("病尿", "zh", []),
        ("ct", "en", ["spiral CT"]),
        ("s", "en", ["spiral CT", "sugar", "sugar substance"]),
        ("f", "en", ["failing heart", "heart failure"]),
        ("100 %", "de", ["Verlust_von 100 %"]),
        ("t_v", "de", ["Verlust_von 100 %"]),
        ("t%v", "de", []),
        ('"wort"', "de", ['das "Wort"']),
        ("' OR 1=1", "de", []),
        ("   ", "de", []),
        ("́", "de", []),
        ("heart", "", ["heart", "heart failure", "failing heart"]),
    ],
)
def test_what_is_found(project: Project, typed: str, language: str, found: list[str]) -> None:
    assert [term.text for term in search.terms(project, typed, language=language)] == found


def test_the_limit_keeps_the_best(project: Project) -> None:
    assert [term.text for term in search.terms(project, "herz", language="de", limit=1)] == ["Herz"]
    assert [term.text for term in search.terms(project, "herz", language="de", limit=2)] == ["Herz", "Herzinsuffizienz"]


def test_rejected_terms_are_not_found(project: Project) -> None:
    adjudicate(pair_of(project, "heart"), make_user("lead", project, "lead"), Answer("not_equivalent"))
    assert "Herz" not in [term.text for term in search.terms(project, "herz", language="de")]


def test_texts_come_once(project: Project, tmp_path: Path) -> None:
    import_pairs(project, tmp_path, [("core", "Herz")], target_language="de")
    assert search.texts(project, "de", "herz", limit=2) == ["Herz", "Herzinsuffizienz"]


def test_the_index_follows_what_is_corrected_and_deleted(project: Project) -> None:
    term = Term.objects.get(project=project, text="Zucker")
    term.text = "Saccharose"
    term.save()
    assert [found.text for found in search.terms(project, "cchar", language="de")] == ["Saccharose"]
    assert search.terms(project, "ucke", language="de") == []
    term.delete()
    assert search.terms(project, "cchar", language="de") == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO annotations_term_search (annotations_term_search, rank)"
                           " VALUES ('integrity-check', 1)")  # fmt: skip


def test_a_very_long_term_goes_in_and_is_found(project: Project, tmp_path: Path) -> None:
    """Its search key has as many letters, and an entry of PostgreSQL's B-tree takes 2,704 bytes."""
    text = "".join(chr(0x4E00 + 7 * n) for n in range(MAX_BYTES // 3))
    import_pairs(project, tmp_path, [("heart", text)], target_language="zh")
    assert [term.text for term in search.terms(project, text[:150], language="zh")] == [text]
    assert [term.text for term in search.terms(project, text[780:830], language="zh")] == [text]


def test_the_index_is_used(project: Project) -> None:
    """A later migration that has Django rebuild the table would lose it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            wanted = {f"annotations_term_search_{event}" for event in ("insert", "update", "delete")}
        else:
            cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'annotations_term'")
            wanted = {"annotations_term_search", "annotations_term_beginnings"}
        assert wanted <= {name for (name,) in cursor.fetchall()}
