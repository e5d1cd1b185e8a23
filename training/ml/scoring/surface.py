"""What the two spellings of a pair say, without any model: one small check each, with a sentence for the reviewer.

A check gives 0 where nothing contradicts or nothing can be said, and up to 1 where the two sides exclude each other.
"""

from collections.abc import Iterable, Sequence
from math import log
from typing import Protocol

import numpy as np

from training.ml.scoring.forms import ALIKE, Form, Norms
from training.ml.scoring.listing import Floats
from training.ml.scoring.polarity import OPPOSITES

Pairs = Iterable[tuple[Form, Form]]
RARELY = 0.05  # share of pairs that are the same on both sides, from which on one more is no news
OFTEN = 5  # terms of the one language, and as many for each of the other, that make a word a stranger there


class Check(Protocol):
    id: str

    def value(self, source: Form, target: Form, norms: Norms) -> float: ...

    def sentence(self, source: Form, target: Form, norms: Norms) -> str: ...


class Numbers:
    """1 where both sides name numbers that the other lacks, a half where one side alone does."""

    id = "numbers"

    def value(self, source: Form, target: Form, norms: Norms) -> float:
        lacking = _unanswered(source, target), _unanswered(target, source)
        if all(lacking) or _other_code(source, target):
            return 1.0
        return 0.5 if any(lacking) else 0.0

    def sentence(self, source: Form, target: Form, norms: Norms) -> str:
        if _other_code(source, target):
            return f"The source says {_coded(source, target)}, the target says {_coded(target, source)}."
        return f"The source says {_named(source, target)}, the target says {_named(target, source)}."


class Polarity:
    """1 where one side names a pole and the other only its opposite."""

    id = "polarity"

    def value(self, source: Form, target: Form, norms: Norms) -> float:
        return 1.0 if self._clash(source, target) else 0.0

    def sentence(self, source: Form, target: Form, norms: Norms) -> str:
        clash = self._clash(source, target)
        here, there = (source.poles[clash[0]], target.poles[clash[1]]) if clash else ("", "")
        return f"1 opposite: the source says «{here}», the target says «{there}»."

    def _clash(self, source: Form, target: Form) -> tuple[str, str] | None:
        if not source.poles or not target.poles:
            return None
        for one, other in OPPOSITES:
            for here, there in ((one, other), (other, one)):
                if (
                    here in source.poles.keys() - target.poles.keys()
                    and there in target.poles.keys() - source.poles.keys()
                ):
                    return here, there
        return None


class Negation:
    """1 where one side negates more often than words of the other side can answer."""

    id = "negation"

    def value(self, source: Form, target: Form, norms: Norms) -> float:
        return float(len(source.negations) > target.answers or len(target.negations) > source.answers)

    def sentence(self, source: Form, target: Form, norms: Norms) -> str:
        side, here, other, there = ("source", source, "target", target)
        if len(source.negations) <= target.answers:
            side, here, other, there = other, there, side, here
        words = ", ".join(f"«{word}»" for word in here.negations)
        times, answers = _count(len(here.negations), "time"), _count(int(there.answers), "word")
        return f"The {side} negates {times} ({words}), and {answers} of the {other} can answer."


class Untranslated:
    """Both sides are the same text: a name or a Latin term if it is short and such pairs are usual in the list.

    HIV is HIV everywhere.
    """

    id = "untranslated"

    def value(self, source: Form, target: Form, norms: Norms) -> float:
        if source.folded != target.folded or source.symbol:
            return 0.0
        return max(min(len(source.words), 4) / 4, 1 - norms.same_text / RARELY)

    def sentence(self, source: Form, target: Form, norms: Norms) -> str:
        usual = f"{norms.same_text:.1%} of this list's pairs do"
        return f"The target repeats the source's {_count(len(source.words), 'word')}; {usual}."


class Language:
    """The share of a side's words that belong to the other side's list; one such word alone counts half."""

    id = "language"

    def value(self, source: Form, target: Form, norms: Norms) -> float:
        return max(
            _share(_strangers(target, norms.target_words, norms.source_words), target),
            _share(_strangers(source, norms.source_words, norms.target_words), source),
        )

    def sentence(self, source: Form, target: Form, norms: Norms) -> str:
        here = _strangers(target, norms.target_words, norms.source_words)
        there = _strangers(source, norms.source_words, norms.target_words)
        if _share(here, target) >= _share(there, source) and here:
            seen = norms.source_words[here[0]]
            return f"The target's «{here[0]}» is a word of the source language: {seen} of its terms have it."
        seen = norms.target_words[there[0]] if there else 0
        return f"The source's «{''.join(there[:1])}» is a word of the target language: {seen} of its terms have it."


class Script:
    """1 where nothing of a side is written in the script that nearly all of its list uses."""

    id = "script"

    def value(self, source: Form, target: Form, norms: Norms) -> float:
        if source.symbol and source.folded == target.folded:
            return 0.0
        return float(_foreign(source, norms.source_script) or _foreign(target, norms.target_script))

    def sentence(self, source: Form, target: Form, norms: Norms) -> str:
        side, form, usual = "target", target, norms.target_script
        if not _foreign(target, usual):
            side, form, usual = "source", source, norms.source_script
        return f"Of the {side}'s {form.letters} characters none is {usual}, the script of its list."


