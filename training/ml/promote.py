"""The gate: an evaluation and a policy → may this candidate go live? Every rule gives one sentence, passed or not.

Decides only; the live encoder is swapped elsewhere.
"""

from collections.abc import Iterable, Sequence

from training.ml.records import Cell, GateDecision, GatePolicy

DECIDABLE = 200  # queries: with fewer, a difference of a few points is noise
ROUNDING = 1e-9  # a loss of exactly the margin passes
MACRO = "macro"
STANDARD = GatePolicy()
Verdict = tuple[bool, str]


def gate(cells: Sequence[Cell], satisfaction: float, policy: GatePolicy = STANDARD) -> GateDecision:
    """Passed where all rules pass. `cells` as `evaluate` gives them, of which P@1 counts; `satisfaction` in 0..1.

    1. Gain: the lower end of the trained macro P@1's interval lies above `min_gain`. No such cell: fails.
    2. Languages: no trained or zero-shot language pair loses more than `max_language_loss` P@1. No zero-shot list:
       passes, and the sentence says that nothing was measured.
    3. Control: the same with `max_control_loss`. No control list: passes, and the sentence warns.
    4. Constraints: `satisfaction` is at least `min_satisfaction`.

    A loss is the difference itself from 200 queries on. With fewer it is "not decidable": the sentence says so, and
    the rule fails only where even the interval's upper end is a loss beyond the margin. The gain is always judged by
    its interval, whatever the number of queries. A figure that is not a number fails its rule.
    """
    verdicts = [
        _gain(cells, policy.min_gain),
        *_losses(cells, "trained", policy.max_language_loss),
        *_losses(cells, "zero-shot", policy.max_language_loss),
        *_losses(cells, "control", policy.max_control_loss),
        _constraints(satisfaction, policy.min_satisfaction),
    ]
    return GateDecision(
        passed=all(passed for passed, _ in verdicts),
        reasons=tuple(f"{'Passed' if passed else 'Failed'}: {sentence}" for passed, sentence in verdicts),
    )


def _gain(cells: Sequence[Cell], min_gain: float) -> Verdict:
    macro = [cell for cell in _p_at_1(cells, "trained") if cell.language_pair == MACRO]
    if not macro:
        return False, (
            "in-domain P@1 was not measured, so no gain is shown: hold out concepts of a reviewed language pair."
        )
    sentence = f"in-domain {_figures(macro[0])}; the interval's lower end must lie above {_points(min_gain)}."
    return macro[0].interval[0] > min_gain, _with_doubt(macro[0], sentence)


def _losses(cells: Sequence[Cell], name: str, margin: float) -> Iterable[Verdict]:
    measured = [cell for cell in _p_at_1(cells, name) if cell.language_pair != MACRO]
    if not measured:
        yield True, _NOT_MEASURED[name]
    for cell in measured:
        loss = cell.difference if cell.n >= DECIDABLE else cell.interval[1]
        sentence = f"{name} {_figures(cell)}; it may lose at most {100 * margin:.2f} points."
        yield loss >= -margin - ROUNDING, _with_doubt(cell, sentence)


_NOT_MEASURED = {
    "trained": "no single reviewed language pair was measured, so none is known to lose.",
    "zero-shot": "no zero-shot list was given, so transfer to languages without verdicts is not measured.",
    "control": "no control list was given, so nothing warns of general language forgotten: import one.",
}


def _constraints(satisfaction: float, min_satisfaction: float) -> Verdict:
    return satisfaction >= min_satisfaction - ROUNDING, (
        f"{100 * satisfaction:.1f} % of the constraints are honoured; at least {100 * min_satisfaction:.1f} % must be."
    )


def _p_at_1(cells: Sequence[Cell], name: str) -> list[Cell]:
    return [cell for cell in cells if cell.cell == name and cell.metric == "p@1"]


def _figures(cell: Cell) -> str:
    low, high = cell.interval
    return (
        f"P@1 {cell.language_pair} went from {cell.before:.3f} to {cell.after:.3f}, {_points(cell.difference)} points "
        f"(95 % interval {_points(low)} to {_points(high)}, n = {cell.n})"
    )


def _points(share: float) -> str:
    """A share's difference in percentage points, with its sign."""
    return f"{100 * share:+.2f}".replace("-", "−") if share else "0"


def _with_doubt(cell: Cell, sentence: str) -> str:
    if cell.n >= DECIDABLE:
        return sentence
    return f"{sentence} With fewer than {DECIDABLE} queries this is not decidable: only its interval was judged."
