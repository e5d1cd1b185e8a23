"""The shared space of a round: the parent's means moved as its texts move, and a map for each language judged."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from training.ml.fitting.choose import Check
from training.ml.fitting.maps import PULL, near_identity
from training.ml.fitting.material import Material, Rows
from training.ml.space import Space

Array = npt.NDArray[np.float32]


def placed(material: Material, space: Space, vectors: Array) -> Array:
    """(n, d) unit rows of all texts in the space."""
    found = np.empty_like(vectors)
    for number, name in enumerate(material.languages):
        rows = material.language == number
        found[rows] = space.apply(vectors[rows], name)
    return found


def complete(material: Material, space: Space, vectors: Array) -> Space:
    """The parent's means without maps, with the mean of the job's own texts for a language that has none."""
    own = {name: vectors[material.language == number].mean(axis=0) for number, name in enumerate(material.languages)}
    return replace(space.unmapped, means={**own, **space.means})


def follow(material: Material, space: Space, parent: Array, child: Array) -> Space:
    """The space after training: each mean moves as far as the texts of its language did on average.

    A difference of means over the same texts needs fewer of them than a mean does, and does not care which they are:
    but of general vocabulary it is over known translations, where there are any. A language that has no texts here
    moves as the others do on average.
    """
    moved = child - parent
    everything, known = np.arange(len(moved)), np.unique(material.known.rows)
    general = space.general and _moved(material, space.general, moved, known if len(known) else everything)
    return replace(_moved(material, space, moved, everything), general=general)


def _moved(material: Material, space: Space, moved: Array, rows: Rows) -> Space:
    spoken = {name: rows[material.language[rows] == number] for number, name in enumerate(material.languages)}
    steps: dict[str, Array] = {name: moved[own].mean(axis=0) for name, own in spoken.items() if len(own)}
    others: Array = np.mean(np.stack(list(steps.values())), axis=0, dtype=np.float32)
    return replace(space, means={name: mean + steps.get(name, others) for name, mean in space.means.items()})


def with_maps(material: Material, space: Space, vectors: Array) -> Space:
    """Adds a map for each target language of the attract pairs that has validation families, too.

    Fitted on the pairs that train, known translations of general vocabulary among them. Where pairs are so few that no
    family could be held back, a map would follow them anywhere.
    """
    unmapped = placed(material, space, vectors)
    pairs = np.concatenate([material.attract.rows, material.known.rows])
    weights = np.concatenate([material.attract.weights, material.known.weights])
    maps: dict[str, Array] = {}
    judged, held = (material.language[part.rows[:, 1]] for part in (material.attract, material.attract_validation))
    for language in np.intersect1d(judged, held).tolist():
        spoken = material.language[pairs[:, 1]] == language
        source, target = unmapped[pairs[spoken, 0]], unmapped[pairs[spoken, 1]]
        maps[material.languages[language]] = near_identity(source, target, PULL, weights[spoken])
    return replace(space, maps=maps)


def validation_checks(material: Material) -> list[Check]:
    """Validation families to improve on, general vocabulary to keep; a list for each pair of languages."""
    checks = []
    for name, kept, pairs in (("", False, material.attract_validation), ("general ", True, material.known_validation)):
        spoken = material.language[pairs.rows]
        for source, target in sorted({(int(one), int(other)) for one, other in spoken}):
            checks.append(
                Check(
                    name=f"{name}{material.languages[source]}-{material.languages[target]}",
                    kept=kept,
                    pairs=pairs.rows[(spoken[:, 0] == source) & (spoken[:, 1] == target)],
                    candidates=np.flatnonzero(material.language == target),
                    sources=np.flatnonzero(material.language == source),
                    friends=material.friends,
                )
            )
    return checks
