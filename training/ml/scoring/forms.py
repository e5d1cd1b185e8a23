"""What the surface checks read of a term, parsed once a term; and what is usual in a list. No vectors."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import inf
from sys import intern

import numpy as np

from training.ml.scoring import numerals
from training.ml.scoring.letters import word_pattern
from training.ml.scoring.listing import Listing, Rows, Vocabulary
from training.ml.scoring.polarity import NEGATIONS, NOT, negation, poles_in, poles_of, primary_language

WORD = re.compile(word_pattern())
TOKEN = re.compile(r"\w+")
CUT = re.compile(r"[^\W\d_]{3,}\.")
BRACKETS = re.compile(r"[(\[{（［【〔]")
SCRIPT = {"HIRAGANA": "Japanese or Chinese", "KATAKANA": "Japanese or Chinese", "CJK": "Japanese or Chinese"}
LATIN = frozenset({"Latin"})
ALIKE = 0.95  # share of a list's pairs that makes beginning alike its rule
NUMBERED = re.compile(r"\bno\b\.?(?=\s*\d)")  # number 5 is no negation
UNSPEAKABLE = re.compile(r"(?=.{5,8}$)(?:[B-DF-HJ-NP-TV-Z]*[AEIOUÄÖÜ]?[B-DF-HJ-NP-TV-Z]{3,}[AEIOU]?|[AEIOU]{3,}.*)")
NEITHER = -1
KEPT = 20_000  # forms of each side
SHOUT = 5  # letters from which a text in capitals is no abbreviation


@dataclass(frozen=True, slots=True)
class Form:
    text: str
    folded: str
    letters: int
    words: tuple[str, ...]  # folded
    numbers: tuple[str, ...]
    romans: tuple[str, ...]  # values of Roman numerals
    unsure: tuple[str, ...]  # values of letters that may be Roman numerals
    codes: frozenset[tuple[str, str]]  # letters and the number that they are one name with
    spelled: frozenset[str]  # numbers that a word may stand for
    poles: dict[str, str]  # pole → the word that says it
    negations: tuple[str, ...]  # the words that must be answered, each as often as it stands there
    answers: float  # how many words here may answer a negation; infinite where the language has no table
    capitals: frozenset[str]  # abbreviations, letters sorted, so that HIV and VIH are one
    cut: int  # words cut short by a dot
    brackets: int
    scripts: frozenset[str]
    shouted: bool  # all in capitals
    symbol: bool  # an abbreviation or a number, and nothing else
    raised: bool | None  # begins with a capital; None where the script has none

    @classmethod
    def of(cls, text: str, language: str) -> "Form":
        plain = numerals.compatible(text)
        folded = plain.casefold()
        words = tuple(map(intern, WORD.findall(folded)))
        shouted = _shouted(plain)
        negations, answers = _negation(_without_numbering(folded, words), language)
        romans, unsure = numerals.romans(plain)
        return cls(
            text,
            folded,
            _letters(plain),
            words,
            numerals.numbers(plain),
            romans,
            unsure,
            numerals.codes(folded),
            numerals.spelled(words, folded, language),
            _poles(words, language) | poles_in(folded, language),
            negations,
            answers,
            frozenset() if shouted else _capitals(plain),
            len(CUT.findall(plain)),
            len(BRACKETS.findall(plain)),
            _scripts(folded),
            shouted,
            _symbol(plain, shouted),
            _raised(plain),
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
    def of(cls, pairs: Rows, source: "_Side", target: "_Side") -> "Norms":
        sources, targets = pairs.T
        ratios = np.log((target.letters[targets] + 1) / (source.letters[sources] + 1)) if len(pairs) else np.zeros(1)
        middle = float(np.median(ratios))
        cased = (source.raised[sources] != NEITHER) & (target.raised[targets] != NEITHER)
        alike = int((source.raised[sources] == target.raised[targets])[cased].sum())
        return cls(
            source.words,
            target.words,
            source.script,
            target.script,
            middle,
            max(1.4826 * float(np.median(np.abs(ratios - middle))), 0.15),
            int(cased.sum()) >= 20 and alike > ALIKE * int(cased.sum()),
            float((source.folded[sources] == target.folded[targets]).sum()) / max(len(pairs), 1),
        )


@dataclass(frozen=True, eq=False)
class _Side:
    """What norms are made of, term by term: forms would fill the memory, and take three times as long."""

    words: Counter[str]
    script: str
    letters: Rows  # (n,)
    raised: Rows  # (n,) 0, 1 or NEITHER
    folded: Rows  # (n,) a hash: equal for equal texts

    @classmethod
    def of(cls, texts: Iterable[str]) -> "_Side":
        words, scripts = Counter[str](), Counter[frozenset[str]]()
        columns = []
        for text in texts:
            plain = numerals.compatible(text)
            lower, begins = plain.casefold(), _raised(plain)
            words.update(set(WORD.findall(lower)))
            scripts[_scripts(lower)] += 1
            columns.append((_letters(plain), NEITHER if begins is None else int(begins), hash(lower)))
        letters, raised, folded = np.array(columns, dtype=np.int64).reshape(-1, 3).T
        return cls(words, _usual_script(scripts), letters, raised, folded)


class Forms:
    """Both forms of every pair, by its row: parsed when they are asked for, and those asked for last are kept."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._source, self._target = _parser(listing.source), _parser(listing.target)

    def norms(self) -> Norms:
        sides = (_Side.of(side.texts) for side in (self._listing.source, self._listing.target))
        return Norms.of(self._listing.pairs, *sides)

    def __getitem__(self, row: int) -> tuple[Form, Form]:
        source, target = self._listing.pairs[row].tolist()
        return self._source(source), self._target(target)

    def __iter__(self) -> Iterator[tuple[Form, Form]]:
        return (self[row] for row in range(len(self._listing)))


