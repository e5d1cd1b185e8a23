import hashlib
from pathlib import Path

import pytest

from annotations import intake
from annotations.actions import Answer, ImportReport, SourceInfo, answer, create_project, import_terms
from annotations.importing.rows import InvalidFile
from annotations.intake import is_held_out
from annotations.models import Concept, ImportRun, Project, Source, Term, TermPair
from tests.annotations.builder import make_project, make_user, pair_of, write_rows

pytestmark = pytest.mark.django_db
TERMS = ("concept_id", "family", "language", "term")
PAIRS = ("source", "target")


def load(
    project: Project, folder: Path, rows: list[list[str]], header: tuple[str, ...] = TERMS, **options
) -> ImportReport:
    return import_terms(project, write_rows(folder / "terms.csv", header, rows), **options)


def listed(project: Project) -> set[tuple[str, str, str]]:
    found = TermPair.objects.filter(project=project)
    return set(found.values_list("source_term__text", "target_term__text", "state"))


def test_each_source_term_is_paired_with_each_target_term_of_its_concept(tmp_path: Path) -> None:
    project = make_project(target_languages=["de", "fr"])
    rows = [["C1", "F", "en", "heart"], ["C1", "F", "en", "cor"], ["C1", "F", "de", "Herz"], ["C1", "F", "fr", "cœur"]]
    rows += [["C2", "F", "en", "lung"], ["C2", "F", "fr", "poumon"], ["C3", "F", "de", "Leber"]]
    report = load(project, tmp_path, rows)
    assert (report.rows, report.imported, report.unchanged, report.errors) == (7, 7, 0, [])
    texts = {("heart", "Herz"), ("heart", "cœur"), ("cor", "Herz"), ("cor", "cœur"), ("lung", "poumon")}
    assert listed(project) == {(*pair, "listed") for pair in texts}
    assert Term.objects.filter(concept__external_id="C3").count() == 1


def test_pairs_of_a_file_stay_the_pairs_it_lists(tmp_path: Path) -> None:
    project = make_project()
    rows = [["heart", "Herz", "C1"], ["cor", "Kor", "C1"]]
    assert load(project, tmp_path, rows, (*PAIRS, "concept_id")).imported == 2
    assert listed(project) == {("heart", "Herz", "listed"), ("cor", "Kor", "listed")}


def test_the_same_file_again_adds_nothing(tmp_path: Path) -> None:
    project = make_project()
    rows = [["C1", "F", "en", "heart"], ["C1", "F", "de", "Herz"]]
    load(project, tmp_path, rows)
    before = list(TermPair.objects.values()), list(Term.objects.values()), list(Concept.objects.values())
    report = load(project, tmp_path, rows)
    assert (report.imported, report.unchanged, report.errors) == (0, 2, [])
    assert before == (list(TermPair.objects.values()), list(Term.objects.values()), list(Concept.objects.values()))
    assert Source.objects.count() == 1
    assert ImportRun.objects.count() == 2


def test_a_later_file_adds_to_what_is_there(tmp_path: Path) -> None:
    project = make_project()
    load(project, tmp_path, [["C1", "F", "en", "heart"], ["C1", "F", "de", "Herz"]])
    report = load(project, tmp_path, [["C1", "F", "en", "heart"], ["C1", "", "de", "Kor"]])
    assert (report.imported, report.unchanged) == (1, 1)
    assert listed(project) == {("heart", "Herz", "listed"), ("heart", "Kor", "listed")}


def test_bad_rows_are_reported_in_the_file_s_order_and_good_ones_imported(tmp_path: Path) -> None:
    project = make_project()
    rows = [
        ["C1", "F", "en", "heart"],
        ["C1", "F", "xx", "heart"],
        ["C1", "F", "en", "heart"],
        ["C1", "G", "de", "Herz"],
        ["C1", "F", "de", ""],
        ["C1", "F", "de", "Herz", "extra"],
        ["C1", "F", "de", "Herz"],
    ]
    report = load(project, tmp_path, rows)
    assert (report.rows, report.imported) == (7, 2)
    assert [(error.line, error.reason.split(":")[0]) for error in report.errors] == [
        (3, "the project has no language 'xx'"),
        (4, "duplicate of line 2"),
        (5, "concept 'C1' belongs to family 'F' already, not to 'G'"),
        (6, "term is empty"),
        (7, "too many columns"),
    ]
    run = ImportRun.objects.get(pk=report.run_id)
    assert (run.rows, run.imported, len(run.errors), run.kind) == (7, 2, 5, "terms")
    assert run.errors[0]["line"] == 3
    assert listed(project) == {("heart", "Herz", "listed")}


