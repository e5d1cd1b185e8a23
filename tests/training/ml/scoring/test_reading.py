"""Texts are read the same in a process of their own, which never outlives who asked and never fails without a word."""

import pickle
import subprocess
import sys
from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from tests.training.ml.scoring.test_long_lists import WHOLE
from training.ml.scoring import reading
from training.ml.scoring.listing import Listing, Vocabulary

FAILING = (sys.executable, "-c", "raise SystemExit(3)")


def same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return bool(np.array_equal(one, other))
    if is_dataclass(one):
        return all(same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))
    return one == other


def no_process(*_: object, **__: object) -> None:
    raise AssertionError("no process is wanted here")


@pytest.mark.parametrize(("beside", "worth_it"), [(False, 1), (True, len(WHOLE) + 1)])
def test_one_thread_or_a_short_list_is_read_here(beside: bool, worth_it: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BESIDE_FROM", worth_it)
    monkeypatch.setattr(subprocess, "Popen", no_process)
    with reading.reading(WHOLE, beside=beside) as found:
        assert same(found(), reading.read(WHOLE))


@pytest.mark.slow
def test_another_process_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BESIDE_FROM", 1)
    monkeypatch.setattr(reading, "read", no_process)
    with reading.reading(WHOLE, beside=True) as found:
        told = found()
    monkeypatch.undo()
    assert same(told, reading.read(WHOLE))
    assert not same(told, reading.read(Listing(WHOLE.source, WHOLE.target, WHOLE.pairs[::-1])))


@pytest.mark.slow
def test_a_process_that_fails_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BESIDE_FROM", 1)
    monkeypatch.setattr(reading, "COMMAND", FAILING)
    with pytest.raises(reading.ReadingFailed, match="code 3"), reading.reading(WHOLE, beside=True) as found:
        found()


@pytest.mark.slow
def test_it_ends_with_who_asked() -> None:
    texts = tuple(f"a wall of {number} trees and houses" for number in range(30_000))
    side = Vocabulary("en", texts, np.zeros((len(texts), 0), np.float32))
    listing = Listing(side, side, np.stack([np.arange(len(texts))] * 2, axis=1))
    with subprocess.Popen(reading.COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=reading.ROOT) as process:
        assert process.stdin
        process.stdin.write(pickle.dumps(listing))
        process.stdin.close()
        assert process.wait() == 1
