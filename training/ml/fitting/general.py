"""The space of general vocabulary: means and maps of its own, from known translations, beside those of the domain."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch

from training.ml import losses
from training.ml.fitting.head import Head
from training.ml.fitting.job import KnownPair
from training.ml.fitting.maps import PULL, near_identity
from training.ml.records import TermText
from training.ml.space import Space

Array = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
VectorsFn = Callable[[Sequence[str], str], Array]  # texts, language → (n, d) unit rows of the encoder's weights alone
FEWEST = 500  # translations into a language: fewer say little of its general vocabulary
EPOCHS, BATCH_PAIRS, LEARNING_RATE, DECAY, TEMPERATURE = 4, 512, 1e-3, 1.0, 0.05
STRENGTH = 0.5  # of what the maps learn beyond their first fit


def fit_general(space: Space, pairs: Sequence[KnownPair], vectors: VectorsFn, *, seed: int = 0) -> Space | None:
    """The means and maps of general vocabulary for an encoder whose domain has `space`; None for too few pairs.

    pairs: (source, target) of known translations. Languages among them are centred on their terms here, others as in
    `space`; each target language has a map, fitted by ridge regression about the identity and then trained by InfoNCE
    with one for all languages, of which half is kept. The same for the same pairs, seed and number of threads.
    """
    spoken = Counter(target.language for _, target in pairs)
    known = [pair for pair in pairs if spoken[pair[1].language] >= FEWEST]
    if not known:
        return None
    texts = list(dict.fromkeys(text for pair in known for text in pair))
    row = {text: number for number, text in enumerate(texts)}
    rows = np.array([[row[source], row[target]] for source, target in known], dtype=np.int64)
    languages = sorted({text.language for text in texts})
    language = np.array([languages.index(text.language) for text in texts], dtype=np.int64)
    encoded = _encoded(texts, languages, language, vectors)
    means = {name: encoded[language == number].mean(axis=0) for number, name in enumerate(languages)}
    space = Space({**space.means, **means})
    placed = np.empty_like(encoded)
    for number, name in enumerate(languages):
        placed[language == number] = space.apply(encoded[language == number], name)
    maps = {}
    for number in np.unique(language[rows[:, 1]]).tolist():
        source, target = rows[language[rows[:, 1]] == number].T
        maps[languages[number]] = near_identity(placed[source], placed[target], PULL)
    head = Head(replace(space, maps=maps), languages, trained=True)
    _train(head, torch.from_numpy(encoded), torch.from_numpy(language), torch.from_numpy(rows), seed)
    return head.space(space, STRENGTH)


def _encoded(texts: Sequence[TermText], languages: Sequence[str], language: Rows, vectors: VectorsFn) -> Array:
    rows = [np.flatnonzero(language == number) for number in range(len(languages))]
    parts = [
        vectors([texts[row].text for row in own.tolist()], name) for own, name in zip(rows, languages, strict=True)
    ]
    back = np.argsort(np.concatenate(rows))
    return np.concatenate(parts)[back].astype(np.float32)


def _train(head: Head, encoded: torch.Tensor, language: torch.Tensor, rows: torch.Tensor, seed: int) -> None:
    random = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(head.parameters(), lr=LEARNING_RATE, weight_decay=DECAY)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(rows), generator=random).split(BATCH_PAIRS):
            source, target = rows[batch].T
            asked, answer = (head(encoded[side], language[side]) for side in (source, target))
            losses.bidirectional_info_nce(asked, answer, alike(source, target), temperature=TEMPERATURE).backward()
            optimizer.step()
            optimizer.zero_grad()


def alike(source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """(b, b) bool: pairs with a text in common, for (b,) rows of texts, which are no negatives of each other."""
    return (source[:, None] == source[None, :]) | (target[:, None] == target[None, :])
