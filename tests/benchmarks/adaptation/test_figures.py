"""Figures of results made by hand."""

from typing import Any

import numpy as np
import pytest

from benchmarks.adaptation.figures import CELLS, columns, difference, row
from benchmarks.adaptation.plan import full, quick


def result(arm: str, *first: int, seed: int = 0, verdicts: int = 100) -> dict[str, Any]:
    bits = np.packbits(np.array(first, dtype=bool)).tobytes().hex()
    cell = {"n": len(first), "p@1": float(np.mean(first)), "p@5": 1.0, "mrr": 1.0, "hubness": 1.0, "hits": bits}
    return {
        "arm": arm, "domain": "medicine", "verdicts": verdicts, "wrong": 0.0, "seed": seed,
        "cells": dict.fromkeys(CELLS, cell), "near_miss": {"right": 1.0}, "order": {"right": 1.0},
        "neighbourhoods_kept": 1.0, "about": {"seconds": 2.0}, "memory_mb": 1, "threads": 2,
    }  # fmt: skip


BASE = result("centred + CSLS", 1, 0, 0, 0)


def test_a_difference_is_paired_and_averaged_over_seeds() -> None:
    seeds = [result("Tertium", 1, 1, 0, 0, seed=0), result("Tertium", 1, 1, 1, 0, seed=1)]
    value, (low, high) = difference(seeds, [BASE], "trained")
    assert value == pytest.approx((0 + 1 + 0.5 + 0) / 4)
    assert low <= value <= high
    assert difference([BASE], [BASE], "trained") == (0.0, (0.0, 0.0))


def test_a_row_tells_means_and_spread_and_the_first_seeds_seconds() -> None:
    beside_others = {**result("Tertium", 1, 1, 1, 1, seed=1), "about": {"seconds": 9.0}}
    made = row("Tertium", [beside_others, result("Tertium", 1, 1, 0, 0)], BASE, 2)
    assert (made.p_at_1["trained"], made.spread, made.seeds, made.seconds) == (0.75, 0.5, 2, 2.0)


def test_seconds_of_fewer_threads_are_not_to_be_compared() -> None:
    assert [row("Tertium", [result("Tertium", 1, 1, 0, 0)], BASE, threads).timed for threads in (2, 4)] == [True, False]


def test_what_sees_no_verdict_stands_in_every_column() -> None:
    found = columns([BASE, result("Tertium", 1, 1, 1, 1, verdicts=300)])
    assert found["medicine", 300, 0.0]["centred + CSLS"] == [BASE]


@pytest.mark.parametrize("tasks", [quick(), full()])
def test_every_run_has_a_file_of_its_own(tasks: list) -> None:
    assert len({task.file for task in tasks}) == len(tasks)
