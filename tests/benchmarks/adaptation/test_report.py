import json
from pathlib import Path

from benchmarks.adaptation.figures import difference
from benchmarks.adaptation.report import write
from tests.benchmarks.adaptation.test_figures import BASE, result

TOLD = {"date": "2026-01-01", "threads": 2, "processor": "a processor", "split": "test"}


def test_the_page_shows_every_arm_with_its_interval(tmp_path: Path) -> None:
    found = [{**one, **TOLD} for one in (BASE, result("Tertium", 1, 1, 1, 0), result("Procrustes", 1, 1, 0, 0))]
    write(found, tmp_path, "adaptation")
    page = (tmp_path / "adaptation.md").read_text()
    assert "| Tertium | 1 | 0.750 (+50.0, " in page
    assert "Tertium minus Procrustes: trained +25.0" in page
    assert "2026-01-01, a processor, 2 thread(s)" in page
    picture = (tmp_path / "adaptation-medicine-100-0.svg").read_text()
    assert picture.count("<circle") == 4 + 3 * 4
    assert [label in picture for label in (">+10<", ">0<", ">+0<")] == [True, True, False]
    assert "| aim | found |" not in page
    assert "What this does and doesn't show" not in page
    base, ours, _ = json.loads((tmp_path / "adaptation.json").read_text())["runs"]
    assert difference([ours], [base], "trained")[0] == 0.5


def test_seconds_of_fewer_threads_stand_in_brackets(tmp_path: Path) -> None:
    alone = {**result("Procrustes", 1, 1, 0, 0), **TOLD, "threads": 1}
    write([{**one, **TOLD} for one in (BASE, result("Tertium", 1, 1, 1, 0))] + [alone], tmp_path, "adaptation")
    page = (tmp_path / "adaptation.md").read_text()
    assert [f" | {told} | 1 |" in page for told in ("2", "(2)")] == [True, True]


def test_aims_and_notes_belong_to_a_thousand_verdicts(tmp_path: Path) -> None:
    arms = (BASE, result("Tertium", 1, 1, 1, 0, verdicts=1000), result("Procrustes", 1, 1, 0, 0, verdicts=1000))
    write([{**one, **TOLD} for one in arms], tmp_path, "adaptation")
    page = (tmp_path / "adaptation.md").read_text()
    assert "| trained P@1 at least 0.93 | 0.750 | **missed** |" in page
    assert "What this does and doesn't show" in page
