"""What is measured of an encoder on lists of a few terms."""

from collections.abc import Sequence

import numpy as np

from benchmarks.adaptation.beds import Bed
from benchmarks.adaptation.metrics import Encoder, measured
from training.ml.records import Constraints, TermText, TestList, TestPair


def right(texts: Sequence[str], language: str) -> np.ndarray:
    """Terms of one number lie in one place."""
    return np.eye(16, dtype=np.float32)[[int(text.split()[1]) for text in texts]]


def wrong(texts: Sequence[str], language: str) -> np.ndarray:
    return np.roll(right(texts, language), language == "de", axis=1)


def listed(cell: str) -> TestList:
    pairs = [TestPair(f"{n}", f"{n}", TermText("en", f"heart {n}"), TermText("de", f"Herz {n}")) for n in range(12)]
    return TestList(cell, "en", "de", tuple(pairs))  # type: ignore[arg-type]


def test_the_control_alone_is_placed_as_general_vocabulary() -> None:
    lists = {name: listed("control") for name in ("trained", "zero-shot", "other domain", "control")}
    bed = Bed(Constraints(()), (), (), (), {}, lists, {})
    found = measured(bed, Encoder(right, wrong), base=right)["cells"]
    assert {name: cell["p@1"] for name, cell in found.items()} == {
        "trained": 1, "zero-shot": 1, "other domain": 1, "control": 0,
    }  # fmt: skip
    assert measured(bed, Encoder(right), base=right)["cells"]["control"]["p@1"] == 1
