"""Which form of a word the list uses in such company: number, gender and case, learned from the list's own pairs.

For every word of a target that the list also knows with another ending: how much likelier the other form is after
the word before it, before the word after it, and beside the one source word that goes with either form most (naive
Bayes; the pair's own counts are taken out). No vectors, no grammar.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from training.ml.scoring.alignment import Side, Values, ranges, shifted
from training.ml.scoring.letters import UNPARTED, word_pattern
from training.ml.scoring.listing import AT_ONCE, Floats, Listing, Rows

WORD = re.compile(word_pattern(but=UNPARTED))
ENDING = 3  # letters in which two forms of a word may differ at their ends
STEM = 4  # letters in which they must be alike
FORMS = 6  # most other forms of a word that are tried
SMOOTHING = 1.0  # occurrences that the company's overall frequency is worth
UNSEEN = 0.5  # occurrences that a form is believed to have beyond those counted
BLOCK = 20_000  # occurrences judged together
NONE = -1


@dataclass(frozen=True, eq=False)
class Wording:
    """For p pairs the word whose other form fits best."""

    odds: Floats  # (p,) log-odds of the other form; 0 where no other form fits better
    word: Rows  # (p,) number in `words`, or −1
    other: Rows  # (p,) the form that fits better, or −1
    seen: Rows  # (p,) other pairs in which the word stands beside `company`
    other_seen: Rows  # (p,) pairs in which the other form does
    company: tuple[str, ...]  # (p,) the neighbouring or the source's word that speaks most
    words: tuple[str, ...]

    @classmethod
    def joined(cls, parts: Sequence["Wording"]) -> "Wording":
        """Those of parts of a list that follow each other."""
        before = [0, *accumulate(len(part.words) for part in parts)]
        return cls(
            np.concatenate([part.odds for part in parts]),
            np.concatenate([shifted(part.word, first) for part, first in zip(parts, before, strict=False)]),
            np.concatenate([shifted(part.other, first) for part, first in zip(parts, before, strict=False)]),
            np.concatenate([part.seen for part in parts]),
            np.concatenate([part.other_seen for part in parts]),
            tuple(one for part in parts for one in part.company),
            tuple(word for part in parts for word in part.words),
        )


@dataclass(frozen=True, eq=False)
class _Company:
    """Every target occurrence beside each word of its company: the source's words, the word before, the word after."""

    at: Rows  # (c,) occurrence, ascending
    beside: Rows  # (c,) number of the company's word: first the two neighbours, then the source's words
    count: Rows  # (o,) cells of each occurrence


def learn(listing: Listing, at_once: int = AT_ONCE) -> Wording:
    """What the list's p pairs say of each other's forms, long lists in parts, `at_once` pairs each."""
    return Wording.joined([_learn(part) for part in listing.parts(at_once)])


def _learn(listing: Listing) -> Wording:
    source_words, sources = _numbered(listing.source.texts)
    words, targets = _numbered(listing.target.texts)
    given, told = Side.of(sources, listing.pairs[:, 0]), Side.of(targets, listing.pairs[:, 1])
    company = _company(given, told, len(source_words), len(words))
    names = (*source_words, *words, "", *words, "")
    return _Judgement(company, told, _other_forms(words), words, names).wording(len(listing))


def _numbered(texts: Sequence[str]) -> tuple[tuple[str, ...], list[Rows]]:
    slots: dict[str, int] = {}
    rows = [
        np.array([slots.setdefault(one, len(slots)) for one in WORD.findall(text.casefold())], dtype=np.int64)
        for text in texts
    ]
    return tuple(slots), rows


def _company(given: Side, told: Side, sources: int, targets: int) -> _Company:
    beside = np.bincount(given.pair, minlength=int(told.pair.max(initial=-1)) + 1)
    starts, counts = (np.cumsum(beside) - beside)[told.pair], beside[told.pair]
    same = told.pair[1:] == told.pair[:-1]
    edge = np.full(1, targets)
    before = np.concatenate([edge, np.where(same, told.piece[:-1], targets)])[: len(told.piece)]
    after = np.concatenate([np.where(same, told.piece[1:], targets), edge])[: len(told.piece)]
    at = np.concatenate([np.arange(len(told.pair)).repeat(2), np.repeat(np.arange(len(told.pair)), counts)])
    neighbours = np.stack([before + sources, after + sources + targets + 1], axis=1).ravel()
    found = np.concatenate([neighbours, given.piece[ranges(starts, counts)]])
    order = np.argsort(at, kind="stable")
    return _Company(at[order], found[order], counts + 2)


def _other_forms(words: Sequence[str]) -> list[Rows]:
    """For each word the others that differ from it only in their last letters."""
    by_stem: dict[str, list[int]] = defaultdict(list)
    for number, word in enumerate(words):
        for cut in range(min(ENDING, len(word) - STEM) + 1):
            by_stem[word[: len(word) - cut]].append(number)
    found: list[Rows] = []
    for number, word in enumerate(words):
        others: dict[int, None] = {}
        for cut in range(min(ENDING, len(word) - STEM) + 1):
            others.update(dict.fromkeys(by_stem[word[: len(word) - cut]]))
            if len(others) > FORMS:
                break
        others.pop(number, None)
        found.append(np.array(list(others)[:FORMS], dtype=np.int64))
    return found


