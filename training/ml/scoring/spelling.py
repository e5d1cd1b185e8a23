"""How usual a term's letters are in its list: an interpolated letter model (Witten & Bell 1991 in spirit, Dirichlet
smoothed), learned from the list itself; a term's own letters are taken out before it is judged. No word lists."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.ml.scoring.listing import AT_ONCE, Floats, Rows

ORDERS = 5  # letters that a probability looks at, the letter itself among them
SMOOTHING = 2.0  # occurrences that the shorter context is worth
SHORT = 10  # letters of a usual term that each term is believed to have beyond its own
BOUNDARY = "\n"  # before and after every term

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Spelling:
    surprise: Floats  # (n,) nats a letter, the mean; that of short terms lies nearer the list's middle
    strangest: tuple[str, ...]  # (n,) the few letters that surprise most


def learn(texts: Sequence[str], at_once: int = AT_ONCE) -> Spelling:
    """What the list of n distinct texts says of the letters of each; long lists in parts."""
    parts = [_learn(texts[start : start + at_once]) for start in range(0, max(len(texts), 1), at_once)]
    return Spelling(
        np.concatenate([part.surprise for part in parts]), tuple(one for part in parts for one in part.strangest)
    )


def _learn(texts: Sequence[str]) -> Spelling:
    padded = [f"{BOUNDARY}{text.casefold()}{BOUNDARY}" for text in texts]
    letters = np.frombuffer("".join(padded).encode("utf-32-le"), dtype=np.uint32)
    text = np.repeat(np.arange(len(padded)), [len(one) for one in padded])
    surprise = -np.log(_chances(letters, text))
    told = np.flatnonzero(text[1:] == text[:-1]) + 1  # all but the boundary before each
    counts, sums = np.bincount(text[told], minlength=len(padded)), np.bincount(text[told], surprise[told], len(padded))
    middle = float(np.median(sums / np.maximum(counts, 1))) if len(padded) else 0.0
    mean = (sums + SHORT * middle) / (counts + SHORT)
    return Spelling(mean.astype(np.float32), _strangest(padded, surprise, text))


def _chances(letters: NDArray[np.uint32], text: Rows) -> Values:
    """(l,) of each letter after those before it in its text."""
    _, code = np.unique(letters, return_inverse=True)
    width = int(code.max(initial=0)) + 1
    place = np.arange(len(text)) - _starts(text)[text]
    context, before = _counted(np.zeros(len(code), dtype=np.int64), text)
    chance: Values = np.full(len(code), 1.0 / max(width, 1))
    for order in range(ORDERS):
        gram, seen = _counted(context * width + code, text)
        better = (seen + SMOOTHING * chance) / (before + SMOOTHING)
        chance = np.where(place >= order, better, chance)
        # the context of the next order: the gram that ends one letter before
        context, before = (np.concatenate([one[:1], one[:-1]]) for one in (gram, seen))
    return chance


def _counted(gram: Rows, text: Rows) -> tuple[Rows, Rows]:
    """(l,) each gram's number, and how often it stands in other texts; `text` ascends."""
    order = np.argsort(gram, kind="stable")
    gram, text = gram[order], text[order]
    another = np.append(True, gram[1:] != gram[:-1])[: len(gram)]
    kind, often = _runs(another)
    _, own = _runs(another | np.append(True, text[1:] != text[:-1])[: len(gram)])
    number, elsewhere = np.empty_like(gram), np.empty_like(gram)
    number[order], elsewhere[order] = kind, often - own
    return number, elsewhere


def _runs(begins: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """(l,) the number of each run, and its length."""
    number = np.cumsum(begins) - 1
    return number, np.bincount(number)[number]


def _starts(text: Rows) -> Rows:
    return np.searchsorted(text, np.arange(int(text.max(initial=-1)) + 1))


def _strangest(padded: Sequence[str], surprise: Values, text: Rows) -> tuple[str, ...]:
    """Three letters around the most surprising one of each text."""
    starts = _starts(text)
    most = np.flatnonzero(surprise == np.maximum.reduceat(surprise, starts)[text]) if len(padded) else starts
    last = np.full(len(padded), -1)
    last[text[most]] = most
    return tuple(
        one[max(place - 2, 0) : place + 2].strip() for one, place in zip(padded, (last - starts).tolist(), strict=True)
    )
