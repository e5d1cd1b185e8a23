from pathlib import Path

import pytest

from annotations.actions import Answer, ImportReport, answer, import_terms, import_user, import_verdicts, undo_last
from annotations.importing.rows import InvalidFile
from annotations.models import Claim, Decision, ImportRun, Project, TermPair, Verdict
from tests.annotations.builder import (
    PAIRS,
    import_pairs,
    make_project,
    make_user,
    pair_of,
    queued_project,
    term,
    write_rows,
)

pytestmark = pytest.mark.django_db
HEADER = ("source", "target", "decision", "correction", "reviewer")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return queued_project(tmp_path)


def load(project: Project, folder: Path, rows: list[list[str]], header: tuple[str, ...] = HEADER) -> ImportReport:
    rows = [[*row, *[""] * (len(header) - len(row))] for row in rows]
    return import_verdicts(
        project, write_rows(folder / "verdicts.csv", header, rows), reviewer_fallback=import_user(project)
    )


def reasons(report: ImportReport) -> list[tuple[int, str]]:
    return [(error.line, error.reason) for error in report.errors]


def test_verdicts_do_what_they_do_on_the_page(project: Project, tmp_path: Path) -> None:
    ann = make_user("ann", project)
    rows = [["heart", "Herz", "equivalent", "", "ann"], ["lung", "Lunge", "corrected", "Lungenflügel", "ann"]]
    rows += [["liver", "Leber", "not_equivalent", "", "ann"], ["kidney", "Niere", "unsure", "", "ann"]]
    report = load(project, tmp_path, rows)
    assert (report.rows, report.imported, report.unchanged, report.errors) == (4, 4, 0, [])
    assert set(Verdict.objects.values_list("reviewer", "origin")) == {(ann.pk, "file")}
    outcomes = Decision.objects.values_list("pair__source_term__text", "outcome", "correction", "weight")
    assert set(outcomes) == {
        ("heart", "equivalent", "", 0.7),
        ("lung", "corrected", "Lungenflügel", 0.7),
        ("liver", "not_equivalent", "", 0.7),
    }
    assert term(project, "Leber").state == "rejected"
    assert TermPair.objects.get(correction_of__isnull=False).target_term.text == "Lungenflügel"
    assert Claim.objects.filter(answered=False).values("pair").distinct().count() == 3
    run = ImportRun.objects.get(pk=report.run_id)
    assert (run.kind, run.imported) == ("verdicts", 4)


def test_the_same_file_again_changes_nothing(project: Project, tmp_path: Path) -> None:
    rows = [[source, target, "equivalent"] for source, target in PAIRS]
    load(project, tmp_path, rows)
    before = list(Verdict.objects.values()), list(Decision.objects.values())
    report = load(project, tmp_path, rows)
    assert (report.imported, report.unchanged, report.errors) == (0, 6, [])
    assert before == (list(Verdict.objects.values()), list(Decision.objects.values()))


def test_a_file_read_again_does_not_take_back_what_was_said_since(project: Project, tmp_path: Path) -> None:
    ann, pair = make_user("ann"), pair_of(project, "heart")
    rows = [["heart", "Herz", "equivalent", "", "ann"]]
    load(project, tmp_path, rows)
    answer(pair, ann, Answer("broader"))
    assert load(project, tmp_path, rows).unchanged == 1
    assert Decision.objects.get().outcome == "broader"
    undo_last(project, ann)
    undo_last(project, ann)
    assert load(project, tmp_path, rows).imported == 1


def test_an_answer_given_on_the_page_is_there_already(project: Project, tmp_path: Path) -> None:
    answer(pair_of(project, "heart"), make_user("ann"), Answer("equivalent"))
    assert load(project, tmp_path, [["heart", "Herz", "equivalent", "", "ann"]]).unchanged == 1


def test_names_without_an_account_belong_to_the_project_s_import_account(project: Project, tmp_path: Path) -> None:
    report = load(project, tmp_path, [["heart", "Herz", "equivalent", "", "ghost"], ["lung", "Lunge", "equivalent"]])
    user = Verdict.objects.values_list("reviewer__username", flat=True).distinct().get()
    assert user == "import-medicine"
    assert report.notes == ["No account for ghost: their verdicts belong to import-medicine."]
    account = import_user(project)
    assert not account.is_active
    assert not account.has_usable_password()


def test_bad_rows_are_reported_and_good_ones_imported(tmp_path: Path) -> None:
    project = make_project(slug="p", held_out_share=0.5)
    import_pairs(project, tmp_path, [(f"s{n}", f"t{n}") for n in range(20)])
    import_pairs(project, tmp_path, [("common", "gemein")], role="control")
    held = TermPair.objects.filter(state="held_out").select_related("source_term", "target_term")[0]
    free = TermPair.objects.filter(state="listed").select_related("source_term", "target_term")[0]
    texts = free.source_term.text, free.target_term.text
    rows = [
        ["s0", "nothing", "equivalent"],
        [held.source_term.text, held.target_term.text, "equivalent"],
        ["common", "gemein", "equivalent"],
        [*texts, "perhaps"],
        [*texts, "corrected"],
        [*texts, "corrected", texts[1]],
        [*texts, "equivalent", "something"],
        [*texts, "equivalent"],
        [*texts, "equivalent"],
        [*texts, "related"],
    ]
    report = load(project, tmp_path, rows)
    assert (report.rows, report.imported, report.unchanged) == (10, 1, 0)
    expected = [
        (2, "the project lists no pair 's0' – 'nothing'"),
        (3, "This pair is held out"),
        (4, "This pair is only measured"),
        (5, "'perhaps' is not a decision"),
        (6, "the decision is 'corrected', but"),
        (7, "The correction is the listed term itself"),
        (8, "A correction does not go with “Equivalent”"),
        (10, "duplicate of line 9"),
        (11, "line 9 already says 'equivalent' of this pair for the same reviewer"),
    ]
    found = reasons(report)
    assert [line for line, _ in found] == [line for line, _ in expected]
    for (_, reason), (_, beginning) in zip(found, expected, strict=True):
        assert reason.startswith(beginning)
    assert Verdict.objects.get().pair == free


