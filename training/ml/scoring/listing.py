"""One language pair as lists: both vocabularies and which of their rows are listed as equivalent. No geometry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from training.ml.texts import normalise

Floats = NDArray[np.float32]
Vectors = NDArray[np.float32] | NDArray[np.float16]  # half as wide for the longest lists; always worked on as float32
Rows = NDArray[np.int64]
Places = NDArray[np.int64] | NDArray[np.int32]  # rows by the dozen for each term
Flags = NDArray[np.bool_]
AT_ONCE = 100_000  # pairs or texts that words, forms and letters are learned from together


class InvalidListing(ValueError):
    """Vocabularies or pairs that don't fit each other; the message gives the shapes."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The n terms of one language with their (n, d) float32 or float16 unit rows in the shared space."""

    language: str
    texts: tuple[str, ...]
    vectors: Vectors

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or len(self.vectors) != len(self.texts):
            raise InvalidListing(
                f"{len(self.texts)} {self.language!r} texts need vectors of shape ({len(self.texts)}, d), "
                f"but these have {self.vectors.shape}: embed the list again."
            )

    def of(self, rows: Rows) -> "Vocabulary":
        """These rows alone, in their order."""
        texts = tuple(self.texts[row] for row in rows.tolist())
        vectors: Vectors = self.vectors[rows]
        return Vocabulary(self.language, texts, vectors)


@dataclass(frozen=True, eq=False)
class Listing:
    """The p listed pairs of two vocabularies: `pairs` (p, 2) holds a row of the source and one of the target."""

    source: Vocabulary
    target: Vocabulary
    pairs: Rows

    def __post_init__(self) -> None:
        if self.pairs.ndim != 2 or self.pairs.shape[1] != 2:
            raise InvalidListing(f"Pairs have shape {self.pairs.shape}: (p, 2) is needed, source row and target row.")
        sizes = (len(self.source.texts), len(self.target.texts))
        if len(self.pairs) and (self.pairs.min() < 0 or (self.pairs.max(axis=0) >= sizes).any()):
            raise InvalidListing(f"Pairs point outside the lists of {sizes[0]} sources and {sizes[1]} targets.")
        widths = (self.source.vectors.shape[1], self.target.vectors.shape[1])
        if widths[0] != widths[1]:
            raise InvalidListing(f"Vectors of {widths[0]} and {widths[1]} dimensions share no space: embed both again.")

    def __len__(self) -> int:
        return len(self.pairs)

    def parts(self, most: int) -> Iterator["Listing"]:
        """Pairs that follow each other, at most so many at a time, each time with their own terms alone."""
        if len(self) <= most:
            yield self
            return
        for start in range(0, len(self), most):
            sources, targets = self.pairs[start : start + most].T
            (kept, from_), (kept_there, to) = (np.unique(rows, return_inverse=True) for rows in (sources, targets))
            yield Listing(self.source.of(kept), self.target.of(kept_there), np.stack([from_, to], axis=1))

    @property
    def without_vectors(self) -> "Listing":
        """For another process, to which texts alone are worth sending."""
        source, target = (Vocabulary(one.language, one.texts, one.vectors[:, :0]) for one in (self.source, self.target))
        return Listing(source, target, self.pairs)

    @cached_property
    def reversed(self) -> "Listing":
        """The same pairs seen from the target."""
        return Listing(self.target, self.source, np.ascontiguousarray(self.pairs[:, ::-1]))

    @cached_property
    def source_texts(self) -> Rows:
        """(n,) the number of each source row's text; rows whose texts differ in case or blanks alone share one."""
        return _numbers(self.source.texts)

    @cached_property
    def target_texts(self) -> Rows:
        return _numbers(self.target.texts)

    @cached_property
    def partner(self) -> Rows:
        """(n,) for each source row the first pair that lists its text, or −1."""
        first = np.full(len(self.source_texts), -1, dtype=np.int64)
        texts = self.source_texts[self.pairs[::-1, 0]]
        first[texts] = np.arange(len(self) - 1, -1, -1)
        return first[self.source_texts]

    def listed(self, sources: Places, targets: Places) -> Flags:
        """Whether the texts of these rows (any shapes that broadcast) are listed together somewhere."""
        if not len(self):
            return np.zeros(np.broadcast_shapes(sources.shape, targets.shape), dtype=np.bool_)
        wanted = self.source_texts[sources] * self._width + self.target_texts[targets]
        places = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        found: Flags = self._keys[places] == wanted
        return found

    @property
    def _width(self) -> int:
        return len(self.target_texts) + 1

    @cached_property
    def _keys(self) -> Rows:
        return np.unique(self.source_texts[self.pairs[:, 0]] * self._width + self.target_texts[self.pairs[:, 1]])


def _numbers(texts: Sequence[str]) -> Rows:
    slots: dict[str, int] = {}
    return np.array([slots.setdefault(normalise(text).casefold(), len(slots)) for text in texts], dtype=np.int64)
