"""Hand-made vocabularies in the plane, where every cosine can be worked out on paper."""

from math import cos, radians, sin

import numpy as np

from training.ml.scoring import lexicon, spelling, wording
from training.ml.scoring.evidence import Evidence
from training.ml.scoring.geometry import GeometrySettings, measure
from training.ml.scoring.listing import Listing, Vocabulary

PLAIN = GeometrySettings(around=1, near=1, ridge=1e9)  # no adaptation, CSLS over the nearest alone


def vocabulary(language: str, **degrees: float) -> Vocabulary:
    """Terms at angles on the unit circle; an underscore in a name stands for a blank."""
    angles = [radians(angle) for angle in degrees.values()]
    vectors = np.array([[cos(angle), sin(angle)] for angle in angles], dtype=np.float32).reshape(-1, 2)
    return Vocabulary(language, tuple(name.replace("_", " ") for name in degrees), vectors)


def listing(source: Vocabulary, target: Vocabulary, *pairs: str) -> Listing:
    """Pairs as "source=target"."""
    split = [pair.split("=") for pair in pairs]
    rows = [(source.texts.index(one), target.texts.index(other)) for one, other in split]
    return Listing(source, target, np.array(rows, dtype=np.int64).reshape(-1, 2))


def evidence(found: Listing, settings: GeometrySettings = PLAIN) -> Evidence:
    return Evidence(
        measure(found, settings), lexicon.learn(found), spelling.learn(found.target.texts), wording.learn(found)
    )
