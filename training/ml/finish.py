"""After the last step: merge adapters, choose how much of the child to keep, re-fit means, fit maps that help."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from training.ml import maps
from training.ml.choose import Check, Measured, choose, measure
from training.ml.job import TrainingJob
from training.ml.material import Material
from training.ml.space import Space
from training.ml.tuning import Tuning

Array = npt.NDArray[np.float32]
Progress = Callable[[str, int, int], None]
SHARES = (0.4, 0.6, 0.8, 1.0)  # of the child in the interpolation with its parent
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)  # of a map


def finish(material: Material, tuning: Tuning, job: TrainingJob, progress: Progress) -> tuple[Space, dict[str, Any]]:
    """The child's space, and what was chosen with its figures; `tuning.model` holds the chosen weights afterwards."""
    if tuning.frozen.plan == "lora":
        tuning.frozen.tuned.merge_and_unload()  # type: ignore[operator]
    checks = _checks(material)
    share, vectors, about = _interpolate(material, tuning, checks, job, progress)
    space = Space(means=_means(material, vectors), maps={})
    if job.recipe.maps:
        fitted, strengths = _maps(material, vectors, space, checks)
        space, about["maps"] = Space(means=space.means, maps=fitted), strengths
    return space, {"child_share": share, **about}


def _interpolate(
    material: Material, tuning: Tuning, checks: Sequence[Check], job: TrainingJob, progress: Progress
) -> tuple[float, Array, dict[str, Any]]:
    child = {name: tuning.model.get_parameter(name).detach().clone() for name in tuning.start}
    reference = measure(0.0, checks, _placed(material, tuning.parent.numpy()))
    shares = SHARES if job.recipe.interpolate and checks else (1.0,)
    measured: list[Measured] = []
    kept: dict[float, Array] = {}
    for number, share in enumerate(shares):
        _blend(tuning, child, share)
        kept[share] = tuning.runner.all().numpy()
        measured.append(measure(share, checks, _placed(material, kept[share])))
        progress("interpolate", number + 1, len(shares))
    share = choose(measured, reference).strength
    _blend(tuning, child, share)
    told = [{"share": one.strength, "improved": one.improved, "kept": list(one.kept)} for one in [reference, *measured]]
    return share, kept[share], {"checks": [check.name for check in checks], "interpolation": told}


def _blend(tuning: Tuning, child: dict[str, Tensor], share: float) -> None:
    with torch.no_grad():
        for name, value in child.items():
            parent = tuning.start[name].to(value.device)
            tuning.model.get_parameter(name).copy_(torch.lerp(parent, value, share) if share < 1 else value)


def _means(material: Material, vectors: Array) -> dict[str, Array]:
    return {name: vectors[material.language == number].mean(axis=0) for number, name in enumerate(material.languages)}


def _placed(material: Material, vectors: Array, fitted: dict[str, Array] | None = None) -> Array:
    """Rows in the space these vectors would have: centred by their own means, and mapped."""
    space = Space(means=_means(material, vectors), maps=fitted or {})
    placed = np.empty_like(vectors)
    for number, name in enumerate(material.languages):
        rows = material.language == number
        placed[rows] = space.apply(vectors[rows], name)
    return placed


def _checks(material: Material) -> list[Check]:
    """Validation families to improve on, general vocabulary to keep; a list for each pair of languages."""
    checks = []
    for name, kept, pairs in (("", False, material.attract_validation), ("general ", True, material.known_validation)):
        spoken = material.language[pairs.rows]
        for source, target in sorted({(int(one), int(other)) for one, other in spoken}):
            chosen = pairs.rows[(spoken[:, 0] == source) & (spoken[:, 1] == target)]
            checks.append(
                Check(
                    f"{name}{material.languages[source]}-{material.languages[target]}",
                    kept,
                    chosen,
                    np.flatnonzero(material.language == target),
                    np.flatnonzero(material.language == source),
                    material.friends,
                )
            )
    return checks


def _maps(
    material: Material, vectors: Array, space: Space, checks: Sequence[Check]
) -> tuple[dict[str, Array], dict[str, float]]:
    """A rotation for each target language of the constraints, as strong as validation allows."""
    placed = _placed(material, vectors)
    fitted: dict[str, Array] = {}
    strengths: dict[str, float] = {}
    for language in sorted(set(material.language[material.attract.rows[:, 1]].tolist())):
        name = material.languages[language]
        pairs = np.concatenate([material.attract.rows, material.known.rows])
        pairs = pairs[material.language[pairs[:, 1]] == language]
        mine = [check for check in checks if check.name.endswith(f"-{name}")]
        if not any(not check.kept for check in mine):
            continue
        rotation = maps.procrustes(placed[pairs[:, 0]], placed[pairs[:, 1]])
        candidates = {strength: maps.towards_identity(rotation, strength) for strength in STRENGTHS}
        measured = [measure(s, mine, _placed(material, vectors, {name: m})) for s, m in candidates.items()]
        strengths[name] = choose(measured, measured[0]).strength
        if strengths[name]:
            fitted[name] = candidates[strengths[name]]
    return fitted, strengths
