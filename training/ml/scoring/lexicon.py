"""Which words of the two languages go together in this list, and what a pair lacks by that. No vectors, no word lists.

Beside whole words it looks at how long words begin and end, which is what holds compounds together, and at the
characters of scripts that don't part their words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import accumulate

import numpy as np

from training.ml.scoring.alignment import Cells, Explained, Side, Values, explain, shifted
from training.ml.scoring.letters import UNPARTED, word_pattern
from training.ml.scoring.listing import AT_ONCE, Flags, Floats, Listing, Rows
from training.ml.scoring.polarity import negates, primary_language

WORD = re.compile(rf"[{UNPARTED}]+|{word_pattern(but=UNPARTED)}|\d+")
HEAD, HEAD_FROM = 4, 6  # letters that stand for how a word begins, and from which length on
TAIL, TAIL_FROM = 5, 9
MOST = 32  # pieces of one term
PART = 0.6  # of the weight of a whole word, when the usual companion of a word is named
NONE = -1
WITHOUT_PARTS = re.compile(f"[{UNPARTED}]")


@dataclass(frozen=True, eq=False)
class Missing:
    """For p pairs: how far the pieces of one side go unexplained by the other, against the rest of the list."""

    mean: Floats  # (p,) nats a piece, only what is lacking: 0 where all is as elsewhere
    worst: Floats  # (p,) nats, of the piece that lacks most
    piece: Rows  # (p,) that piece, or −1
    usual: Rows  # (p,) the other side's piece that it mostly goes with, where this pair lacks it, or −1
    together: Rows  # (p,) pairs with both
    seen: Rows  # (p,) pairs with the piece
    negation: Floats  # (p,) nats that the negating piece lacks which lacks most; 0 where none negates
    negator: Rows  # (p,) that piece, or −1
    negated: Rows  # (p,) pairs with it


@dataclass(frozen=True, eq=False)
class Lexicon:
    target: Missing  # pieces of the target that nothing in the source explains
    source: Missing  # pieces of the source that nothing in the target explains
    source_pieces: tuple[str, ...]
    target_pieces: tuple[str, ...]

    @classmethod
    def joined(cls, parts: Sequence["Lexicon"]) -> "Lexicon":
        """Those of parts of a list that follow each other."""
        sources = [0, *accumulate(len(part.source_pieces) for part in parts)]
        targets = [0, *accumulate(len(part.target_pieces) for part in parts)]
        return cls(
            _joined([part.target for part in parts], targets, sources),
            _joined([part.source for part in parts], sources, targets),
            tuple(piece for part in parts for piece in part.source_pieces),
            tuple(piece for part in parts for piece in part.target_pieces),
        )


def learn(listing: Listing, at_once: int = AT_ONCE) -> Lexicon:
    """What the words of p pairs lack, in nats.

    Long lists in parts of `at_once` pairs: what goes with a word is known long before a million are counted.
    """
    return Lexicon.joined([_learn(part) for part in listing.parts(at_once)])


def _joined(parts: Sequence[Missing], told: Sequence[int], given: Sequence[int]) -> Missing:
    before = {"piece": told, "usual": given, "negator": told}

    def column(name: str) -> np.ndarray:
        columns = [getattr(part, name) for part in parts]
        if name in before:
            columns = [shifted(one, first) for one, first in zip(columns, before[name], strict=False)]
        return np.concatenate(columns)

    return Missing(*(column(one.name) for one in fields(Missing)))


def _learn(listing: Listing) -> Lexicon:
    source_pieces, source = _numbered(listing.source.texts)
    target_pieces, target = _numbered(listing.target.texts)
    cells = Cells.of(Side.of(source, listing.pairs[:, 0]), Side.of(target, listing.pairs[:, 1]))
    here, there = _negators(source_pieces, listing.source.language), _negators(target_pieces, listing.target.language)
    return Lexicon(
        _missing(cells, len(listing), source_pieces, there),
        _missing(cells.reversed, len(listing), target_pieces, here),
        source_pieces,
        target_pieces,
    )


def pieces(text: str) -> list[str]:
    """Words in lower case, "anfa…" and "…fange" for long ones, characters and pairs of them for Han, kana, Thai …

    Of a long term the parts are left out before the wholes.
    """
    wholes: dict[str, None] = {}
    parts: dict[str, None] = {}
    for one in WORD.findall(text.casefold()):
        whole, part = _cut(one)
        wholes.update(dict.fromkeys(whole))
        parts.update(dict.fromkeys(part))
    return list(wholes | parts)[:MOST]


@lru_cache(maxsize=AT_ONCE)
def _cut(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words or characters; their parts or pairs."""
    if WITHOUT_PARTS.match(word):
        return tuple(word), tuple(word[at : at + 2] for at in range(len(word) - 1))
    head = (f"{word[:HEAD]}…",) if len(word) >= HEAD_FROM else ()
    tail = (f"…{word[-TAIL:]}",) if len(word) >= TAIL_FROM else ()
    return (word,), (*head, *tail)


