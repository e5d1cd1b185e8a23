import json

import pytest

from workbench.demo import report


def cell(**changes: object) -> dict:
    plain = {"cell": "trained", "language_pair": "en-de", "metric": "p@1", "n": 1500}
    return {**plain, "before": 0.8, "after": 0.85, "difference": 0.05, "interval": [0.03, 0.07], **changes}


MEDICINE = report.Measured(
    project="medicine",
    detection=report.detection([True, False, True, True], 0.05, (2, 4, 100)),
    cells=[
        cell(cell="control"),
        cell(language_pair="macro"),
        cell(),
        cell(metric="mrr", before=0.9, after=0.89, difference=-0.01, interval=[-0.02, 0.0]),
    ],
    decision="promoted",
    reasons=["In-domain P@1 rose."],
)
LAW = report.Measured(
    project="law",
    detection=report.detection([False, False], 0.1, (2,)),
    cells=[cell()],
    decision="waits for the lead",
    reasons=["In-domain P@1 did not rise."],
)
FIGURES = report.shaped([MEDICINE, LAW], {"scan": 12.34})


def test_the_report_has_the_public_shape() -> None:
    assert list(FIGURES) == ["detection", "cells", "gate", "seconds", "projects"]
    assert FIGURES["detection"] == {"reviewed": [2, 4], "found": [1, 3], "random": [0.1, 0.2]}
    assert list(FIGURES["cells"][0]) == [
        "cell", "project", "language_pair", "metric", "n", "before", "after", "difference", "interval",
    ]  # fmt: skip
    assert FIGURES["gate"] == {"decision": "promoted", "reasons": ["In-domain P@1 rose."]}
    assert FIGURES["projects"]["law"] == {
        "detection": {"reviewed": [2], "found": [0], "random": [0.2]},
        "gate": {"decision": "waits for the lead", "reasons": ["In-domain P@1 did not rise."]},
    }


def test_rows_stand_in_order_with_macro_after_its_pairs() -> None:
    assert [row[:3] for row in report.cells_table(FIGURES)[1:]] == [
        ["medicine", "trained", "en-de"],
        ["medicine", "trained", "macro"],
        ["medicine", "control", "en-de"],
        ["law", "trained", "en-de"],
    ]
    assert report.cells_table(FIGURES)[1][3:] == [
        "1,500",
        "80.0 → 85.0, +5.0 [+3.0, +7.0]",
        "–",
        "90.0 → 89.0, -1.0 [-2.0, +0.0]",
    ]


def test_both_forms_hold_the_same_figures() -> None:
    for text in (report.plain(FIGURES), report.markdown(FIGURES, "Today.")):
        assert "80.0 → 85.0, +5.0 [+3.0, +7.0]" in text
        assert "Gate of medicine: promoted." in text
        assert "In-domain P@1 rose." in text
        assert "Gate of law: waits for the lead." in text
        assert "In-domain P@1 did not rise." in text
        assert "first 4" in text
        assert "12.3" in text


def test_a_report_read_back_gives_the_same_table() -> None:
    assert report.plain(json.loads(json.dumps(FIGURES))) == report.plain(FIGURES)


def test_the_page_keeps_everything_outside_the_markers() -> None:
    page = f"above\n{report.BEGIN}\nold\n{report.END}\nbelow\n"

    assert report.between_markers(page, "new") == f"above\n{report.BEGIN}\nnew\n{report.END}\nbelow\n"
    with pytest.raises(ValueError, match="lacks the lines"):
        report.between_markers("no markers", "new")
