"""What verdicts are worth: reviewers work through the queue of some families, the other families are scored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from annotations.ordering import Candidate, order_queue
from benchmarks.detection.cells import Cell
from benchmarks.detection.lists import is_reviewed
from benchmarks.detection.measures import auroc, average_precision, calibration_error, precision_at_top
from training.ml.scoring.refitting import Lessons, learn
from training.ml.scoring.weighing import Weights

VERDICTS = (0, 50, 200, 500)  # of a project, which is one list here
SCANS = (50, 100, 200, 350, 500)  # verdicts after which the weights are learned anew and the queue put in order
ELSEWHERE = 200  # verdicts of each other project
COMBINATION, TRANSFER = "combination", "transfer"
MEASURES = ("auroc", "ap", "top", "ece")


@dataclass(frozen=True)
class Result:
    list_: str
    domain: str
    kind: str  # of the cell, or one rule of its form errors
    scorer: str  # a signal, COMBINATION or TRANSFER
    verdicts: int
    wrong: int  # pairs tested that are wrong
    pairs: int  # pairs tested
    auroc: float
    ap: float
    top: float
    ece: float  # NaN for a signal: it is no chance


def results(cell: Cell, others: Sequence[Cell]) -> Iterator[Result]:
    """Of one project; `others` have the same kind of error in other languages and domains.

    TRANSFER: the project has no verdict, the others have ELSEWHERE each.
    """
    for place, name in enumerate(cell.ids):
        yield from _measured(cell, name, 0, cell.doubts[:, place], chances=False)
    for count, weights in zip(VERDICTS, taught(cell), strict=True):
        yield from _measured(cell, COMBINATION, count, weights.score(cell.ids, cell.doubts), chances=True)
    warm = learn(cell.ids, Lessons.none(len(cell.ids)), [lessons_of(other, ELSEWHERE) for other in others])
    yield from _measured(cell, TRANSFER, 0, warm.score(cell.ids, cell.doubts), chances=True)


def taught(cell: Cell) -> Iterator[Weights]:
    """The weights after each of VERDICTS."""
    school = _School(cell)
    for count in VERDICTS:
        school.review(count)
        yield school.weights


def lessons_of(cell: Cell, verdicts: int) -> Lessons:
    school = _School(cell)
    school.review(verdicts)
    return school.lessons


class _School:
    """The queue of one project, in the product's own order, answered truthfully."""

    def __init__(self, cell: Cell) -> None:
        rows = np.array([is_reviewed(family) for family in cell.families])
        self.ids, self.doubts = cell.ids, cell.doubts[rows]
        self.wrong, self.families = cell.wrong[rows], cell.families[rows]
        self.answered: list[int] = []
        self.weights = learn(self.ids, self.lessons)

    @property
    def lessons(self) -> Lessons:
        return Lessons(self.doubts[self.answered], self.wrong[self.answered])

    def review(self, until: int) -> None:
        for scan in SCANS:
            if len(self.answered) < scan <= until:
                self.answered += self._queue()[: scan - len(self.answered)]
                self.weights = learn(self.ids, self.lessons)

    def _queue(self) -> list[int]:
        scores, answered = self.weights.score(self.ids, self.doubts), set(self.answered)
        open_ = [row for row in range(len(scores)) if row not in answered]
        candidates = [Candidate(row, float(scores[row]), str(self.families[row])) for row in open_]
        return order_queue(candidates, seed="detection")


def _measured(cell: Cell, scorer: str, verdicts: int, scores: np.ndarray, *, chances: bool) -> Iterator[Result]:
    tested = np.array([not is_reviewed(family) for family in cell.families])
    planted = sorted(set(cell.kinds[cell.wrong]))
    for kind in ("", *(planted if len(planted) > 1 else ())):
        rows = tested & (~cell.wrong | (cell.kinds == kind)) if kind else tested
        wrong, of = cell.wrong[rows], scores[rows].astype(np.float64)
        yield Result(
            cell.list_, cell.domain, kind or cell.kind, scorer, verdicts, int(wrong.sum()), len(wrong),
            auroc(wrong, of), average_precision(wrong, of), precision_at_top(wrong, of),
            calibration_error(wrong, of) if chances and not kind else float("nan"),
        )  # fmt: skip


def mean(found: Sequence[Result], measure: str) -> float:
    """The macro mean over lists."""
    values = [getattr(one, measure) for one in found if not np.isnan(getattr(one, measure))]
    return float(np.mean(values)) if values else float("nan")
