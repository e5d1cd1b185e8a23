import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations.actions import Answer, ScoredPair, answer, flag_suspects
from annotations.models import Decision, Project, TermPair
from tests.annotations.builder import DIGEST, import_pairs, make_project, make_user, pair_of, queued_project, scan

pytestmark = pytest.mark.django_db
COLUMNS = [
    "source", "target", "source_language", "target_language", "concept_id",
    "score", "rank", "reasons", "held_out", "state",
]  # fmt: skip


def export(**options: object) -> str:
    out = io.StringIO()
    call_command("export_suspicions", project="medicine", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = make_project()
    pairs = [("heart", "Herz", "C1", "F"), ("-itis", "'-itis", "C2", "F"), ("=1", 'a "b", c', "C3", "F")]
    import_pairs(project, tmp_path, pairs)
    scores = {"heart": 0.25, "-itis": 0.9, "=1": 0.123456789}
    scored = [
        ScoredPair(pair.pk, scores[pair.source_term.text], ["One.", "-Two."], {}, [], [])
        for pair in TermPair.objects.select_related("source_term")
    ]
    flag_suspects(project, DIGEST, scored)
    return project


@pytest.mark.usefixtures("project")
def test_one_row_a_scored_pair_the_most_suspicious_first() -> None:
    header, *rows = csv.reader(io.StringIO(export()))
    assert header == COLUMNS
    assert rows[1] == ["heart", "Herz", "en", "de", "C1", "0.25", "2", "One. | -Two.", "0", "queued"]
    assert [row[:2] for row in rows] == [["'-itis", "'-itis"], ["heart", "Herz"], ["'=1", 'a "b", c']]
    assert rows[2][5:7] == ["0.123457", "3"]


def test_only_what_the_latest_scan_scored(project: Project) -> None:
    answer(pair_of(project, "heart"), make_user("ann"), Answer("equivalent"))
    scored = [ScoredPair(pair_of(project, source).pk, 0.5, [], {}, [], []) for source in ("heart", "-itis")]
    flag_suspects(project, "b" * 64, scored)
    rows = list(csv.DictReader(io.StringIO(export())))
    assert {(row["source"], row["state"]) for row in rows} == {("heart", "decided"), ("'-itis", "queued")}


def test_held_out_pairs_say_so(tmp_path: Path) -> None:
    project = make_project(held_out_share=0.999)
    import_pairs(project, tmp_path)
    scan(project)
    rows = list(csv.DictReader(io.StringIO(export())))
    assert {(row["held_out"], row["state"]) for row in rows} == {("1", "held_out")}


@pytest.mark.usefixtures("project")
def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "out" / "suspicions.csv"
    with pytest.raises(CommandError, match="can't be written: No such file or directory"):
        export(output=str(file))
    file.parent.mkdir()
    assert export(output=str(file)) == f"3 rows written to {file}.\n"
    assert file.read_text(encoding="utf-8") == export()
    assert list(file.parent.iterdir()) == [file]
    told = json.loads(export(output=str(file), json=True))
    assert told == {"project": "medicine", "encoder": DIGEST, "output": str(file), "rows": 3}


@pytest.mark.usefixtures("project")
def test_json_on_standard_output_holds_the_rows_as_they_are() -> None:
    told = json.loads(export(json=True))
    assert told["encoder"] == DIGEST
    assert told["rows"][0]["source"] == "-itis"
    assert list(told["rows"][0]) == COLUMNS
    assert told["rows"][1]["held_out"] is False


def test_an_export_with_decisions_filled_in_comes_back(project: Project, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(export())))
    file = tmp_path / "reviewed.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, [*COLUMNS, "decision"])
        writer.writeheader()
        writer.writerows(row | {"decision": "equivalent"} for row in rows)
    out = io.StringIO()
    call_command("import_verdicts", str(file), project="medicine", json=True, stdout=out)
    assert json.loads(out.getvalue())["imported"] == 3
    assert Decision.objects.filter(pair__project=project).count() == 3


def test_without_a_scan_the_next_step_is_named() -> None:
    make_project()
    with pytest.raises(CommandError, match="run `scan --project medicine` first"):
        export()


def test_rows_are_read_in_few_statements(tmp_path: Path, django_assert_max_num_queries) -> None:
    queued_project(tmp_path, [(f"s{n}", f"t{n}") for n in range(60)])
    with django_assert_max_num_queries(6):
        export()
