"""A space of general vocabulary, fitted on words whose German is a turned, noisy copy of their English."""

from collections.abc import Sequence

import numpy as np
import torch

from training.ml.fitting.general import FEWEST, VectorsFn, alike, fit_general
from training.ml.fitting.job import KnownPair
from training.ml.records import TermText
from training.ml.space import Space

WIDTH, LEARNT, ASKED = 16, 600, 200
AWAY = 0.5 * np.ones(WIDTH)  # where a language's words lie, which centring takes out


def words() -> dict[TermText, np.ndarray]:
    random = np.random.default_rng(0)
    english = random.normal(size=(LEARNT + ASKED, WIDTH))
    turn = np.linalg.qr(np.eye(WIDTH) + 0.5 * random.normal(size=(WIDTH, WIDTH)))[0]
    german = english @ turn + 0.3 * random.normal(size=english.shape) + AWAY
    return {
        TermText(language, f"{language} {number}"): row / np.linalg.norm(row)
        for language, rows in (("en", english), ("de", german))
        for number, row in enumerate(rows)
    }


WORDS = words()


def vectors(texts: Sequence[str], language: str) -> np.ndarray:
    return np.array([WORDS[TermText(language, text)] for text in texts], dtype=np.float32)


def pairs(count: int = LEARNT, language: str = "de") -> list[KnownPair]:
    return [(TermText("en", f"en {number}"), TermText(language, f"{language} {number}")) for number in range(count)]


def found_first(space: Space, encode: VectorsFn = vectors) -> float:
    """Of words that it was not fitted on."""
    asked = range(LEARNT, LEARNT + ASKED)
    source, target = (space.apply(encode([f"{name} {n}" for n in asked], name), name) for name in ("en", "de"))
    return float(((source @ target.T).argmax(axis=1) == np.arange(ASKED)).mean())


def test_words_that_it_was_not_fitted_on_find_their_translations() -> None:
    general = fit_general(Space(), pairs(), vectors)
    assert general is not None
    assert found_first(Space()) < 0.1
    assert found_first(general) > 0.9


def test_too_few_translations_fit_none() -> None:
    assert fit_general(Space(), pairs(FEWEST - 1), vectors) is None
    assert fit_general(Space(), [], vectors) is None
    assert fit_general(Space(), pairs(FEWEST), vectors) is not None


def test_a_language_of_too_few_is_left_as_the_domain_has_it() -> None:
    domain = Space({"en": np.ones(WIDTH), "de": np.ones(WIDTH), "fr": np.full(WIDTH, 2)})
    few = [(TermText("en", "en 1"), TermText("fr", "fr 1"))]
    general = fit_general(domain, pairs() + few, vectors)
    assert general is not None
    np.testing.assert_array_equal(general.means["fr"], domain.means["fr"])
    assert set(general.maps) == {"de"}
    german = vectors([f"de {number}" for number in range(LEARNT)], "de")
    np.testing.assert_allclose(general.means["de"], german.mean(axis=0), atol=1e-6)


def test_pairs_with_a_word_in_common_are_no_negatives_of_each_other() -> None:
    source, target = torch.tensor([[0, 5], [0, 6], [1, 6], [2, 7]]).T
    assert alike(source, target).tolist() == [
        [True, True, False, False],
        [True, True, True, False],
        [False, True, True, False],
        [False, False, False, True],
    ]


def test_the_same_translations_give_the_same_space() -> None:
    one, other = (fit_general(Space(), pairs(), vectors, seed=1) for _ in range(2))
    assert one is not None
    assert other is not None
    assert one.digest == other.digest
