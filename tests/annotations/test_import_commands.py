import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Concept, Decision, Project, Source, TermPair
from tests.annotations.builder import make_project, queued_project, write_rows

pytestmark = pytest.mark.django_db
NEW = {"project": "medicine", "create": True, "source": "en", "target": ["de"]}
GOOD = "source,target\nheart,Herz\nlung,Lunge\n"


def run(command: str, file: Path, **options: object) -> str:
    out = io.StringIO()
    call_command(command, str(file), stdout=out, **options)
    return out.getvalue()


def told(command: str, file: Path, **options: object) -> dict:
    return json.loads(run(command, file, json=True, **options))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "terms.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_a_new_project_with_its_terms(file: Path) -> None:
    result = told(
        "import_terms", file, project="my-law", create=True, source="en", target=["de", "fr"], zero_shot=["pt"],
        domain="jurisprudence", name="Law", source_name="Dictionary", source_version="1.9", licence="GPL-2.0-or-later",
        attribution="© Somebody",
    )  # fmt: skip
    project = Project.objects.get(slug="my-law")
    assert (project.name, project.domain, project.source_language) == ("Law", "jurisprudence", "en")
    assert (project.target_languages, project.zero_shot_languages) == (["de", "fr"], ["pt"])
    assert set(TermPair.objects.values_list("target_language", flat=True)) == {"de"}
    source = Source.objects.get()
    assert (source.name, source.version, source.licence) == ("Dictionary", "1.9", "GPL-2.0-or-later")
    del result["run"]
    assert result == {
        "project": "my-law", "file": "terms.csv", "rows": 2, "imported": 2, "unchanged": 0, "bad": 0,
        "errors": [], "notes": [],
    }  # fmt: skip


def test_the_very_same_command_again_says_that_nothing_is_new(file: Path) -> None:
    run("import_terms", file, **NEW)
    out = run("import_terms", file, **NEW)
    assert "2 rows, 0 imported, 2 there already, 0 left out" in out
    assert "Nothing new" in out
    assert Project.objects.get().name == "Medicine"


def test_bad_rows_are_listed_and_counted(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "t.csv", ("source", "target"), [["heart", "Herz"], *[["", "x"]] * 12])
    out = run("import_terms", path, **NEW)
    assert "13 rows, 1 imported, 0 there already, 12 left out" in out
    assert "  line 3: source is empty" in out
    assert "line 12: " in out
    assert "line 13: " not in out
    assert "… and 2 more; --json lists them all." in out
    errors = told("import_terms", path, **NEW)["errors"]
    assert errors[0] == {"file": "t.csv", "line": 3, "reason": "source is empty"}
    assert len(errors) == 12


def test_when_nothing_can_be_imported_no_project_is_left(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "t.csv", ("source", "target"), [["", "x"], ["y", ""]])
    with pytest.raises(CommandError, match=r"No row of t\.csv could be imported: line 2: source is empty"):
        run("import_terms", path, **NEW)
    assert not Project.objects.exists()


def test_a_refused_file_ends_in_a_sentence_and_leaves_no_project(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("source,target\nvessel,Gefäß\n".encode("latin-1"))
    with pytest.raises(CommandError, match="Save the file as UTF-8"):
        run("import_terms", path, **NEW)
    assert not Project.objects.exists()


def test_the_result_for_machines_comes_before_the_failure(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "t.csv", ("source", "target"), [["", "x"]])
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("import_terms", str(path), json=True, stdout=out, **NEW)
    assert json.loads(out.getvalue())["bad"] == 1


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"project": "law"}, r"no project 'law'; the projects here are: medicine\. `import_terms FILE --project law --create"),  # noqa: E501
        ({"project": "law", "create": True}, "give --source en --target de"),
        ({"project": "law", "create": True, "source": "en", "target": ["en"]}, "comes twice"),
        ({"project": "medicine", "create": True, "source": "fr", "target": ["it"]}, "there already, from en with de, without fr, it"),  # noqa: E501
        ({"project": "medicine", "zero_shot": ["pt"]}, "without pt"),
        ({"project": "medicine", "target": ["it"]}, "no language 'it'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_project(file: Path, options: dict, reason: str) -> None:
    make_project()
    with pytest.raises(CommandError, match=reason):
        run("import_terms", file, **options)


def test_an_existing_project_takes_more_terms(file: Path) -> None:
    make_project(target_languages=["de", "fr"])
    assert told("import_terms", file, project="medicine", target=["fr"], role="control")["imported"] == 2
    assert set(Concept.objects.values_list("role", flat=True)) == {"control"}
    assert set(TermPair.objects.values_list("target_language", "state")) == {("fr", "observed")}


def test_verdicts_by_command(tmp_path: Path) -> None:
    queued_project(tmp_path)
    rows = [["heart", "Herz", "equivalent"], ["lung", "Leber", "equivalent"], ["skin", "Haut", ""]]
    path = write_rows(tmp_path / "v.csv", ("source", "target", "decision"), rows)
    out = run("import_verdicts", path, project="medicine")
    assert "2 rows, 1 imported, 0 there already, 1 left out" in out
    assert "1 rows without a decision were passed over." in out
    assert "  line 3: the project lists no pair 'lung' – 'Leber'" in out
    assert Decision.objects.get().outcome == "equivalent"
    assert "Nothing new" in run("import_verdicts", path, project="medicine")


@pytest.mark.parametrize("command", ["import_terms", "import_verdicts", "export_suspicions"])
def test_help_names_the_columns(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command(command, "--help")
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert "source, target" in out
    assert "--json" in out
