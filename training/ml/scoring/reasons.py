"""Why a pair is doubtful, in one to three sentences, the weightiest first. Reads what was examined; weighs nothing."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from training.ml.scoring.examination import IDS, Examined
from training.ml.scoring.listing import Floats
from training.ml.scoring.signals import SIGNALS
from training.ml.scoring.surface import CHECKS

MOST = 3
SPEAKS_FROM = 0.5  # log-odds that a family of signals adds
ALONE = "gap"  # what is said of a pair that nothing speaks against
FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = (  # the signal that speaks, and all that it speaks for
    ("gap", ("gap", "mean_gap", "forward_gap", "reverse_gap", "margin", "forward_rank", "reverse_rank", "cycle")),
    ("exchange", ("exchange",)),
    ("csls", ("csls", "ratio", "agreement", "hubness")),
    ("cosine", ("cosine",)),
    ("colisted", ("colisted",)),
    ("target_word", ("target_words", "target_word")),
    ("source_word", ("source_words", "source_word")),
    *((name, (name,)) for name in ("unanswered", "spelling", "form")),
    *((check.id, (check.id,)) for check in CHECKS),
)
ABOVE_ZERO = (
    "exchange",
    "colisted",
    "target_word",
    "source_word",
    "unanswered",
    "form",
)  # speak only where their value is

NAMES = [name for name, _ in FAMILIES]
DECIMALS = 2


@dataclass(frozen=True, eq=False)
class Reasons:
    examined: Examined
    contributions: Floats  # (p, s) log-odds in the order of IDS
    start: float  # log-odds before any signal

    def of(self, row: int) -> tuple[str, ...]:
        return tuple(self._sentence(name, row) for name, _ in self._chosen(row))

    def log_odds(self, row: int) -> tuple[tuple[str, float], ...]:
        """What adds up to the score, rounded so that it still does: the start, each reason, and all the rest."""
        chosen = tuple((name, round(value, DECIMALS)) for name, value in self._chosen(row))
        start, total = round(self.start, DECIMALS), round(self.start + float(self._sums[row]), DECIMALS)
        rest = round(total - start - sum(value for _, value in chosen), DECIMALS)
        return (("start", start), *chosen, ("rest", rest))

    def _chosen(self, row: int) -> list[tuple[str, float]]:
        found = [(FAMILIES[place][0], float(self._families[row, place])) for place in self._order[row].tolist()]
        loud = [(name, value) for name, value in found if value >= SPEAKS_FROM]
        return loud or [(ALONE, float(self._families[row, NAMES.index(ALONE)]))]

    @cached_property
    def _sums(self) -> Floats:
        sums: Floats = self.contributions.sum(axis=1)
        return sums

    @cached_property
    def _families(self) -> Floats:
        columns = []
        for speaker, names in FAMILIES:
            column = self.contributions[:, [IDS.index(name) for name in names]].sum(axis=1)
            if speaker in ABOVE_ZERO:
                column = np.where(self.examined.values[:, IDS.index(speaker)] > 0, column, 0)
            columns.append(column)
        return np.stack(columns, axis=1)

    @cached_property
    def _order(self) -> NDArray[np.int8]:
        return np.argsort(-self._families, axis=1, kind="stable")[:, :MOST].astype(np.int8)

    def _sentence(self, name: str, row: int) -> str:
        place = IDS.index(name)
        if place < len(SIGNALS):
            return SIGNALS[place].sentence(self.examined.evidence, row, float(self.examined.values[row, place]))
        return CHECKS[place - len(SIGNALS)].sentence(*self.examined.forms[row], self.examined.norms)
