"""Why a pair is doubtful, in one to three sentences, the weightiest first. Reads what was examined; weighs nothing."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from training.ml.examination import IDS, Examined
from training.ml.listing import Floats
from training.ml.signals import SIGNALS
from training.ml.surface import CHECKS

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
    *((check.id, (check.id,)) for check in CHECKS),
)
ABOVE_ZERO = ("exchange", "colisted", "target_word", "source_word")  # speak only where their value is


@dataclass(frozen=True, eq=False)
class Reasons:
    examined: Examined
    contributions: Floats  # (p, s) log-odds in the order of IDS

    def of(self, row: int) -> tuple[str, ...]:
        chosen = [FAMILIES[place][0] for place in self._order[row] if self._families[row, place] >= SPEAKS_FROM]
        return tuple(self._sentence(name, row) for name in chosen or [ALONE])

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
    def _order(self) -> list[list[int]]:
        order: list[list[int]] = np.argsort(-self._families, axis=1, kind="stable")[:, :MOST].tolist()
        return order

    def _sentence(self, name: str, row: int) -> str:
        place = IDS.index(name)
        if place < len(SIGNALS):
            return SIGNALS[place].sentence(self.examined.evidence, row, float(self.examined.values[row, place]))
        return CHECKS[place - len(SIGNALS)].sentence(*self.examined.forms[row], self.examined.norms)