def whole_word(piece: str, text: str) -> str:
    """The word of the text that a piece comes from, as it is written there."""
    bare = piece.strip("…")
    words: list[str] = WORD.findall(text)
    for word in words:
        folded = word.casefold()
        if folded == piece or (piece.endswith("…") and folded.startswith(bare)):
            return word
        if piece.startswith("…") and folded.endswith(bare):
            return word
    return piece


def _numbered(texts: Sequence[str]) -> tuple[tuple[str, ...], list[Rows]]:
    slots: dict[str, int] = {}
    rows = [np.array([slots.setdefault(one, len(slots)) for one in pieces(text)], dtype=np.int64) for text in texts]
    return tuple(slots), rows


def _negators(pieces_: Sequence[str], language: str) -> Flags:
    """(pieces,) whether each is a word that negates in this language."""
    primary = primary_language(language)
    return np.array([negates(piece, primary) for piece in pieces_], dtype=np.bool_)


def _missing(cells: Cells, pairs: int, given_pieces: Sequence[str], negators: Flags) -> Missing:
    explained = explain(cells)
    seen = np.bincount(cells.told.piece)
    lack = _lack(cells.told, explained.lift, seen)
    worst = _last_of_each(np.lexsort((lack, cells.told.pair)), cells.told.pair, pairs)
    negator = _worst_negator(cells.told, lack, negators, pairs)
    known = worst != NONE
    piece = np.where(known, _at(cells.told.piece, worst), NONE)
    kind = np.where(known, _at(_usual_kind(cells, explained, given_pieces), piece), NONE)
    kind = np.where(_beside(cells, worst, kind), NONE, kind)
    return Missing(
        _mean(np.maximum(lack, 0), cells.told.pair, pairs),
        np.where(known, _at(lack, worst), 0).astype(np.float32),
        piece,
        np.where(kind == NONE, NONE, _at(cells.given_of, kind)),
        np.where(kind == NONE, 0, _at(np.bincount(cells.kind), kind)),
        np.where(known, _at(seen, piece), 0),
        np.where(negator == NONE, 0, np.maximum(_at(lack, negator), 0)).astype(np.float32),
        np.where(negator == NONE, NONE, _at(cells.told.piece, negator)),
        np.where(negator == NONE, 0, _at(seen, _at(cells.told.piece, negator))),
    )


def _worst_negator(told: Side, lack: Values, negators: Flags, pairs: int) -> Rows:
    """(p,) the negating occurrence that lacks most, or −1."""
    order = np.lexsort((lack, told.pair))
    return _last_of_each(order[_at(negators, told.piece)[order]] if len(negators) else order[:0], told.pair, pairs)


def _lack(told: Side, lift: Values, seen: Rows) -> Values:
    """What each occurrence lacks of the lift that its piece has elsewhere; a piece seen once lacks nothing."""
    elsewhere = seen[told.piece] - 1
    rest = np.bincount(told.piece, lift)[told.piece] - lift
    lack: Values = rest / (elsewhere + 1.0) - lift  # shrunk, as if it had been seen once more, unexplained
    return lack


def _usual_kind(cells: Cells, explained: Explained, given_pieces: Sequence[str]) -> Rows:
    """(told pieces,) the kind of cell in which each told piece was aligned most; whole words read better than parts."""
    readable = np.array([PART if "…" in piece else 1.0 for piece in given_pieces])
    order = np.lexsort((explained.mass * _at(readable, cells.given_of), cells.told_of))
    return _last_of_each(order, cells.told_of, int(cells.told.piece.max(initial=-1)) + 1)


def _beside(cells: Cells, occurrence: Rows, kind: Rows) -> Flags:
    """(p,) whether the given piece of this kind stands beside the occurrence."""
    wanted = np.full(len(cells.told.piece), NONE)
    wanted[occurrence[occurrence != NONE]] = kind[occurrence != NONE]
    hit = np.zeros(len(cells.told.piece) + 1, dtype=np.bool_)
    hit[cells.told_at[cells.kind == wanted[cells.told_at]]] = True
    found: Flags = hit[occurrence] & (occurrence != NONE)
    return found


def _last_of_each(order: Rows, group: Rows, groups: int) -> Rows:
    """(groups,) the last in order of each group, −1 for none; `order` sorts by group first."""
    found = np.full(groups, NONE)
    found[group[order]] = order
    return found


def _mean(values: Values, pair: Rows, pairs: int) -> Floats:
    mean = np.bincount(pair, values, pairs) / np.maximum(np.bincount(pair, minlength=pairs), 1)
    return mean.astype(np.float32)


def _at(values: np.ndarray, places: Rows) -> np.ndarray:
    """The values at places, where −1 gives anything."""
    return values[places] if len(values) else np.zeros(len(places), dtype=values.dtype)
