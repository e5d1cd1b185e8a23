"""After the last step: merge adapters, choose how much of the child to keep, let the space follow it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from training.ml.fitting.choose import Check, Measured, choose, measure
from training.ml.fitting.material import Material
from training.ml.fitting.objective import Objective
from training.ml.fitting.placing import follow, placed, validation_checks, with_maps
from training.ml.fitting.tuning import Tuning, silver
from training.ml.fitting.warming import warm_up
from training.ml.records import Recipe
from training.ml.space import Space

Array = npt.NDArray[np.float32]
Progress = Callable[[str, int, int], None]
SHARES = (0.2, 0.4, 0.6, 0.8, 1.0)  # of the child in the interpolation with its parent
MAPS = (0.0, 0.5)  # of what the maps have learnt: half keeps its own cell and costs the others less than all of it


def finish(material: Material, tuning: Tuning, recipe: Recipe, progress: Progress) -> tuple[Space, dict[str, Any]]:
    """The child's space, and what was chosen with its figures; `tuning.model` holds the chosen weights afterwards.

    How much of the child, then how much of what maps learn on it, each by what validation says.
    """
    if tuning.frozen.plan == "lora":
        tuning.frozen.tuned.merge_and_unload()  # type: ignore[operator]
    parent = tuning.parent.numpy()
    checks = validation_checks(material)
    means = Space(tuning.space.means)
    reference = measure(0.0, checks, placed(material, means, parent))
    child, about = parent, {"child_share": 0.0, "interpolation": []}
    if recipe.epochs:
        child, about = _child(material, tuning, recipe, checks, reference, progress)
    space = follow(material, means, parent, child)
    if recipe.maps:
        space, chosen = _mapped(material, tuning, space, child, recipe, checks, reference, progress)
        about |= chosen
    return space, about | {"checks": [check.name for check in checks]}


def _child(
    material: Material, tuning: Tuning, recipe: Recipe, checks: list[Check], reference: Measured, progress: Progress
) -> tuple[Array, dict[str, Any]]:
    """Vectors of the child that is chosen on blended vectors, which cost nothing, and then put into the weights
    (Wortsman et al. 2022, WiSE-FT)."""
    parent, means = tuning.parent.numpy(), Space(tuning.space.means)
    child = tuning.runner.all(progress=lambda done, total: progress("child", done, total)).numpy()
    measured = []
    for share in SHARES if recipe.interpolate and checks else (1.0,):
        vectors = _mixed(parent, child, share)
        measured.append(measure(share, checks, placed(material, follow(material, means, parent, vectors), vectors)))
    share = choose(measured, reference).strength
    if share < 1:
        _blend(tuning, share)
        child = tuning.runner.all(progress=lambda done, total: progress("interpolate", done, total)).numpy()
    return child, {"child_share": share, "interpolation": _told(measured)}


def _mapped(
    material: Material, tuning: Tuning, bare: Space, child: Array, recipe: Recipe, checks: list[Check],
    reference: Measured, progress: Progress,
) -> tuple[Space, dict[str, Any]]:  # fmt: skip
    """The space with maps fitted and then trained on the child's own vectors: seconds, and most of the gain."""
    fitted, pulls = with_maps(material, bare, child, checks)
    now = replace(tuning, parent=torch.from_numpy(child), space=fitted)
    objective = Objective(material, tuning.runner, now.parent, fitted, recipe)
    warm_up(objective, material, silver(material, now, recipe), recipe, progress)
    strengths = MAPS if recipe.interpolate and checks else (1.0,)
    spaces = {strength: objective.head.space(fitted, strength) for strength in strengths}
    measured = [measure(strength, checks, placed(material, one, child)) for strength, one in spaces.items()]
    strength = choose(measured, reference).strength
    return spaces[strength], {"maps": pulls, "maps_share": strength, "maps_chosen_from": _told(measured)}


def _told(measured: list[Measured]) -> list[dict[str, Any]]:
    return [{"share": one.strength, "improved": one.improved, "kept": list(one.kept)} for one in measured]


def _mixed(parent: Array, child: Array, share: float) -> Array:
    mixed = (1 - share) * parent + share * child
    return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), dtype=np.float32)


def _blend(tuning: Tuning, share: float) -> None:
    with torch.no_grad():
        for name, parent in tuning.start.items():
            value = tuning.model.get_parameter(name)
            value.copy_(torch.lerp(parent.to(value.device), value, share))
