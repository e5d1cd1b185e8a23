"""The interface speaks German too: every sentence of code and templates is in the catalogue, and none is left bare."""

import re
from pathlib import Path

import polib
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from annotations.decisions import Decisions
from tests.scenes import answered, measured_round, scene
from workbench import catalogues

TEMPLATES = sorted(
    path for name in catalogues.PACKAGES for path in (catalogues.ROOT / name).rglob("templates/**/*.html")
)
PATHS = catalogues.catalogues()
BARE = {"Tertium", "UTC", "Ctrl", "Enter", "Esc", "Z", "P@1"}  # names and keys, the same in every language
NOT_TEXT = (
    r"\{% blocktranslate.*?endblocktranslate %\}", r"\{%.*?%\}", r"\{\{.*?\}\}", r"\{#.*?#\}",
    r"<(code|script|style)\b.*?</\1>", "<!doctype html>",
)  # fmt: skip
PARTS = re.compile("|".join(NOT_TEXT), re.DOTALL)
SPOKEN = re.compile(r"(?:aria-label|title|placeholder|alt)=\"([^\"]*)\"")
PLACES = re.compile(r"%\(\w+\)[0-9]*[sd]")


@pytest.fixture(scope="module")
def german() -> str:
    for path in PATHS:
        catalogues.compile_one(path)
    return "de"


def test_there_are_sentences_and_a_german_catalogue() -> None:
    assert len(catalogues.messages()) > 300
    assert [path.parent.parent.name for path in PATHS] == ["de"]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.parent.name)
def test_every_sentence_is_translated(path: Path) -> None:
    """`python -m workbench.catalogues update` takes new ones in and drops the others."""
    known = {(entry.msgid, entry.msgid_plural): entry for entry in polib.pofile(str(path))}
    said = catalogues.messages()
    assert sorted(set(said) - set(known)) == []
    assert sorted(set(known) - set(said)) == []
    assert [entry.msgid for entry in known.values() if entry.fuzzy or not entry.translated()] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.parent.name)
def test_translations_keep_the_places_for_values(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        wanted = sorted(set(PLACES.findall(entry.msgid)))
        for text in [entry.msgstr] if not entry.msgid_plural else entry.msgstr_plural.values():
            assert sorted(set(PLACES.findall(text))) == wanted, entry.msgid


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_bare_text(path: Path) -> None:
    assert bare(path.read_text(encoding="utf-8")) == []


def bare(source: str) -> list[str]:
    left = PARTS.sub(" ", source)
    texts = [*SPOKEN.findall(left), *re.split(r"<[^>]*>", left)]
    words = {word for text in texts for word in re.findall(r"[A-Za-z][A-Za-z@1]+|\bZ\b", text)}
    return sorted(words - BARE)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_what_is_in_a_language_of_its_own_says_its_direction(path: Path) -> None:
    """Arabic between two Latin words is torn apart otherwise."""
    source = path.read_text(encoding="utf-8").replace("<html lang", "<html")
    assert re.findall(r"lang=\"\{\{[^\"]*\"(?! dir=)", source) == []


def test_bare_text_would_be_found() -> None:
    assert bare('<p title="Not said">{% translate "Said" %} {{ shown }} Bare</p>') == ["Bare", "Not", "said"]


def test_new_sentences_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "workbench").mkdir()
    (tmp_path / "workbench" / "new.py").write_text('say = ngettext("%(n)d thing", "%(n)d things", 2)\n_("Alone")\n')
    plural = "{% blocktranslate count n=2 %}{{ n }} hit{% plural %}{{ n }} hits{% endblocktranslate %}"
    (tmp_path / "workbench" / "new.html").write_text("{% load i18n %}{% translate '95 %' %}" + plural)
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    found = {("%(n)d thing", "%(n)d things"), ("Alone", ""), ("95 %%", ""), ("%(n)s hit", "%(n)s hits")}
    assert set(catalogues.messages()) == found


def test_the_browser_chooses_the_language(db: None, client: Client, german: str) -> None:
    for asked, heading in (("de-AT,de;q=0.9", "Anmelden"), ("en", "Sign in"), ("fr", "Sign in")):
        page = client.get(reverse("login"), headers={"Accept-Language": asked}).content.decode()
        assert f"<h1>{heading}</h1>" in page
    assert '<html lang="en">' in page


def test_the_review_page_speaks_german(db: None, tmp_path: Path, client: Client, german: str) -> None:
    made = scene(tmp_path)
    client.force_login(made.reviewer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("review", args=["medicine"]), headers={"Accept-Language": german}).content.decode()
    for text in (
        "Gleichwertig",
        "Warum es hier ist",
        "Nah am Quellterm: Deutsch",
        "Rückgängig",
        '<html lang="de">',
    ):
        assert text in page
    assert "0,97" in page  # figures too


def test_labels_of_choices_speak_german(german: str) -> None:
    with translation.override(german):
        assert str(Decisions.EQUIVALENT.label) == "Gleichwertig"


def test_drawings_keep_the_decimal_point(db: None, tmp_path: Path, client: Client, german: str) -> None:
    """A comma in a coordinate leaves a chart empty."""
    made = scene(tmp_path)
    answered(made)
    measured_round(made)
    client.force_login(made.lead, backend="django.contrib.auth.backends.ModelBackend")
    drawn = []
    for name, *rest in (("overview",), ("round", 1)):
        address = reverse(name, args=[made.project.slug, *rest])
        page = client.get(address, headers={"Accept-Language": german}).content.decode()
        drawn += re.findall(r"<(?:rect|line|circle)\b[^>]*>", page)
    assert len(drawn) > 20
    assert [shape for shape in drawn if re.search(r'"-?\d+,\d', shape)] == []
