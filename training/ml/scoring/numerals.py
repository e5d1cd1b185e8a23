"""The numbers that a term names: digits, Roman numerals, and number words that may stand for a digit elsewhere."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from functools import cache, lru_cache

from training.ml.scoring.letters import UNPARTED

FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
POINTS = {ord("٫"): ".", ord("٬"): ","}
DIGITS = re.compile(
    rf"(?=\d)(?:(?<![^\W\d_])|(?<=[{UNPARTED}]))(?<!\d)(?<!\d[.,])"  # not those of B12 or K51.0
    r"(?P<whole>[1-9]\d{0,2}(?:[., '’]\d{3})+(?!\d)|\d+)(?P<rest>(?:[.,]\d+)*) ?(?P<unit>[万萬亿億]?)"
)
UNITS = {"万": 4, "萬": 4, "亿": 8, "億": 8}  # powers of ten
BEGIN, END = rf"(?:(?<![^\W_])|(?<=[{UNPARTED}]))", rf"(?:(?![^\W_])|(?=[{UNPARTED}]))"
CODES = re.compile(rf"{BEGIN}([^\W\d_{UNPARTED}]{{1,3}})-?(\d+){END}")  # B12, CD4
ROMAN = re.compile(
    rf"(?=[IVXivx]){BEGIN}(?:X{{0,2}}(?:IX|IV|V?I{{0,3}})|i{{2,3}}|vi{{2,3}}|xi{{2,3}}){END}"
)  # in small letters only those that are no word and no abbreviation
CERTAIN = range(2, 16)  # Roman numerals that are seldom anything else; beyond them are centuries and chromosomes
LETTERS = frozenset({"I", "V", "X", "IV"})  # a pronoun, a vein, a ray, an infusion
ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
SMALL = frozenset(map(str, range(1, 11)))
WORDS = {
    "en": "one|first|single|mono;two|second|twin|double|both;three|third|triple;four;five|fifth;six;seven;eight;nine|"
    "ninth;ten",
    "de": "ein|erst;zwei|zweit|sekundär|doppel|beid;drei|dritt;vier|viert;fünf;sechs;sieb;acht;neun;zehn",
    "fr": "un|une|premi;deux|deuxième|second|double;trois|troisième|tri;quatr;cinq;six|sixième;sept;huit;neuf;dix",
    "es": "un|uno|una|primer;dos|segund|doble;tres|tercer|tri;cuatro|cuart;cinco|quint;seis|sext;siete;ocho;nueve;diez",
    "pt": "um|uma|primeir;dois|duas|segund|dupl;três|terceir|tri;quatro|quart;cinco|quint;seis|sext;sete;oito;nove;dez",
    "it": "un|uno|una|prim;due|second|doppi;tre|terz;quattro|quart;cinque|quint;sei|sest;sette;otto;nove;dieci",
    "nl": "een|één|eerst;twee|tweed|dubbel|beid;drie|derd;vier|vierd;vijf;zes;zeven;acht;negen;tien",
    "pl": "jed|pierwsz;dw|drug|podwój|ob(?:a|ie|u);trz|trój|potrój;czter|czwart;pięć|pięci|piąt;sześ|szóst;siedem|"
    "siedm|siódm;osiem|ośmi|ósm;dziewię;dziesię",
    "ru": "од(?:ин|н)|перв;дв|втор|об(?:а|е|оих);тр[её]|трой|трет|три;четыр|четв[её]р;пят;шест;сем|седьм;вос[ье]м;"
    "девят;десят",
}
COMPOUND = re.compile("([一二三四五六七八九]?)十([一二三四五六七八九]?)")
CHARACTERS = {**{one: place for place, one in enumerate("一二三四五六七八九十", start=1)}, "两": 2, "兩": 2}
COUNTING = frozenset({"zh", "ja"})


def numbers(text: str) -> tuple[str, ...]:
    """Sorted, written one way: 1,000 and 1 000 are one number, 0.5 and 0,5 too. `text` as `compatible` gives it."""
    return tuple(sorted(_written(match) for match in DIGITS.finditer(text)))


def romans(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Values of the Roman numerals, and of letters that may be some."""
    found = [match[0] for match in ROMAN.finditer(text)]
    sure = [numeral for numeral in found if _roman(numeral) in CERTAIN and numeral not in LETTERS]
    return _values(sure), _values([numeral for numeral in found if numeral not in sure])


def is_roman(token: str) -> bool:
    return bool(ROMAN.fullmatch(token))


def codes(folded: str) -> frozenset[tuple[str, str]]:
    """Letters with a number that they are one name with: B12 is ("b", "12")."""
    return frozenset(CODES.findall(folded))


def spelled(words: Sequence[str], text: str, language: str) -> frozenset[str]:
    """Numbers that a folded word, or characters where words aren't parted, may stand for.

    In a language that has no table any word may be a small number, where the text has no digit.
    """
    if language in COUNTING:
        return frozenset(map(str, _counted(text)))
    if language not in WORDS:
        return frozenset() if re.search(r"\d", text) else SMALL
    return frozenset(number for word in words if (number := _number(word, language)))


def compatible(text: str) -> str:
    """NFKC, with the digits of every script as 0 to 9."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return FOREIGN_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), plain).translate(POINTS)


def _written(match: re.Match[str]) -> str:
    whole = re.sub(r"\D", "", match["whole"])
    rest = match["rest"].replace(",", ".")
    if rest.count(".") > 1:  # a date, a section
        return whole + rest
    number = Decimal(whole + rest).scaleb(UNITS.get(match["unit"], 0))
    return format(number.normalize() + 0, "f")


def _counted(text: str) -> set[int]:
    """The characters one by one, and 十二 as twelve."""
    alone = {CHARACTERS[one] for one in text if one in CHARACTERS}
    return alone | {10 * CHARACTERS.get(tens, 1) + CHARACTERS.get(ones, 0) for tens, ones in COMPOUND.findall(text)}


@lru_cache(maxsize=200_000)
def _number(word: str, language: str) -> str:
    match = _pattern(language).match(word)
    return str(match.lastindex) if match else ""


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """One group a number, from one to ten."""
    return re.compile("|".join(f"({form})" for form in WORDS[language].split(";")))


def _values(numerals: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(str(_roman(numeral)) for numeral in numerals))


def _roman(numeral: str) -> int:
    values = [ROMAN_VALUES[letter] for letter in numeral.upper()]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