def _parser(vocabulary: Vocabulary) -> Callable[[int], Form]:
    language = primary_language(vocabulary.language)
    return lru_cache(KEPT)(lambda row: Form.of(vocabulary.texts[row], language))


def _letters(plain: str) -> int:
    return sum(map(str.isalnum, plain))


def _raised(plain: str) -> bool | None:
    first = next(filter(str.isalpha, plain), "")
    return first.isupper() if first.upper() != first.lower() else None


def _poles(words: Sequence[str], language: str) -> dict[str, str]:
    """Each pole with the word that names it; "non-malignant" names none."""
    found: dict[str, str] = {}
    for before, word in zip(("", *words), words, strict=False):
        for name in poles_of(word, language):
            if before not in NOT:
                found[name] = word
    return found


def _without_numbering(folded: str, words: Sequence[str]) -> Sequence[str]:
    return WORD.findall(NUMBERED.sub(" ", folded)) if "no" in words else words


def _negation(words: Sequence[str], language: str) -> tuple[tuple[str, ...], float]:
    """The words that negate, and how many may answer one. Beside a pole a negation needs no answer but its opposite."""
    if language not in NEGATIONS:
        return (), inf
    kinds = [negation(word, language) for word in words]
    negating = [
        word
        for word, kind, after in zip(words, kinds, [*words[1:], ""], strict=False)
        if kind == "negates" and not (word in NOT and poles_of(after, language))
    ]
    return tuple(negating), sum(map(bool, kinds))


def _shouted(plain: str) -> bool:
    if not plain.isupper() or UNSPEAKABLE.fullmatch(plain):
        return False
    letters = [letter for letter in plain if letter.isalpha()]
    return len(letters) >= SHOUT and all(letter.lower() != letter for letter in letters)


def _symbol(plain: str, shouted: bool) -> bool:
    if shouted or plain != plain.upper():
        return False
    return all(letter.lower() != letter for letter in plain if letter.isalpha())


def _capitals(plain: str) -> frozenset[str]:
    found = (token for token in TOKEN.findall(plain) if len(token) > 1 and token.isupper() and token.isalpha())
    return frozenset("".join(sorted(token)) for token in found if not numerals.is_roman(token))


def _scripts(folded: str) -> frozenset[str]:
    if folded.isascii():
        return LATIN if WORD.search(folded) else frozenset()
    return frozenset(_script(letter) for letter in set(folded) if letter.isalpha())


@cache
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "?").split()[0]
    return SCRIPT.get(name, name.capitalize())


def _usual_script(scripts: Counter[frozenset[str]]) -> str:
    found = Counter[str]()
    for together, terms in scripts.items():
        found.update(dict.fromkeys(together, terms))
    name, count = found.most_common(1)[0] if found else ("", 0)
    return name if count > 0.8 * (scripts.total() - scripts[frozenset()]) else ""
