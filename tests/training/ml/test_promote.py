import pytest

from training.ml.promote import gate
from training.ml.records import Cell, GatePolicy

GOOD = {
    "macro": Cell("trained", "macro", "p@1", 900, 0.80, 0.85, 0.05, (0.02, 0.08)),
    "de": Cell("trained", "en-de", "p@1", 450, 0.80, 0.84, 0.04, (0.01, 0.07)),
    "pt": Cell("zero-shot", "en-pt", "p@1", 450, 0.90, 0.90, 0.0, (-0.01, 0.01)),
    "control": Cell("control", "en-de", "p@1", 600, 0.40, 0.42, 0.02, (-0.01, 0.05)),
}


def changed(name: str, n: int, difference: float, interval: tuple[float, float]) -> list[Cell]:
    old = GOOD[name]
    return list(
        {
            **GOOD,
            name: Cell(old.cell, old.language_pair, "p@1", n, 0.5, 0.5 + difference, difference, interval),
        }.values()
    )


def failed(decision):
    return [reason for reason in decision.reasons if reason.startswith("Failed")]


def test_a_candidate_that_keeps_every_rule_passes_with_a_sentence_each():
    decision = gate(list(GOOD.values()), 0.9)
    assert decision.passed
    assert len(decision.reasons) == 5
    assert all(reason.startswith("Passed: ") and reason.endswith(".") for reason in decision.reasons)
    assert (
        "P@1 macro went from 0.800 to 0.850, +5.00 points (95 % interval +2.00 to +8.00, n = 900)"
        in (decision.reasons[0])
    )
    assert "90.0 % of the constraints" in decision.reasons[-1]


@pytest.mark.parametrize(
    ("name", "n", "difference", "interval", "passes"),
    [
        ("macro", 900, 0.05, (0.0001, 0.1), True),
        ("macro", 900, 0.05, (0.0, 0.1), False),
        ("macro", 900, 0.05, (-0.01, 0.11), False),
        ("macro", 150, 0.05, (0.01, 0.1), True),
        ("macro", 150, 0.05, (-0.01, 0.1), False),
        ("macro", 900, float("nan"), (float("nan"), float("nan")), False),
        ("de", 450, -0.01, (-0.03, 0.01), True),
        ("de", 450, -0.011, (-0.03, 0.01), False),
        ("pt", 450, -0.02, (-0.04, 0.0), False),
        ("pt", 450, float("nan"), (float("nan"), float("nan")), False),
        ("pt", 200, -0.02, (-0.06, 0.02), False),
        ("pt", 199, -0.02, (-0.06, 0.02), True),
        ("pt", 199, -0.06, (-0.10, -0.011), False),
        ("control", 600, -0.02, (-0.05, 0.01), False),
        ("control", 100, -0.02, (-0.05, 0.01), True),
        ("control", 100, -0.08, (-0.15, -0.02), False),
    ],
)
def test_rules_at_their_edges(name, n, difference, interval, passes):
    decision = gate(changed(name, n, difference, interval), 0.9)
    assert decision.passed is passes
    assert len(failed(decision)) == (0 if passes else 1)
    doubts = [reason for reason in decision.reasons if "not decidable" in reason]
    assert len(doubts) == (n < 200)


@pytest.mark.parametrize(("satisfaction", "passes"), [(0.7, True), (0.699, False), (1.0, True), (float("nan"), False)])
def test_constraints_must_be_honoured(satisfaction, passes):
    assert gate(list(GOOD.values()), satisfaction).passed is passes


@pytest.mark.parametrize(
    ("missing", "passes", "says"),
    [
        ("macro", False, "in-domain P@1 was not measured"),
        ("de", True, "no single reviewed language pair was measured"),
        ("pt", True, "no zero-shot list was given"),
        ("control", True, "no control list was given"),
    ],
)
def test_what_was_not_measured_is_said(missing, passes, says):
    decision = gate([cell for name, cell in GOOD.items() if name != missing], 0.9)
    assert decision.passed is passes
    assert any(says in reason for reason in decision.reasons)


def test_nothing_measured_fails():
    assert not gate([], 1.0).passed


def test_the_policy_sets_the_margins():
    cells = changed("pt", 450, -0.02, (-0.04, 0.0))
    assert gate(cells, 0.5, GatePolicy(max_language_loss=0.03, min_satisfaction=0.4)).passed
    assert not gate(cells, 0.5, GatePolicy(max_language_loss=0.03)).passed
    assert not gate(cells, 0.9, GatePolicy(max_language_loss=0.03, min_gain=0.02)).passed


def test_other_metrics_and_macro_losses_do_not_count():
    others = [
        Cell("trained", "en-de", "mrr", 450, 0.9, 0.5, -0.4, (-0.5, -0.3)),
        Cell("control", "macro", "p@1", 450, 0.9, 0.5, -0.4, (-0.5, -0.3)),
    ]
    assert gate([*GOOD.values(), *others], 0.9).passed