def test_every_concept_s_pair_with_these_texts_gets_the_verdict(tmp_path: Path) -> None:
    project = make_project()
    import_pairs(project, tmp_path, [("heart", "Herz", "C1", "F1"), ("heart", "Herz", "C2", "F2")])
    assert load(project, tmp_path, [["heart", "Herz", "equivalent"]]).imported == 1
    assert set(Decision.objects.values_list("pair__concept__external_id", flat=True)) == {"C1", "C2"}


def test_texts_in_several_languages_need_a_language(tmp_path: Path) -> None:
    project = make_project(target_languages=["de", "fr"])
    rows = [["C1", "F", "en", "angina"], ["C1", "F", "de", "Angina"], ["C1", "F", "fr", "Angina"]]
    import_terms(project, write_rows(tmp_path / "t.csv", ("concept_id", "family", "language", "term"), rows))
    ambiguous = load(project, tmp_path, [["angina", "Angina", "equivalent"]])
    assert reasons(ambiguous) == [(2, "the pair is listed in de, fr: say which in a column target_language")]
    header = ("source", "target", "decision", "target_language", "source_language")
    report = load(project, tmp_path, [["angina", "Angina", "equivalent", "FR", "en"]], header)
    assert report.imported == 1
    assert Verdict.objects.get().pair.target_language == "fr"
    unknown = load(project, tmp_path, [["angina", "Angina", "equivalent", "it", ""]], header)
    assert reasons(unknown) == [(2, "the project has no language 'it': it has en, de, fr")]


def test_two_reviewers_of_a_file_can_disagree(tmp_path: Path) -> None:
    project = queued_project(tmp_path, overlap=2)
    make_user("ann")
    make_user("bob")
    rows = [["heart", "Herz", "equivalent", "", "ann"], ["heart", "Herz", "related", "", "bob"]]
    rows += [["lung", "Lunge", "equivalent", "", "ann"], ["lung", "Lunge", "equivalent", "", "bob"]]
    rows += [["liver", "Leber", "equivalent", "", "ann"]]
    assert load(project, tmp_path, rows).imported == 5
    states = dict(TermPair.objects.values_list("source_term__text", "state"))
    assert (states["heart"], states["lung"], states["liver"]) == ("conflict", "decided", "queued")
    assert Decision.objects.get().weight == 1.0
    answered = Claim.objects.filter(answered=True).values_list("pair__source_term__text", flat=True)
    assert sorted(answered) == ["heart", "heart", "liver", "lung", "lung"]


def test_undecided_rows_of_an_export_are_passed_over(project: Project, tmp_path: Path) -> None:
    report = load(project, tmp_path, [["heart", "Herz", ""], ["lung", "Lunge", "equivalent"]])
    assert (report.rows, report.imported) == (1, 1)
    assert report.notes == ["1 rows without a decision were passed over."]
    with pytest.raises(InvalidFile, match="no row has a decision"):
        load(project, tmp_path, [["heart", "Herz", " "]])
    with pytest.raises(InvalidFile, match="a header and no rows"):
        load(project, tmp_path, [])


def test_a_break_in_the_middle_leaves_nothing(project: Project, tmp_path: Path) -> None:
    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "verdicts":
            raise KeyboardInterrupt

    path = write_rows(tmp_path / "v.csv", HEADER[:3], [["heart", "Herz", "equivalent"]])
    with pytest.raises(KeyboardInterrupt):
        import_verdicts(project, path, reviewer_fallback=import_user(project), progress=interrupt)
    assert not Verdict.objects.exists()
    assert not Decision.objects.exists()


def test_the_number_of_statements_does_not_grow_with_the_rows(tmp_path: Path, django_assert_max_num_queries) -> None:
    project = make_project()
    texts = [[f"source {n}", f"target {n}"] for n in range(350)]
    import_pairs(project, tmp_path, texts)
    with django_assert_max_num_queries(45):
        assert load(project, tmp_path, [[*pair, "equivalent"] for pair in texts]).imported == 350


def test_confidence_and_note_come_in(project: Project, tmp_path: Path) -> None:
    header = ("source", "target", "decision", "confidence", "note")
    load(project, tmp_path, [["heart", "Herz", "equivalent", "1", "a guess"], ["lung", "Lunge", "related"]], header)
    assert list(Verdict.objects.order_by("pk").values_list("confidence", "note", "saw_model", "seconds")) == [
        (1, "a guess", None, None), (None, "", None, None)
    ]  # fmt: skip
