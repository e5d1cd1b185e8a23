"""What Tertium is to show in a column, each aim beside what was found; missed aims are told like the others."""

from collections.abc import Iterator, Sequence

from benchmarks.adaptation.figures import Row
from benchmarks.adaptation.plan import BASE, TERTIUM
from benchmarks.adaptation.tertium import VARIANTS

SAME_WORK = "sentence-transformers, upper layers"  # the same verdicts, epochs and trained layers
KNOWN = "known translations alone"
TRAINED, AHEAD, ZERO_SHOT_LOSS, CONTROL, COST = 0.93, 0.01, 0.002, 0.48, 0.3


def aims(rows: Sequence[Row]) -> Iterator[str]:
    """Lines of a table: aim, found, met or missed."""
    by_name = {row.arm: row for row in rows}
    ours, base = by_name[TERTIUM], by_name[BASE]
    others = [row for row in rows if row.arm != TERTIUM and row.arm not in VARIANTS]
    best = max(others, key=lambda row: row.p_at_1["trained"])
    ahead = ours.p_at_1["trained"] - best.p_at_1["trained"]
    kept = ours.p_at_1["zero-shot"] - base.p_at_1["zero-shot"]
    control = ours.p_at_1["control"]
    yield "| aim | found | |"
    yield "| --- | --- | --- |"
    yield _line(f"trained P@1 at least {TRAINED}", f"{ours.p_at_1['trained']:.3f}", ours.p_at_1["trained"] >= TRAINED)
    yield _line("at least 1 point above every arm", f"{100 * ahead:+.1f} to {best.arm}", ahead >= AHEAD)
    yield _line("zero-shot at most .2 points below the base", f"{100 * kept:+.1f}", kept >= -ZERO_SHOT_LOSS)
    gain = f"{control:.3f}, {100 * (control - base.p_at_1['control']):+.1f} to the base"
    if known := by_name.get(KNOWN):
        gain += f"; {known.p_at_1['control']:.3f} by *{KNOWN}*"
    yield _line(f"general control at least {CONTROL}", gain, control >= CONTROL)
    same = by_name.get(SAME_WORK)
    if same and same.timed and ours.timed:
        share = ours.seconds / same.seconds
        told = f"{share:.2f} ({ours.seconds:.0f} s of {same.seconds:.0f} s)"
        if ours.once:
            told += f"; before an encoder's first round, {ours.once:.0f} s for its known translations"
        yield _line(f"at most {COST} of the seconds of *{SAME_WORK}*", told, share <= COST)


def _line(aim: str, found: str, met: bool) -> str:
    return f"| {aim} | {found} | {'met' if met else '**missed**'} |"
