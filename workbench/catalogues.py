"""The interface's sentences: found in code and templates, kept in locale/*.po, compiled for gettext.

`python -m workbench.catalogues compile` is a step of the set-up, `… update` takes new sentences into the catalogues.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "workbench" / "locale"
PACKAGES = ("workbench", "annotations", "training")
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
STRING = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b(_|gettext|ngettext)\(\s*{STRING}(?:\s*,\s*{STRING})?", re.DOTALL)


class Message(NamedTuple):
    text: str
    plural: str
    where: str


def messages() -> dict[tuple[str, str], list[str]]:
    """(text, plural or empty) → the files that say it, in the order in which they are read."""
    found: dict[tuple[str, str], list[str]] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in {".py", ".html"}:
                for message in _in_file(path):
                    places = found.setdefault((message.text, message.plural), [])
                    if message.where not in places:
                        places.append(message.where)
    return found


def _in_file(path: Path) -> Iterator[Message]:
    where = path.relative_to(ROOT).as_posix()
    source = path.read_text(encoding="utf-8")
    pairs = _in_template(source, where) if path.suffix == ".html" else _in_code(ast.parse(source))
    for text, plural in pairs:
        yield Message(text, plural, where)


def _in_template(source: str, where: str) -> Iterator[tuple[str, str]]:
    for kind, text, plural in CALL.findall(templatize(source, origin=where)):
        yield ast.literal_eval(text), ast.literal_eval(plural) if kind == "ngettext" else ""


def _in_code(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in SINGULAR and texts:
            yield texts[0], ""
        elif name in PLURAL and len(texts) >= 2:
            yield texts[0], texts[1]


def catalogues() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def update(path: Path) -> int:
    """Takes in what is new and drops what nobody says any more; returns how many sentences have no translation."""
    catalogue = polib.pofile(str(path), wrapwidth=118)
    known = {(entry.msgid, entry.msgid_plural): entry for entry in catalogue}
    catalogue.clear()
    for (text, plural), places in sorted(messages().items(), key=lambda item: (item[1][0], item[0])):
        entry = known.get((text, plural)) or polib.POEntry(msgid=text, msgid_plural=plural)
        if plural and not entry.msgstr_plural:
            entry.msgstr_plural = {0: "", 1: ""}
        entry.occurrences = [(place, "") for place in places]
        entry.flags = [flag for flag in entry.flags if flag != "python-format"] + ["python-format"] * ("%(" in text)
        catalogue.append(entry)
    catalogue.save(str(path))
    return len(catalogue.untranslated_entries())


def compile_one(path: Path) -> None:
    polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def main() -> None:
    order = sys.argv[1:]
    if order not in (["compile"], ["update"]):
        sys.exit("Say what to do: python -m workbench.catalogues compile, or update.")
    for path in catalogues():
        if order == ["update"]:
            sys.stdout.write(f"{path.relative_to(ROOT)}: {update(path)} sentences have no translation.\n")
        compile_one(path)


if __name__ == "__main__":
    main()
