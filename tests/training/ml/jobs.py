"""Small training jobs on the tiny encoder: made-up words in two languages, a verdict on each pair."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import tiny_encoder
from training.ml.backbone import Backbone, resolve
from training.ml.records import MIXUP_WEIGHT, Attract, Constraints, Order, Recipe, Repel, TermText
from training.ml.space import Space
from training.ml.train import prepare_job

STEMS = ("card", "derm", "gastr", "hepat", "nephr", "neur", "oste", "arthr", "my", "pneum", "col", "cyst")
ENDS = (("itis", "entzündung"), ("oma", "tumor"))
QUICK = Recipe(
    freezing="top_k",
    top_k=2,
    epochs=3,
    batch_pairs=8,
    learning_rate=3e-3,
    checkpoint_steps=2,
    precision="float32",
    mixup_weight=MIXUP_WEIGHT,
    mixup_every=1,
    replay_share=0.5,  # of a batch so small
)


def word(language: str, text: str) -> TermText:
    return TermText(language, text)


PAIRS = [(word("en", f"{s}{en}"), word("de", f"{s[::-1]}{de}"), s) for s in STEMS for en, de in ENDS]


def attract() -> tuple[Attract, ...]:
    return tuple(Attract(en, de, f"{family}:{en.text}", family) for en, de, family in PAIRS)


def repel() -> tuple[Repel, ...]:
    """Each term with the translation of its sibling."""
    siblings = zip(PAIRS[::2], PAIRS[1::2], strict=True)
    return tuple(Repel(one[0], other[1], one[2], better=one[1]) for one, other in siblings)


def order() -> tuple[Order, ...]:
    return (Order(PAIRS[0][0], word("de", "leiden"), "broader", PAIRS[0][2]),)


REPLAY = tuple(
    word(language, f"{a}{b}") for language in ("en", "de", "fr") for a in ("haus", "tree", "eau") for b in "xyz"
)
KNOWN = tuple((word("en", f"thing {n}"), word("de", f"ding {n}")) for n in "abcdefgh")


@dataclass(frozen=True)
class Job:
    folder: Path
    backbone: Backbone


def prepare(tmp_path: Path, recipe: Recipe = QUICK, *, parent: Backbone | None = None, **changes: Any) -> Job:
    """`changes` replace what prepare_job is given: constraints, replay, replay_pairs, space."""
    parent = parent or resolve(str(tiny_encoder.build(tmp_path / "parent")), tmp_path / "cache")
    given = {
        "constraints": Constraints(attract=attract(), repel=repel(), order=order()),
        "replay": REPLAY,
        "replay_pairs": KNOWN,
        "space": Space(),
        **changes,
    }
    prepare_job(tmp_path / "job", backbone=parent, recipe=recipe, **given)
    return Job(tmp_path / "job", parent)
