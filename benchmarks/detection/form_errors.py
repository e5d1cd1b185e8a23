"""Plants wrong forms by rule: the concept stays right, the target is written wrongly. Rules of this benchmark alone."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from benchmarks.detection.errors import SHARE, Planted
from benchmarks.detection.lists import Pair

FORM_KINDS = ("number", "inflection", "abbreviation", "digit", "laterality", "negation", "language")
FORMS = "forms"
WORD = re.compile(r"[^\W\d_]{5,}")
NUMBER_ALONE = re.compile(r"(?<![A-Za-z\d.])\d+(?![A-Za-z\d.])")
START = r"(?<![^\W\d_])"
Rules = Sequence[tuple[str, str]]
NUMBER: dict[str, Rules] = {  # ending of a word → the other number's; the first that fits
    "de": (
        (r"(?<=[hknmrtsl])(ung|heit|keit|schaft|ion|tät)en$", r"\1"), (r"(ung|heit|keit|schaft|ion|tät|ur)$", r"\1en"),
        (r"ome$", "om"), (r"om$", "ome"), (r"itiden$", "itis"), (r"itis$", "itiden"), (r"e$", "en"), (r"ler$", "lern"),
    ),
    "fr": ((r"aux$", "al"), (r"([eéntrl])s$", r"\1"), (r"([eéntrl])$", r"\1s")),
    "es": ((r"ciones$", "ción"), (r"ción$", "ciones"), (r"([rldn])es$", r"\1"), (r"([aeo])s$", r"\1"),
           (r"([aeo])$", r"\1s"), (r"([rldn])$", r"\1es")),
    "pt": ((r"ções$", "ção"), (r"ção$", "ções"), (r"([aeo])s$", r"\1"), (r"([aeo])$", r"\1s"), (r"r$", "res")),
}  # fmt: skip
INFLECTION: dict[str, Rules] = {  # gender or case
    "de": (
        (r"(lich|isch|ig|al|är|ös|iv|t)es$", r"\1er"), (r"(lich|isch|ig|al|är|ös|iv)er$", r"\1es"),
        (r"(lich|isch|ig|al|är|ös|iv|nd)e$", r"\1es"), (r"(lich|isch|ig|al|är|ös|iv|nd)en$", r"\1em"),
        (r"(ion|ung|heit|keit)$", r"\1s"), (r"s$", ""), (r"([kmnt])$", r"\1es"),
    ),
    "fr": ((r"ale$", "al"), (r"al$", "ale"), (r"ive$", "if"), (r"if$", "ive"), (r"euse$", "eux"), (r"eux$", "euse"),
           (r"ée$", "é"), (r"é$", "ée"), (r"(u|ent|ant|in)e$", r"\1"), (r"(ent|ant|in)$", r"\1e")),
    "es": ((r"([dcvntrsl])a$", r"\1o"), (r"([dcvntrsl])o$", r"\1a"), (r"([dcvntrsl])as$", r"\1os"),
           (r"([dcvntrsl])os$", r"\1as")),
    "pt": ((r"([dcvntrsl])a$", r"\1o"), (r"([dcvntrsl])o$", r"\1a"), (r"([dcvntrsl])as$", r"\1os"),
           (r"([dcvntrsl])os$", r"\1as")),
}  # fmt: skip
OPPOSITES: dict[str, Sequence[tuple[str, str]]] = {  # sides, positions, courses; parties in law
    "de": (("rechts ", "links "), ("rechte", "linke"), ("obere", "untere"), ("vordere", "hintere"),
           ("innere", "äußere"),
           ("akute", "chronische"), ("Akute", "Chronische"), ("Oberschenkel", "Unterschenkel"), ("Oberarm", "Unterarm"),
           ("Oberkiefer", "Unterkiefer"), ("Kläger", "Beklagte"), ("Gläubiger", "Schuldner"), ("Verkäufer", "Käufer"),
           ("Vermieter", "Mieter"), ("Verpächter", "Pächter"), ("Arbeitgeber", "Arbeitnehmer")),
    "fr": (("droite", "gauche"), ("droit", "gauche"), ("supérieur", "inférieur"), ("antérieur", "postérieur"),
           ("interne", "externe"), ("aiguë", "chronique"), ("aigu", "chronique")),
    "es": (("derech", "izquierd"), ("superior", "inferior"), ("anterior", "posterior"), ("intern", "extern"),
           ("agud", "crónic")),
    "pt": (("direit", "esquerd"), ("superior", "inferior"), ("anterior", "posterior"), ("intern", "extern"),
           ("agud", "crônic")),
    "zh": (("左", "右"), ("急性", "慢性"), ("上肢", "下肢"), ("内耳", "外耳"), ("内侧", "外侧"), ("前壁", "后壁"),
           ("原发", "继发"), ("良性", "恶性")),
}  # fmt: skip
WITH = {
    "de": ("mit", "ohne"),
    "fr": ("avec", "sans"),
    "es": ("con", "sin"),
    "pt": ("com", "sem"),
    "zh": ("伴有", "不伴有"),
}
NOT = {"de": "keine", "fr": "pas de", "es": "sin", "pt": "sem", "zh": "无"}


def plant_forms(pairs: Sequence[Pair], language: str, seed: int) -> Planted:
    """A tenth of the pairs, as evenly over FORM_KINDS as the language and the terms allow."""
    random = np.random.default_rng(seed)
    changes = {kind: rule for kind, rule in RULES.items() if kind not in ("number", "inflection") or language in NUMBER}
    each = round(SHARE * len(pairs) / len(changes))
    planted, kinds = list(pairs), [""] * len(pairs)
    listed = {(pair.source.casefold(), pair.target.casefold()) for pair in pairs}
    for kind, rule in changes.items():
        left = each
        for place in random.permutation(len(pairs)).tolist():
            if not left:
                break
            wrong = "" if kinds[place] else rule(pairs[place], language, random)
            if not wrong or (pairs[place].source.casefold(), wrong.casefold()) in listed:
                continue
            if kind != "language" and wrong == pairs[place].target:
                continue
            planted[place], kinds[place], left = replace(pairs[place], target=wrong), kind, left - 1
    return Planted(tuple(planted), tuple(kinds))


def number(pair: Pair, language: str, random: np.random.Generator) -> str:
    return _by_ending(pair.target, NUMBER[language], random)


def inflection(pair: Pair, language: str, random: np.random.Generator) -> str:
    return _by_ending(pair.target, INFLECTION[language], random)


def abbreviation(pair: Pair, language: str, random: np.random.Generator) -> str:
    """Initials of all words, or one long word cut at a dot; scripts without words lose every other character."""
    words = pair.target.split()
    if language == "zh":
        return pair.target[::2] if len(pair.target) > 5 else ""
    if 2 <= len(words) <= 6 and random.random() < 0.5:
        return "".join(word[0].upper() for word in words if word[0].isalpha())
    long = [place for place, word in enumerate(words) if len(word) > 7 and word.isalpha()]
    if not long:
        return ""
    place = long[int(random.integers(len(long)))]
    return " ".join([*words[:place], f"{words[place][:4]}.", *words[place + 1 :]])


def digit(pair: Pair, language: str, random: np.random.Generator) -> str:
    """Another number in place of one that both sides name."""
    shared = [
        found for found in re.finditer(r"(?<![A-Za-z\d.])\d+(?![A-Za-z\d.])", pair.target) if found[0] in pair.source
    ]
    if not shared:
        return ""
    chosen = shared[int(random.integers(len(shared)))]
    other = str((int(chosen[0][-1]) + int(random.integers(1, 9))) % 10)
    return pair.target[: chosen.end() - 1] + other + pair.target[chosen.end() :]


def laterality(pair: Pair, language: str, random: np.random.Generator) -> str:
    """The opposite side, position, course or party."""
    for one, other in OPPOSITES[language]:
        for here, there in ((one, other), (other, one)):
            changed = re.sub(rf"{'' if language == 'zh' else START}{here}", there, pair.target, count=1)
            if changed != pair.target:
                return changed
    return ""


def negation(pair: Pair, language: str, random: np.random.Generator) -> str:
    """With becomes without, and the other way round; else a negation before the term, in one of four."""
    with_, without = WITH[language]
    text = pair.target
    if language == "zh":
        if without in text or with_ in text:
            return text.replace(without, with_, 1) if without in text else text.replace(with_, without, 1)
    else:
        for here, there in ((with_, without), (without, with_)):
            if re.search(rf"\b{here}\b", text):
                return re.sub(rf"\b{here}\b", there, text, count=1)
    return f"{NOT[language]}{'' if language == 'zh' else ' '}{text}" if random.random() < 0.25 else ""


def language(pair: Pair, language: str, random: np.random.Generator) -> str:
    """The source left untranslated, or the term of a third language."""
    wrong = pair.foreign if pair.foreign and random.random() < 0.5 else pair.source
    return "" if wrong.casefold() == pair.target.casefold() else wrong


def _by_ending(text: str, rules: Rules, random: np.random.Generator) -> str:
    """One word of five letters or more, chosen at random, with another ending."""
    words = list(WORD.finditer(text))
    for place in random.permutation(len(words)).tolist():
        word = words[place]
        for ending, other in rules:
            changed = re.sub(ending, other, word[0])
            if changed != word[0]:
                return text[: word.start()] + changed + text[word.end() :]
    return ""


RULES: dict[str, Callable[[Pair, str, np.random.Generator], str]] = {
    "number": number, "inflection": inflection, "abbreviation": abbreviation, "digit": digit,
    "laterality": laterality, "negation": negation, "language": language,
}  # fmt: skip
