import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from tests.workbench.demo.test_report import FIGURES
from workbench.demo import report
from workbench.management.commands import demo


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    with override_settings(VAR_DIR=tmp_path):
        yield tmp_path


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "README.md"
    path.write_text(f"# Title\n{report.BEGIN}\nold\n{report.END}\n", encoding="utf-8")
    return path


def test_the_last_table_is_written_into_a_page(var: Path, page: Path) -> None:
    (var / "demo").mkdir()
    (var / "demo/report.json").write_text(json.dumps(FIGURES), encoding="utf-8")
    call_command("demo", readme=str(page))

    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Title\n")
    assert "old" not in text
    assert "`make demo SERVE=0` on " in text
    assert "| medicine | trained | en-de | 1,500 | 80.0 → 85.0, +5.0 [+3.0, +7.0] |" in text


def test_without_a_run_there_is_no_table(var: Path, page: Path) -> None:
    with pytest.raises(CommandError, match="run `make demo SERVE=0` first"):
        call_command("demo", readme=str(page))


def test_a_taken_port_is_said_before_any_work(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind((demo.HOST, 0))
        other.listen()
        monkeypatch.setattr(demo, "PORT", other.getsockname()[1])
        with pytest.raises(CommandError, match="is in use"):
            call_command("demo")

    assert list((var / "demo").iterdir()) == []
