"""What an encoder consists of beside its weights: for each language a mean and, where fitted, a map; a map for all.

Terms of the project's domain have theirs, and general vocabulary may have its own beside them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from training.ml.atomic import new_file

Floats = NDArray[np.float32]
GENERAL = "general/"  # before the names of what belongs to the space of general vocabulary
TINY = 1e-6  # a row shorter than this has no direction left


class InvalidSpace(ValueError):
    """Means, maps or vectors that don't fit each other; the message names the language and the shapes."""


@dataclass(frozen=True, eq=False)
class Space:
    """The shared space of all languages, d dimensions, float32. Two spaces are the same when their digests are."""

    means: Mapping[str, Floats] = field(default_factory=dict)  # language -> (d,)
    maps: Mapping[str, Floats] = field(default_factory=dict)  # language -> (d, d); a row vector v becomes v @ map
    shared: Floats | None = None  # (d, d), for every language, after its own map; None leaves all as it is
    general: "Space | None" = None  # of general vocabulary; None has no other than this one

    def __post_init__(self) -> None:
        object.__setattr__(self, "means", {name: _checked(name, mean, 1) for name, mean in self.means.items()})
        object.__setattr__(self, "maps", {name: _checked(name, map_, 2) for name, map_ in self.maps.items()})
        if self.shared is not None:
            object.__setattr__(self, "shared", _checked("every language", self.shared, 2))
        widths = {len(array) for array in self._tensors().values()}
        if len(widths) > 1:
            raise InvalidSpace(f"The means and maps of a space must share one width, but have {sorted(widths)}.")
        if self.general is not None and self.general.general is not None:
            raise InvalidSpace("The space of general vocabulary has none beside it: leave its own `general` out.")

    @property
    def width(self) -> int | None:
        """Dimensions of the space, or None for one that leaves vectors of any width as they are."""
        return next((len(array) for array in self._tensors().values()), None)

    @property
    def unmapped(self) -> "Space":
        """The same without the maps of the domain."""
        return replace(self, maps={}, shared=None)

    @cached_property
    def digest(self) -> str:
        """sha256 over names, shapes and values."""
        whole = hashlib.sha256()
        for name, array in sorted(self._tensors().items()):
            whole.update(f"{name}{array.shape}".encode() + array.tobytes())
        return whole.hexdigest()

    def apply(self, vectors: Floats, language: str) -> Floats:
        """Takes (n, d) vectors of one language into the shared space: centre, renormalise, map, renormalise,
        and the same with the map that all languages share.

        Returns (n, d) float32 unit rows; the input is left as it was. A language without a mean of its own uses the
        mean of the known languages' means, and one without a map is not mapped. A row that equals the mean would
        have no direction and stays uncentred. Raises InvalidSpace for another width or values that aren't finite.
        """
        rows = np.array(vectors, dtype=np.float32)
        if rows.ndim != 2 or (self.width is not None and rows.shape[1] != self.width):
            raise InvalidSpace(f"Vectors of shape {rows.shape} don't fit a space of {self.width} dimensions: (n, d).")
        if not np.isfinite(rows).all():
            raise InvalidSpace(f"Vectors for {language!r} hold values that aren't finite: embed these texts again.")
        mean = self.means.get(language, self._mean_of_means)
        if mean is not None:
            rows = _unit(rows - mean, otherwise=rows)
        if language in self.maps:
            rows = _unit(rows @ self.maps[language], otherwise=rows)
        if self.shared is not None:
            rows = _unit(rows @ self.shared, otherwise=rows)
        return _unit(rows, otherwise=rows)

    def save(self, path: Path) -> None:
        """Writes a safetensors file, whole or not at all."""
        with new_file(path) as partial:
            save_file(self._tensors(), partial)

    @classmethod
    def load(cls, path: Path) -> "Space":
        try:
            tensors = load_file(path)
        except (OSError, SafetensorError) as error:
            raise InvalidSpace(f"{path} is no space that can be read ({error}): restore or fit it again.") from error
        general = {name.removeprefix(GENERAL): tensors.pop(name) for name in list(tensors) if name.startswith(GENERAL)}
        space = cls._of(tensors, path)
        return replace(space, general=cls._of(general, path)) if general else space

    @classmethod
    def _of(cls, tensors: Mapping[str, Floats], path: Path) -> "Space":
        kinds: dict[str, dict[str, Floats]] = {"mean": {}, "map": {}, "shared": {}}
        for name, array in tensors.items():
            kind, _, language = name.partition("/")
            if kind not in kinds:
                raise InvalidSpace(f"{path} holds {name!r}, which belongs to no space: restore or fit it again.")
            kinds[kind][language] = array
        return cls(kinds["mean"], kinds["map"], kinds["shared"].get(""))

    @cached_property
    def _mean_of_means(self) -> Floats | None:
        if not self.means:
            return None
        return _mean(np.stack(list(self.means.values())))

    def _tensors(self) -> dict[str, Floats]:
        means = {f"mean/{language}": array for language, array in self.means.items()}
        maps = {f"map/{language}": array for language, array in self.maps.items()}
        shared = {} if self.shared is None else {"shared/": self.shared}
        general = {} if self.general is None else self.general._tensors()
        return means | maps | shared | {f"{GENERAL}{name}": array for name, array in general.items()}


def fit_means(vectors_by_language: Mapping[str, Floats]) -> Space:
    """A space of each language's mean over its (n, d) vectors; a language without vectors gets no mean."""
    means: dict[str, Floats] = {}
    for language, vectors in vectors_by_language.items():
        if np.ndim(vectors) != 2:
            raise InvalidSpace(f"Vectors for {language!r} have shape {np.shape(vectors)}: (n, d) is needed.")
        if len(vectors):
            means[language] = _mean(vectors)
    return Space(means)


def _checked(language: str, array: Floats, dimensions: int) -> Floats:
    values = np.ascontiguousarray(array, dtype=np.float32)
    what = "mean" if dimensions == 1 else "map"
    if values.ndim != dimensions or len(set(values.shape)) != 1:
        wanted = "(d,)" if dimensions == 1 else "(d, d)"
        raise InvalidSpace(f"The {what} of {language!r} has shape {values.shape}: {wanted} is needed.")
    if not np.isfinite(values).all():
        raise InvalidSpace(f"The {what} of {language!r} holds values that aren't finite: fit it again.")
    return values


def _unit(rows: Floats, *, otherwise: Floats) -> Floats:
    """Rows of length one; a row too short to have a direction is taken from `otherwise`."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    short = lengths[:, 0] < TINY
    if short.any():
        rows = np.where(short[:, None], otherwise, rows)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Floats = rows / np.maximum(lengths, TINY)
    return unit


def _mean(rows: Floats) -> Floats:
    mean: Floats = np.asarray(rows.mean(axis=0, dtype=np.float64), dtype=np.float32)
    return mean
