"""Each import contract is seen to fail on a violation planted in a copy of the packages."""

import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings

PLANTED = {  # contract id → module, and what it must not import
    "training-layers": ("training.models", "training.actions"),
    "annotations-layers": ("annotations.importing.rows", "annotations.models"),
    "one-way": ("annotations.access", "training.pending"),
    "ml-is-pure": ("training.ml.records", "django"),
    "formats-are-pure": ("annotations.agreement.settle", "celery"),
    "stages-side-by-side": ("training.ml.constrain", "training.ml.promote"),
    "light-web": ("workbench.urls", "torch"),
    "apps-know-no-demo": ("training.recording", "workbench.services"),
}


def test_every_contract_fails_on_a_planted_import(tmp_path: Path) -> None:
    copied = _copy(tmp_path)
    for module, imported in PLANTED.values():
        path = copied / (module.replace(".", "/") + ".py")
        path.write_text(f"{path.read_text(encoding='utf-8')}\nimport {imported}\n", encoding="utf-8")
    finished = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=copied, capture_output=True, text=True
    )
    broken = finished.stdout.partition("Broken contracts")[2]

    assert f"0 kept, {len(PLANTED)} broken" in finished.stdout, finished.stdout
    for module, imported in PLANTED.values():
        assert f"{module} -> {imported}" in broken


def test_each_contract_of_the_project_is_planted() -> None:
    text = (settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8")

    assert {line.split('"')[1] for line in text.splitlines() if line.startswith("id = ")} == set(PLANTED)


def _copy(target: Path) -> Path:
    for package in ("workbench", "annotations", "training"):
        shutil.copytree(
            settings.BASE_DIR / package, target / package, ignore=shutil.ignore_patterns("static", "__pycache__")
        )
    shutil.copy(settings.BASE_DIR / "pyproject.toml", target)
    return target
