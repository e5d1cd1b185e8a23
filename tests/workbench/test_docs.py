"""What can be set, run and made is written down; a new one that isn't fails here."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

ROOT: Path = settings.BASE_DIR
OURS = ("workbench", "annotations", "training")
COMMANDS = {name: app for name, app in get_commands().items() if app in OURS}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def environment() -> list[str]:
    return sorted(set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text("workbench/settings.py"))))


def targets() -> list[str]:
    return re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE)


def test_the_environment_is_read_at_all() -> None:
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL"} <= set(environment())


@pytest.mark.parametrize("name", environment())
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in text("docs/running.md")
    assert f"{name}=" in text(".env.example")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_documented_and_has_help(name: str) -> None:
    assert f"`{name}`" in text("docs/running.md")
    assert load_command_class(COMMANDS[name], name).help


def test_make_help_lists_every_target() -> None:
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert targets()
    for name in targets():
        assert re.search(rf"^  make {name} +\S", listed.stdout, re.MULTILINE), name


PAGES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", *PAGES])
def test_links_between_pages_lead_somewhere(page: str) -> None:
    folder = (ROOT / page).parent
    local = [target for target in re.findall(r"\]\(([^)#]+)", text(page)) if not target.startswith("http")]

    assert [target for target in local if not (folder / target).exists()] == []


def test_decision_records_are_half_a_page() -> None:
    records = sorted((ROOT / "docs/adr").glob("*.md"))

    assert len(records) > 3
    for path in records:
        words = path.read_text(encoding="utf-8")
        assert all(part in words for part in ("## Context", "## Decision", "## Consequences")), path.name
        assert len(words.splitlines()) <= 40, path.name