def test_a_family_that_is_left_out_is_the_one_the_concept_has(tmp_path: Path) -> None:
    project = make_project()
    load(project, tmp_path, [["C1", "F", "en", "heart"]])
    assert not load(project, tmp_path, [["cor", "Kor", "C1"]], (*PAIRS, "concept_id")).errors
    assert Concept.objects.get().family == "F"


def test_states_of_pairs(tmp_path: Path) -> None:
    project = make_project(zero_shot_languages=["pt"], held_out_share=0.5)
    held, open_ = sorted(("F0", "F1", "F2", "F3", "F4", "F5"), key=lambda name: not is_held_out(project, name))[::5]
    assert is_held_out(project, held)
    assert not is_held_out(project, open_)
    rows = [
        [family, family, *term]
        for family in (held, open_)
        for term in (["en", f"a {family}"], ["de", f"d {family}"], ["pt", f"p {family}"])
    ]
    load(project, tmp_path, rows)
    load(project, tmp_path, rows, role="control")
    states = TermPair.objects.values_list("concept__role", "concept__family", "target_language", "state")
    assert set(states) == {
        ("domain", held, "de", "held_out"),
        ("domain", held, "pt", "observed"),
        ("domain", open_, "de", "listed"),
        ("domain", open_, "pt", "observed"),
        ("control", held, "de", "observed"),
        ("control", held, "pt", "observed"),
        ("control", open_, "de", "observed"),
        ("control", open_, "pt", "observed"),
    }


def test_held_out_families_are_a_stable_share(tmp_path: Path) -> None:
    project = make_project(held_out_share=0.2)
    rows = [[f"source {n}", f"target {n}", f"C{n}", f"F{n // 2}"] for n in range(1000)]
    load(project, tmp_path, rows, (*PAIRS, "concept_id", "family"))
    held = set(Concept.objects.filter(held_out=True).values_list("family", flat=True))
    assert 70 < len(held) < 130
    assert not held & set(Concept.objects.filter(held_out=False).values_list("family", flat=True))
    assert held == {f"F{n}" for n in range(500) if is_held_out(project, f"F{n}")}


def test_the_split_is_the_hash_of_project_and_family() -> None:
    """Frozen: another hash would move families between training and measuring."""
    project = make_project(held_out_share=0.5)
    for family in ("E11", "I50", "J45"):
        first = hashlib.sha256(f"medicine:{family}".encode()).digest()[0]
        assert is_held_out(project, family) == (first < 128)


def test_a_later_term_is_paired_with_those_that_are_there_but_for_rejected_ones(tmp_path: Path) -> None:
    project = make_project()
    load(project, tmp_path, [["C1", "F", "en", "heart"], ["C1", "F", "de", "Herz"], ["C1", "F", "de", "Lunge"]])
    answer(pair_of(project, "heart", "Lunge"), make_user("ann"), Answer("not_equivalent"))
    load(project, tmp_path, [["C1", "F", "en", "cor"]])
    assert listed(project) == {("heart", "Herz", "listed"), ("heart", "Lunge", "decided"), ("cor", "Herz", "listed")}


def test_a_concept_id_that_swallows_everything_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_TERMS_A_CONCEPT", 3)
    project = make_project()
    report = load(project, tmp_path, [["C", "F", "en", f"term {n}"] for n in range(5)])
    assert [(error.line, error.reason) for error in report.errors] == [
        (5, "concept 'C' has 3 terms in en: is its id right?"),
        (6, "concept 'C' has 3 terms in en: is its id right?"),
    ]
    assert load(project, tmp_path, [["C", "F", "en", "term 9"]]).errors[0].line == 2


