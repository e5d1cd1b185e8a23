"""The maps that the listed pairs themselves give."""

from dataclasses import replace

import numpy as np
import pytest

from training.ml.scoring.adaptation import adapt
from training.ml.scoring.listing import Listing, Vocabulary


def turned(pairs: int, width: int = 8, seed: int = 0) -> Listing:
    """Target terms are the source's, rotated, with a little noise."""
    random = np.random.default_rng(seed)
    source = random.normal(size=(pairs, width))
    rotation = np.linalg.qr(random.normal(size=(width, width)))[0]
    target = source @ rotation + 0.1 * random.normal(size=(pairs, width))
    rows = np.stack([np.arange(pairs)] * 2, axis=1)
    return Listing(_terms("en", source), _terms("de", target), rows)


def _terms(language: str, vectors: np.ndarray) -> Vocabulary:
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return Vocabulary(language, tuple(f"{language} {row}" for row in range(len(unit))), unit)


def own(listing: Listing, ridge: float) -> np.ndarray:
    sources, targets = listing.pairs.T
    return adapt(listing, ridge=ridge, folds=5).similarity(sources, targets[:, None])[:, 0]


def test_a_rotation_is_found() -> None:
    found = turned(400)
    assert own(found, ridge=1.0).mean() > 0.95
    assert abs(own(found, ridge=1e9).mean()) < 0.3


def test_a_strong_ridge_leaves_the_cosines() -> None:
    found = turned(50)
    cosines = (found.source.vectors * found.target.vectors).sum(axis=1)
    np.testing.assert_allclose(own(found, ridge=1e9), cosines, atol=1e-5)


def test_no_pair_is_judged_by_a_map_fitted_on_it() -> None:
    """Where targets are unrelated to sources, a map that knew its own pair would bring the two together."""
    random = np.random.default_rng(1)
    rows = np.stack([np.arange(60)] * 2, axis=1)
    unrelated = Listing(_terms("en", random.normal(size=(60, 40))), _terms("de", random.normal(size=(60, 40))), rows)
    assert abs(own(unrelated, ridge=0.01).mean()) < 0.08


def test_the_same_term_in_two_pairs_does_not_leak() -> None:
    random = np.random.default_rng(2)
    source, target = random.normal(size=(60, 40)), random.normal(size=(120, 40))
    rows = np.stack([np.repeat(np.arange(60), 2), np.arange(120)], axis=1)
    carried = adapt(Listing(_terms("en", source), _terms("de", target), rows), ridge=0.01, folds=5).carried_source
    towards = (carried[rows[:, 0]] * _terms("de", target).vectors).sum(axis=1)
    assert abs(towards.mean()) < 0.08


def test_the_same_text_in_two_rows_does_not_leak() -> None:
    random = np.random.default_rng(3)
    source, target = (np.repeat(random.normal(size=(60, 40)), 2, axis=0) for _ in range(2))
    texts = tuple(f"en {row // 2}" for row in range(120))
    rows = np.stack([np.arange(120)] * 2, axis=1)
    twice = Listing(replace(_terms("en", source), texts=texts), _terms("de", target), rows)
    carried = adapt(twice, ridge=0.01, folds=5).carried_source
    assert abs((carried * twice.target.vectors).sum(axis=1).mean()) < 0.08


@pytest.mark.parametrize("pairs", [1, 3])
def test_few_pairs_are_enough_to_go_on(pairs: int) -> None:
    found = adapt(turned(pairs), ridge=1.0, folds=5)
    np.testing.assert_allclose(np.linalg.norm(found.carried_source, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(found.carried_target, axis=1), 1, atol=1e-5)


def test_seen_from_the_other_side() -> None:
    found = adapt(turned(30), ridge=1.0, folds=5)
    there = found.similarity(np.array([3]), np.array([[7]]))
    back = found.reversed.similarity(np.array([7]), np.array([[3]]))
    np.testing.assert_allclose(there, back, atol=1e-6)
