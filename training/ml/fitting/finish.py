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
USUAL = 0.8  # of the child, in the interpolation with its parent
SHARES = (0.0, 0.2, 0.4, 0.6, USUAL, 1.0)
USUAL_MAPS = 0.5  # of what the maps have learnt: half keeps its own cell and costs the others less than all of it


def finish(material: Material, tuning: Tuning, recipe: Recipe, progress: Progress) -> tuple[Space, dict[str, Any]]:
    """The child's space, and what was chosen with its figures; `tuning.model` holds the chosen weights afterwards.

    How much of the child, then whether maps are kept, by the recipe's shares unless validation is sure of another.
    """
    if tuning.frozen.plan == "lora":
        tuning.frozen.tuned.merge_and_unload()  # type: ignore[operator]
    checks = validation_checks(material) if recipe.interpolate else []
    parent = tuning.parent.numpy()
    child, about = parent, {"child_share": 0.0}
    if recipe.epochs:
        child, about = _child(material, tuning, checks, USUAL if recipe.interpolate else 1.0, progress)
    space = follow(material, tuning.space.unmapped, parent, child)
    if recipe.maps:
        space, chosen = _mapped(material, tuning, space, child, recipe, checks, progress)
        about |= chosen
    return space, about | {"checks": [check.name for check in checks]}


def _child(
    material: Material, tuning: Tuning, checks: list[Check], usual: float, progress: Progress
) -> tuple[Array, dict[str, Any]]:
    """Vectors of the child at the usual share of its weights (Wortsman et al. 2022, WiSE-FT); other shares are judged
    on vectors on the line through these and the parent's, which cost nothing, and run only when they are chosen."""
    parent, before = tuning.parent.numpy(), tuning.space.unmapped

    def run() -> Array:
        return tuning.runner.all(progress=lambda done, total: progress("child", done, total)).numpy()

    _blend(tuning, usual)
    child = run()
    if not checks:
        return child, {"child_share": usual}
    measured = []
    for share in SHARES:
        vectors = _mixed(parent, child, share / usual)
        measured.append(measure(share, checks, placed(material, follow(material, before, parent, vectors), vectors)))
    share = choose(measured, usual).strength
    if share != usual:
        _blend(tuning, share / usual)
        child = run()
    return child, {"child_share": share, "interpolation": _told(measured)}


def _mapped(
    material: Material, tuning: Tuning, bare: Space, child: Array, recipe: Recipe, checks: list[Check],
    progress: Progress,
) -> tuple[Space, dict[str, Any]]:  # fmt: skip
    """The space with maps fitted and then trained on the child's own vectors: seconds, and most of the gain."""
    fitted = with_maps(material, bare, child)
    now = replace(tuning, parent=torch.from_numpy(child), space=fitted)
    objective = Objective(material, tuning.runner, now.parent, fitted, recipe)
    warm_up(objective, material, silver(material, now, recipe), recipe, progress)
    if not checks:
        share = USUAL_MAPS if recipe.interpolate else 1.0
        return objective.head.space(fitted, share), {"maps_share": share}
    spaces = {0.0: bare, USUAL_MAPS: objective.head.space(fitted, USUAL_MAPS)}
    measured = [measure(share, checks, placed(material, space, child)) for share, space in spaces.items()]
    share = choose(measured, USUAL_MAPS).strength
    return spaces[share], {"maps_share": share, "maps_chosen_from": _told(measured)}


def _told(measured: list[Measured]) -> list[dict[str, Any]]:
    means = [[[float(ranks.mean()) for ranks in side] for side in (one.improved, one.kept)] for one in measured]
    return [
        {"share": one.strength, "improved": improved, "kept": kept}
        for one, (improved, kept) in zip(measured, means, strict=True)
    ]


def _mixed(parent: Array, child: Array, share: float) -> Array:
    mixed = (1 - share) * parent + share * child
    return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), dtype=np.float32)


def _blend(tuning: Tuning, share: float) -> None:
    with torch.no_grad():
        for name, parent in tuning.start.items():
            value = tuning.model.get_parameter(name)
            value.copy_(torch.lerp(parent.to(value.device), value, share))
