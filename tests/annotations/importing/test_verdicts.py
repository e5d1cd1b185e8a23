from pathlib import Path

import pytest

from annotations.importing.rows import InvalidFile, RowError, VerdictRow
from annotations.importing.verdicts import DECISIONS, read_verdicts
from annotations.models import Decisions


def read(folder: Path, content: str) -> list[VerdictRow | RowError | None]:
    path = folder / "v.csv"
    path.write_text(content, encoding="utf-8")
    return list(read_verdicts(path).rows)


def test_the_public_decisions_are_those_a_reviewer_has() -> None:
    assert list(DECISIONS) == [*Decisions.values][: len(DECISIONS)]


def test_an_export_with_decisions_filled_in(tmp_path: Path) -> None:
    content = "source,target,target_language,score,decision,correction,reviewer\nheart,Hertz,de,0.9,Corrected,Herz,ann\nlung,Lunge,de,0.1,,,\n"  # noqa: E501
    row = VerdictRow(2, "heart", "Hertz", "corrected", "Herz", "ann", "", "de")
    assert read(tmp_path, content) == [row, None]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("heart,Herz,maybe,", "'maybe' is not a decision: write one of equivalent, not_equivalent"),
        ("heart,Herz,skipped,", "'skipped' is not a decision"),
        ("heart,Herz,corrected,", "the decision is 'corrected', but the column correction is empty"),
        ("heart,,equivalent,", "target is empty"),
        ("heart,Herz\0,equivalent,", "target holds a NUL"),
    ],
)
def test_bad_rows(tmp_path: Path, row: str, reason: str) -> None:
    (error,) = read(tmp_path, f"source,target,decision,correction\n{row}\n")
    assert isinstance(error, RowError)
    assert error.line == 2
    assert error.reason.startswith(reason)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="lacks the column decision"):
        read(tmp_path, "source,target\nheart,Herz\n")


def test_confidence_and_note_are_welcome(tmp_path: Path) -> None:
    content = "source,target,decision,confidence,note\nheart,Herz,equivalent, 2 ,as  usual\nlung,Lunge,unsure,,\n"
    assert read(tmp_path, content) == [
        VerdictRow(2, "heart", "Herz", "equivalent", note="as usual", confidence=2),
        VerdictRow(3, "lung", "Lunge", "unsure"),
    ]


@pytest.mark.parametrize("confidence", ["0", "4", "high", "0.9", "²"])
def test_a_confidence_that_is_none(tmp_path: Path, confidence: str) -> None:
    (error,) = read(tmp_path, f"source,target,decision,confidence\nheart,Herz,equivalent,{confidence}\n")
    assert isinstance(error, RowError)
    assert error.reason.startswith(f"'{confidence}' is not a confidence: write 1 (low)")