class Length:
    """How unusual the ratio of the lengths is in this list: 0 up to two deviations, 1 from eight."""

    id = "length"

    def value(self, source: Form, target: Form, norms: Norms) -> float:
        ratio = log((target.letters + 1) / (source.letters + 1))
        return min(max(abs(ratio - norms.length) / norms.length_spread - 2, 0), 6) / 6

    def sentence(self, source: Form, target: Form, norms: Norms) -> str:
        ratio = (target.letters + 1) / (source.letters + 1)
        return f"The target is {ratio:.1f} times as long as the source; {np.exp(norms.length):.1f} is usual here."


class Abbreviations:
    """1 where one side alone has abbreviations or words cut by a dot, a half where both have some and share none."""

    id = "abbreviations"

    def value(self, source: Form, target: Form, norms: Norms) -> float:
        if None in (source.raised, target.raised):  # a script without capitals
            return 0.0
        if bool(source.cut) != bool(target.cut):
            return 1.0
        if source.shouted or target.shouted:
            return 0.0
        here, there = (_unwritten(one, other) for one, other in ((source, target), (target, source)))
        if source.capitals and target.capitals:
            return 0.5 if here == source.capitals and there == target.capitals else 0.0
        return float(bool(here or there))

    def sentence(self, source: Form, target: Form, norms: Norms) -> str:
        here, there = (len(form.capitals) + form.cut for form in (source, target))
        return f"The source has {_count(here, 'abbreviation')}, the target {there}."


class Brackets:
    """1 where one side alone has brackets."""

    id = "brackets"

    def value(self, source: Form, target: Form, norms: Norms) -> float:
        return float(bool(source.brackets) != bool(target.brackets))

    def sentence(self, source: Form, target: Form, norms: Norms) -> str:
        return f"The source has {_count(source.brackets, 'bracket')}, the target {target.brackets}."


class Casing:
    """1 where one side alone is all capitals; a half where they begin unlike in a list whose pairs begin alike."""

    id = "casing"

    def value(self, source: Form, target: Form, norms: Norms) -> float:
        if None in (source.raised, target.raised):
            return 0.0
        if source.shouted != target.shouted:
            return 1.0
        return 0.5 if norms.same_raised and source.raised != target.raised else 0.0

    def sentence(self, source: Form, target: Form, norms: Norms) -> str:
        if source.shouted != target.shouted:
            side, form = ("source", source) if source.shouted else ("target", target)
            return f"The {side} alone is written in capitals, all {form.letters} letters."
        raised = "source" if source.raised else "target"
        return f"Only the {raised} begins with a capital; over {ALIKE:.0%} of this list's pairs begin alike."


CHECKS: tuple[Check, ...] = (
    Numbers(), Polarity(), Negation(), Untranslated(), Language(), Script(), Length(), Abbreviations(), Brackets(),
    Casing(),
)  # fmt: skip


def values(pairs: Pairs, norms: Norms) -> Floats:
    """(p, checks) float32 in 0..1."""
    found = [[check.value(source, target, norms) for check in CHECKS] for source, target in pairs]
    return np.array(found, dtype=np.float32).reshape(-1, len(CHECKS))


def _unanswered(one: Form, other: Form) -> list[str]:
    """Numbers of the one that nothing in the other may stand for."""
    told = {*other.numbers, *other.romans, *other.unsure, *other.spelled}
    return [number for number in _numbers(one, other) if number not in told]


def _numbers(one: Form, other: Form) -> list[str]:
    """The numbers of the one. A letter counts where the other has a letter or a number that wants to be answered."""
    sure = [*one.numbers, *one.romans]
    told = {*sure, *one.unsure, *one.spelled}
    doubtful = other.unsure or any(number not in told for number in (*other.numbers, *other.romans))
    return [*sure, *one.unsure] if doubtful else sure


def _named(one: Form, other: Form) -> str:
    return " and ".join(sorted(_numbers(one, other))) or "no number"


def _other_code(source: Form, target: Form) -> bool:
    """Whether a name of letters and a number has the same letters on both sides, and not the same number."""
    return bool(_codes(source, target)) and bool(_codes(target, source))


def _codes(one: Form, other: Form) -> list[tuple[str, str]]:
    shared = {letters for letters, _ in one.codes} & {letters for letters, _ in other.codes}
    return sorted(code for code in one.codes - other.codes if code[0] in shared)


def _coded(one: Form, other: Form) -> str:
    return " and ".join(f"{letters}{number}".upper() for letters, number in _codes(one, other))


def _unwritten(one: Form, other: Form) -> frozenset[str]:
    """Abbreviations of the one that the other has not, in small letters neither: AIDS is Sida."""
    words = {"".join(sorted(word.upper())) for word in other.words} if one.capitals else set()
    return one.capitals - other.capitals - words


def _strangers(form: Form, here: dict[str, int], there: dict[str, int]) -> list[str]:
    return [
        word
        for word in form.words
        if len(word) > 1 and there.get(word, 0) >= OFTEN and there[word] >= OFTEN * here.get(word, 0)
    ]


def _share(strangers: Sequence[str], form: Form) -> float:
    return len(strangers) ** 2 / (len(strangers) + 1) / max(len(form.words), 1)


def _foreign(form: Form, usual: str) -> bool:
    return bool(form.scripts and usual and usual not in form.scripts and form.letters > 1)


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