def test_where_terms_come_from(tmp_path: Path) -> None:
    project = make_project()
    rows = [["C1", "F", "en", "heart"]]
    load(project, tmp_path, rows)
    assert Term.objects.get().source.name == "terms.csv"
    load(project, tmp_path, rows, source=SourceInfo("ICD-10", "2019", "CC-BY-4.0", "© WHO"))
    source = Term.objects.get().source
    assert (source.name, source.version, source.licence, source.attribution) == ("ICD-10", "2019", "CC-BY-4.0", "© WHO")


def test_a_file_with_a_header_only_is_empty(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"terms\.csv is empty: it has a header and no rows"):
        load(make_project(), tmp_path, [])


def test_a_file_of_bad_rows_leaves_nothing_but_its_run(tmp_path: Path) -> None:
    report = load(make_project(), tmp_path, [["", "F", "en", "heart"]])
    assert (report.imported, len(report.errors)) == (0, 1)
    assert not Concept.objects.exists()


def test_a_break_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "pairs":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(make_project(), tmp_path, [["heart", "Herz"]], PAIRS, progress=interrupt)
    assert not Term.objects.exists()
    assert not Source.objects.exists()


def test_a_thousand_bad_rows_are_stored_and_the_rest_counted(tmp_path: Path) -> None:
    report = load(make_project(), tmp_path, [["C", "F", "xx", f"term {n}"] for n in range(1200)])
    assert len(report.errors) == 1200
    stored = ImportRun.objects.get().errors
    assert len(stored) == 1001
    assert stored[-1]["reason"] == "200 more rows could not be read"


def test_projects_keep_their_terms_apart(tmp_path: Path) -> None:
    first, second = make_project(), make_project(slug="law")
    for project in (first, second):
        assert load(project, tmp_path, [["heart", "Herz"]], PAIRS).imported == 1
    assert listed(first) == listed(second) == {("heart", "Herz", "listed")}


def test_progress_reaches_the_end_of_every_stage(tmp_path: Path) -> None:
    seen: dict[str, tuple[int, int]] = {}
    rows = [[f"source {n}", f"target {n}"] for n in range(1500)]
    load(make_project(), tmp_path, rows, PAIRS, progress=lambda stage, done, total: seen.update({stage: (done, total)}))
    assert seen == {"read": (1501, 1501), "terms": (3000, 3000), "pairs": (1500, 1500)}


def test_the_number_of_statements_does_not_grow_with_the_rows(tmp_path: Path, django_assert_max_num_queries) -> None:
    project = create_project(
        slug="law", name="Law", domain="law", source_language="en", target_languages=["de"], held_out_share=0.2
    )
    rows = [[f"source {n}", f"target {n}"] for n in range(900)]
    with django_assert_max_num_queries(60):
        load(project, tmp_path, rows, PAIRS)


def test_part_of_speech_and_context_come_in_and_later_files_complete_them(tmp_path: Path) -> None:
    project = make_project()
    load(project, tmp_path, [["C1", "F", "en", "heart"], ["C1", "F", "de", "Herz"]])
    header = (*TERMS, "part_of_speech", "context")
    rows = [["C1", "F", "de", "Herz", "noun", "Das Herz schlägt."], ["C1", "F", "de", "Kor", "", "Selten."]]
    report = load(project, tmp_path, [["C1", "F", "en", "heart", "", ""], *rows], header)
    assert (report.imported, report.unchanged) == (2, 1)
    told = {term.text: (term.part_of_speech, term.context) for term in Term.objects.all()}
    assert told == {"heart": ("", ""), "Herz": ("noun", "Das Herz schlägt."), "Kor": ("", "Selten.")}
    again = load(project, tmp_path, [["C1", "F", "de", "Herz", "verb", "Anders."]], header)
    assert (again.imported, again.unchanged) == (0, 1)
    assert Term.objects.get(text="Herz").part_of_speech == "noun"
