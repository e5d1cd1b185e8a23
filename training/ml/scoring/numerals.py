"""The numbers that a term names: digits, Roman numerals, and number words that may stand for a digit elsewhere."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

LATIN = "A-Za-zÀ-ɏ"
DIGITS = re.compile(rf"(?<![{LATIN}\d])(?<!\d[.,])\d+(?:[.,]\d+)*")  # not those of B12 or K51.0
ROMAN = re.compile(
    rf"(?<![{LATIN}])(?:I{{2,3}}|I[VX]|VI{{1,3}}|XI{{1,3}}|XI?V|i{{2,3}}|vi{{2,3}}|xi{{2,3}})(?![{LATIN}])"
)  # in small letters only those that are no word and no abbreviation
ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
WORDS = {
    "en": "one|first|single|mono;two|second|twin|double|both;three|third|triple;four;five|fifth;six;seven;eight;nine|"
    "ninth;ten",
    "de": "ein|erst;zwei|zweit|sekundär|doppel|beid;drei|dritt;vier|viert;fünf;sechs;sieb;acht;neun;zehn",
    "fr": "un|une|premi;deux|deuxième|second|double;trois|troisième|tri;quatr;cinq;six|sixième;sept;huit;neuf;dix",
    "es": "un|uno|una|primer;dos|segund|doble;tres|tercer|tri;cuatro|cuart;cinco|quint;seis|sext;siete;ocho;nueve;diez",
    "pt": "um|uma|primeir;dois|duas|segund|dupl;três|terceir|tri;quatro|quart;cinco|quint;seis|sext;sete;oito;nove;dez",
    "it": "un|uno|una|prim;due|second|doppi;tre|terz;quattro|quart;cinque|quint;sei|sest;sette;otto;nove;dieci",
}
CHARACTERS = {"zh": "一二三四五六七八九十", "ja": "一二三四五六七八九十"}


def numbers(text: str) -> tuple[str, ...]:
    """Sorted, without their separators, so that 1,000 and 1.000 are one number. `text` in its own case, NFKC."""
    found = [number.replace(",", "").replace(".", "").lstrip("0") or "0" for number in DIGITS.findall(text)]
    return tuple(sorted([*found, *(str(_roman(numeral)) for numeral in ROMAN.findall(text))]))


def spelled(words: Sequence[str], text: str, language: str) -> frozenset[str]:
    """Numbers up to ten that a folded word, or a character where words aren't parted, may stand for."""
    if language in CHARACTERS:
        return frozenset(str(CHARACTERS[language].index(one) + 1) for one in text if one in CHARACTERS[language])
    return frozenset(number for word in words if (number := _number(word, language)))


def compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


@lru_cache(maxsize=200_000)
def _number(word: str, language: str) -> str:
    pattern = _pattern(language)
    match = pattern.match(word) if pattern else None
    return str(match.lastindex) if match else ""


@cache
def _pattern(language: str) -> re.Pattern[str] | None:
    """One group a number, from one to ten."""
    forms = WORDS.get(language)
    return re.compile("|".join(f"({form})" for form in forms.split(";"))) if forms else None


def _roman(numeral: str) -> int:
    values = [ROMAN_VALUES[letter] for letter in numeral.upper()]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
