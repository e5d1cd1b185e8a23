"""What the surface checks read of a term, parsed once a term; and what is usual in a list. No vectors."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import inf
from sys import intern

import numpy as np

from training.ml.scoring.listing import Listing, Vocabulary
from training.ml.scoring.numerals import compatible, numbers, spelled
from training.ml.scoring.polarity import NEGATIONS, negation, pole, poles_in, primary_language

WORD = re.compile(r"[^\W\d_]+")
TOKEN = re.compile(r"\w+")
CUT = re.compile(r"[^\W\d_]{3,}\.")
BRACKETS = re.compile(r"[(\[{（［【〔]")
SCRIPT = {"HIRAGANA": "Japanese or Chinese", "KATAKANA": "Japanese or Chinese", "CJK": "Japanese or Chinese"}
LATIN = frozenset({"Latin"})
ALIKE = 0.95  # share of a list's pairs that makes beginning alike its rule
UNSPEAKABLE = re.compile(r"(?=.{5,8}$)(?:[B-DF-HJ-NP-TV-Z]*[AEIOUÄÖÜ]?[B-DF-HJ-NP-TV-Z]{3,}[AEIOU]?|[AEIOU]{3,}.*)")
SHOUT = 5  # letters from which a text in capitals is no abbreviation


@dataclass(frozen=True, slots=True)
class Form:
    text: str
    folded: str
    letters: int
    words: tuple[str, ...]  # folded
    numbers: tuple[str, ...]
    spelled: frozenset[str]  # numbers that a word may stand for
    poles: dict[str, str]  # pole → the word that says it
    negations: tuple[str, ...]  # the words that must be answered, each as often as it stands there
    answers: float  # how many words here may answer a negation; infinite where the language has no table
    capitals: frozenset[str]  # abbreviations, letters sorted, so that HIV and VIH are one
    cut: int  # words cut short by a dot
    brackets: int
    scripts: frozenset[str]
    shouted: bool  # all in capitals
    raised: bool | None  # begins with a capital; None where the script has none

    @classmethod
    def of(cls, text: str, language: str) -> "Form":
        plain = compatible(text)
        folded = plain.casefold()
        words = tuple(map(intern, WORD.findall(folded)))
        shouted = _shouted(plain)
        first = next((letter for letter in plain if letter.isalpha()), "")
        negations, answers = _negation(words, language)
        return cls(
            text,
            folded,
            sum(map(str.isalnum, plain)),
            words,
            numbers(plain),
            spelled(words, folded, language),
            {name: word for word in words if (name := pole(word, language))} | poles_in(folded, language),
            negations,
            answers,
            frozenset() if shouted else _capitals(plain),
            len(CUT.findall(plain)),
            len(BRACKETS.findall(plain)),
            _scripts(folded),
            shouted,
            first.isupper() if first.upper() != first.lower() else None,
        )


@dataclass(frozen=True, slots=True)
class Norms:
    """What is usual in the list, so that only what is unusual in it raises a doubt."""

    source_words: Counter[str]  # terms that have the word
    target_words: Counter[str]
    source_script: str  # "" where the list has no one script
    target_script: str
    length: float  # median of log(letters of the target / letters of the source)
    length_spread: float  # robust standard deviation of it
    same_raised: bool  # whether the two sides nearly always begin alike
    same_text: float  # share of pairs that are the same text twice

    @classmethod
    def of(cls, pairs: Sequence[tuple[Form, Form]], sources: Sequence[Form], targets: Sequence[Form]) -> "Norms":
        ratios = np.log([(target.letters + 1) / (source.letters + 1) for source, target in pairs] or [1.0])
        middle = float(np.median(ratios))
        cased = [
            source.raised == target.raised for source, target in pairs if None not in (source.raised, target.raised)
        ]
        return cls(
            Counter(word for form in sources for word in set(form.words)),
            Counter(word for form in targets for word in set(form.words)),
            _usual_script(sources),
            _usual_script(targets),
            middle,
            max(1.4826 * float(np.median(np.abs(ratios - middle))), 0.15),
            len(cased) >= 20 and sum(cased) > ALIKE * len(cased),
            sum(source.folded == target.folded for source, target in pairs) / max(len(pairs), 1),
        )


def parse(listing: Listing) -> tuple[list[tuple[Form, Form]], Norms]:
    """The forms of every pair, and what is usual among them."""
    sources, targets = _forms(listing.source), _forms(listing.target)
    pairs = [(sources[source], targets[target]) for source, target in listing.pairs.tolist()]
    return pairs, Norms.of(pairs, sources, targets)


def _forms(vocabulary: Vocabulary) -> list[Form]:
    language = primary_language(vocabulary.language)
    return [Form.of(text, language) for text in vocabulary.texts]


def _negation(words: Sequence[str], language: str) -> tuple[tuple[str, ...], float]:
    if language not in NEGATIONS:
        return (), inf
    kinds = [negation(word, language) for word in words]
    return tuple(word for word, kind in zip(words, kinds, strict=True) if kind == "negates"), sum(map(bool, kinds))


def _shouted(plain: str) -> bool:
    if not plain.isupper() or UNSPEAKABLE.fullmatch(plain):
        return False
    letters = [letter for letter in plain if letter.isalpha()]
    return len(letters) >= SHOUT and all(letter.lower() != letter for letter in letters)


def _capitals(plain: str) -> frozenset[str]:
    found = (token for token in TOKEN.findall(plain) if len(token) > 1 and token.isupper() and token.isalpha())
    return frozenset("".join(sorted(token)) for token in found)


def _scripts(folded: str) -> frozenset[str]:
    if folded.isascii():
        return LATIN if WORD.search(folded) else frozenset()
    return frozenset(_script(letter) for letter in set(folded) if letter.isalpha())


@cache
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "?").split()[0]
    return SCRIPT.get(name, name.capitalize())


def _usual_script(forms: Sequence[Form]) -> str:
    lettered = [form.scripts for form in forms if form.scripts]
    found = Counter(script for scripts in lettered for script in scripts)
    name, count = found.most_common(1)[0] if found else ("", 0)
    return name if count > 0.8 * len(lettered) else ""