class _Judgement:
    def __init__(
        self, company: _Company, told: Side, forms: list[Rows], words: tuple[str, ...], names: tuple[str, ...]
    ) -> None:
        self.company, self.told, self.words, self.names = company, told, words, names
        self.width = max(len(words), 1)
        self.named = np.array([bool(name) for name in names])
        self.often = np.bincount(told.piece, minlength=self.width)
        self.keys, self.counts = np.unique(company.beside * self.width + told.piece[company.at], return_counts=True)
        self.total = max(len(told.piece), 1)
        self.share = np.bincount(company.beside) / self.total
        self.firsts = np.cumsum(company.count) - company.count
        self.forms = np.concatenate([*forms, np.zeros(0, dtype=np.int64)])
        self.of_word = np.array([len(one) for one in forms], dtype=np.int64)
        self.starts = np.cumsum(self.of_word) - self.of_word

    def wording(self, pairs: int) -> Wording:
        odds = np.zeros(pairs, dtype=np.float32)
        word, other, beside = (np.full(pairs, NONE) for _ in range(3))
        for start in range(0, len(self.told.piece), BLOCK):
            occurrence, form, found = self._odds(np.arange(start, min(start + BLOCK, len(self.told.piece))))
            best = _first_largest(found, self.told.pair[occurrence])
            best = best[found[best] > odds[self.told.pair[occurrence[best]]]]
            pair = self.told.pair[occurrence[best]]
            odds[pair], word[pair], other[pair] = found[best], occurrence[best], form[best]
        seen, other_seen = np.zeros(pairs, dtype=np.int64), np.zeros(pairs, dtype=np.int64)
        known = np.flatnonzero(word != NONE)
        for start in range(0, len(known), BLOCK):
            some = known[start : start + BLOCK]
            beside[some], seen[some], other_seen[some] = self._loudest(word[some], other[some])
        names = tuple(self.names[one] if one != NONE else "" for one in beside.tolist())
        piece = np.where(word == NONE, NONE, self.told.piece[word] if len(self.told.piece) else NONE)
        return Wording(odds, piece, other, seen, other_seen, names, self.words)

    def _odds(self, occurrences: Rows) -> tuple[Rows, Rows, Values]:
        """Of every other form of these occurrences' words: occurrence, form, log-odds in its favour."""
        mine = self.told.piece[occurrences]
        tried = self.of_word[mine]
        at, form = np.repeat(occurrences, tried), self.forms[ranges(self.starts[mine], tried)]
        word = self.told.piece[at]
        cells = self.company.count[at]
        first = np.cumsum(cells) - cells
        of = np.repeat(np.arange(len(at)), cells)
        told, told_of = self._told(of, ranges(self.firsts[at], cells), form, word, first)
        prior = np.log((self.often[form] + UNSEEN) / (self.often[word] - 1 + UNSEEN))
        return at, form, prior + np.bincount(told_of, told, len(at))

    def _told(self, of: Rows, cells: Rows, form: Rows, word: Rows, first: Rows) -> tuple[Values, Rows]:
        """What the neighbours and the source word that goes with either form most say, and for which candidate."""
        beside = self.company.beside[cells]
        theirs, own = self._seen(beside, form[of]), self._seen(beside, word[of]) - 1
        together = (theirs + own) / (self.share[beside] * self.total + SMOOTHING)
        neighbour = np.zeros(len(of), dtype=np.bool_)
        neighbour[np.concatenate([first, first + 1])] = True
        last = np.zeros(len(of), dtype=np.bool_)
        last[(first + np.bincount(of, minlength=len(first)) - 1)] = True  # of each candidate, in the order below
        kept = neighbour.copy()
        kept[np.lexsort((np.where(neighbour, -1.0, together), of))[last]] = True
        rows = of[kept]
        form_often, word_often = self.often[form][rows], self.often[word][rows] - 1
        return _evidence(theirs[kept], own[kept], form_often, word_often, self.share[beside[kept]]), rows

    def _loudest(self, occurrence: Rows, form: Rows) -> tuple[Rows, Rows, Rows]:
        """Of each occurrence's company the word that speaks most for the form, and how often each stands beside it."""
        cells = self.company.count[occurrence]
        of = np.repeat(np.arange(len(occurrence)), cells)
        beside = self.company.beside[ranges(self.firsts[occurrence], cells)]
        theirs, mine = form[of], self.told.piece[occurrence][of]
        together, own = self._seen(beside, theirs), self._seen(beside, mine) - 1
        speaks = _evidence(together, own, self.often[theirs], self.often[mine] - 1, self.share[beside])
        best = _first_largest(np.where(self.named[beside], speaks, -np.inf), of)
        return beside[best], own[best], together[best]

    def _seen(self, beside: Rows, word: Rows) -> Rows:
        wanted = beside * self.width + word
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[places] == wanted, self.counts[places], 0)


def _first_largest(values: Values, group: Rows) -> Rows:
    """Of each group that there is, ascending, the place of its largest value, the first of several; `group` ascends."""
    order = np.lexsort((-values, group))
    first: Rows = order[np.append(True, group[1:] != group[:-1])[: len(group)]]
    return first


def _evidence(theirs: Rows, own: Rows, form: Rows, word: Rows, share: Values) -> Values:
    """What one word of the company says for the other form, in nats."""
    usual = SMOOTHING * share
    evidence: Values = np.log((theirs + usual) / (form + SMOOTHING)) - np.log((own + usual) / (word + SMOOTHING))
    return evidence
