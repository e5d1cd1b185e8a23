"""Lists of any size that lie as real terms do: the same spectrum, families, and a counterpart at the same distance."""

from dataclasses import dataclass

import numpy as np

from training.ml.scoring.listing import Vocabulary

FAMILY = 8  # terms of a family, that share a part of their variance
SHARED = 0.55  # of the variance: about what siblings of ICD-10 share
SYLLABLES = [one + two for one in "bdfgklmnprstvz" for two in "aeiou"]
BLOCK = 50_000
Words = tuple[list[str], list[str]]  # the texts of real pairs, side by side


@dataclass(frozen=True, eq=False)
class Spectrum:
    """What real pairs say: principal axes of the source, and how a target follows from its source."""

    axes: np.ndarray  # (d, d) columns scaled by the deviation along them
    follow: np.ndarray  # (d, d) ridge regression of target on source
    rest: np.ndarray  # (d, d) axes of what is left of the target

    @classmethod
    def of(cls, source: np.ndarray, target: np.ndarray) -> "Spectrum":
        """From n real pairs' unit rows, (n, d) each."""
        within = source.T @ source / len(source)
        follow = np.linalg.solve(within + 1e-4 * np.eye(len(within)), source.T @ target / len(source))
        left = target - source @ follow
        return cls(_axes(within), follow, _axes(left.T @ left / len(left)))


def pairs(
    spectrum: Spectrum, count: int, words: Words, *, kept: type[np.floating], seed: int = 0
) -> tuple[Vocabulary, Vocabulary]:
    """`count` source terms and their counterparts, row by row, as float32 or float16. Texts: a real pair's words, and a
    made-up name."""
    random = np.random.default_rng(seed)
    width = len(spectrum.axes)
    source, target = (np.empty((count, width), kept) for _ in range(2))
    families = random.normal(size=(-(-count // FAMILY), width)).astype(np.float32)
    axes, follow, rest = (one.astype(np.float32) for one in (spectrum.axes, spectrum.follow, spectrum.rest))
    for start in range(0, count, BLOCK):
        rows = np.arange(start, min(start + BLOCK, count))
        own = random.normal(size=(len(rows), width)).astype(np.float32)
        latent = np.sqrt(SHARED) * families[rows // FAMILY] + np.sqrt(1 - SHARED) * own
        here = latent @ axes.T
        there = here @ follow + random.normal(size=(len(rows), width)).astype(np.float32) @ rest.T
        source[rows], target[rows] = (one / np.linalg.norm(one, axis=1, keepdims=True) for one in (here, there))
    names = [_name(number) for number in range(count)]
    texts = (tuple(f"{side[row // FAMILY % len(side)]} {name}" for row, name in enumerate(names)) for side in words)
    first, second = texts
    return Vocabulary("en", first, source), Vocabulary("de", second, target)


def _axes(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance.astype(np.float64))
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)))


def _name(number: int) -> str:
    parts = []
    while True:
        number, part = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[part])
        if not number:
            return "".join(parts).ljust(4, "h")
