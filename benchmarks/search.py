"""Seconds a search takes in an empty database: `python -m benchmarks.search fill TERMS`, then `… measure TERMS`.

Half of the terms are of few words that come again and again, half of words that hardly do: a part of a word is common
in the one and rare in the other. `measure` prints seconds by kind of search as JSON.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping

import django

django.setup()

from django.db import transaction  # noqa: E402

from annotations import search  # noqa: E402
from annotations.actions import create_project  # noqa: E402
from annotations.folding import fold, search_key  # noqa: E402
from annotations.models import Concept, Project, Term  # noqa: E402
from benchmarks.load import rows  # noqa: E402
from benchmarks.load.text import WORDS, term  # noqa: E402

Draw = Callable[[random.Random], tuple[str, str]]
QUERIES = 100  # of each kind
SMALL_TERMS = 30_000  # of a second project in the same database
SYLLABLES = [first + second for first in "bdfghklmnprstvz" for second in ("a", "e", "i", "o", "u", "ei", "ä", "ou")]
HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]


def rare_term(language: str, number: int) -> str:
    chance = random.Random(f"rare:{language}:{number}")
    if language == "zh":
        return "".join(HAN[int(len(HAN) * chance.random() ** 3)] for _ in range(chance.randint(2, 12)))
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 5))) for _ in range(chance.randint(1, 5))]
    return " ".join([*words, str(number)])


def texts(language: str, count: int) -> Iterator[str]:
    for number in range(count):
        yield rare_term(language, number) if number % 2 else term(language, number)


def fill(slug: str, count: int, first_id: int) -> None:
    project = create_project(
        slug=slug, name=slug, domain="medicine", source_language="en",
        target_languages=[language for language in WORDS if language != "en"], held_out_share=0.0,
    )  # fmt: skip
    each = count // len(WORDS)
    with transaction.atomic():
        rows.write(
            Concept,
            ("id", "project_id", "external_id", "family", "role", "held_out"),
            ((first_id + n, project.pk, str(n), str(n), "domain", False) for n in range(each)),
        )
        rows.write(
            Term,
            ("id", "project_id", "concept_id", "language", "text", "folded", "search_key"),
            (
                (
                    first_id + place * each + n,
                    project.pk,
                    first_id + n,
                    language,
                    text,
                    fold(text),
                    search_key(fold(text)),
                )
                for place, language in enumerate(WORDS)
                for n, text in enumerate(texts(language, each))
            ),
        )


def part(text: str, chance: random.Random, length: int) -> str:
    start = chance.randrange(max(1, len(text) - length + 1))
    return text[start : start + length].strip() or text[:length]


def kinds(each: int) -> Mapping[str, Draw]:
    """Name of a kind of search → draws (typed, language)."""

    def drawn(chance: random.Random, language: str = "") -> tuple[str, str]:
        language = language or chance.choice(list(WORDS))
        number = chance.randrange(each)
        return (rare_term if number % 2 else term)(language, number), language

    def beginning(length: int) -> Draw:
        return lambda chance: _cut(drawn(chance), slice(0, length))

    def inside(length: int, language: str = "") -> Draw:
        return lambda chance: _part(drawn(chance, language), chance, length)

    found = {f"beginning, {length} letters": beginning(length) for length in (1, 2, 3, 6)}
    found |= {f"inside, {length} letters": inside(length) for length in (2, 3, 4, 7, 12)}
    found |= {f"inside, {length} Chinese": inside(length, "zh") for length in (1, 2)}
    found["inside, 7 letters, any language"] = lambda chance: (_part(drawn(chance), chance, 7)[0], "")
    found["inside, 7 letters, capitals without accents"] = lambda chance: _bare(_part(drawn(chance), chance, 7))
    found["whole term"] = drawn
    found["nothing there is"] = lambda chance: (_part(drawn(chance), chance, 8)[0][::-1] + "q", "")
    return found


def _cut(found: tuple[str, str], where: slice) -> tuple[str, str]:
    return found[0][where], found[1]


def _part(found: tuple[str, str], chance: random.Random, length: int) -> tuple[str, str]:
    return part(found[0], chance, length), found[1]


def _bare(found: tuple[str, str]) -> tuple[str, str]:
    return fold(found[0]).upper(), found[1]


def measure(project: Project, draw: Draw) -> list[float]:
    chance, taken = random.Random(3), []
    for _ in range(QUERIES):
        typed, language = draw(chance)
        start = time.perf_counter()
        search.terms(project, typed, language=language)
        taken.append(time.perf_counter() - start)
    return taken


def fill_both(count: int) -> None:
    fill("big", count, 1)
    fill("small", SMALL_TERMS, count + 1)
    rows.finish(Concept, Term)


def measure_both(count: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for slug, size in (("big", count), ("small", SMALL_TERMS)):
        project = Project.objects.get(slug=slug)
        for name, draw in kinds(size // len(WORDS)).items():
            found[f"{size:,} terms: {name}"] = measure(project, draw)
    return found


if __name__ == "__main__":
    what, count = sys.argv[1], int(sys.argv[2])
    if what == "fill":
        fill_both(count)
    else:
        print(json.dumps(measure_both(count)))
