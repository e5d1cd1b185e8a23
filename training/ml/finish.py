"""After the last step: merge adapters, choose how much of the child to keep, let the space follow it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from training.ml.choose import choose, measure
from training.ml.material import Material
from training.ml.placing import follow, placed, validation_checks
from training.ml.records import Recipe
from training.ml.space import Space
from training.ml.tuning import Tuning

Array = npt.NDArray[np.float32]
Progress = Callable[[str, int, int], None]
SHARES = (0.2, 0.4, 0.6, 0.8, 1.0)  # of the child in the interpolation with its parent


def finish(material: Material, tuning: Tuning, recipe: Recipe, progress: Progress) -> tuple[Space, dict[str, Any]]:
    """The child's space, and what was chosen with its figures; `tuning.model` holds the chosen weights afterwards.

    The share of the child is chosen on blended vectors, which cost nothing, and then put into the weights
    (Wortsman et al. 2022, WiSE-FT).
    """
    if tuning.frozen.plan == "lora":
        tuning.frozen.tuned.merge_and_unload()  # type: ignore[operator]
    parent = tuning.parent.numpy()
    child = tuning.runner.all(progress=lambda done, total: progress("child", done, total)).numpy()
    checks = validation_checks(material)
    measured = []
    for share in (0.0, *(SHARES if recipe.interpolate and checks else (1.0,))):
        vectors = _mixed(parent, child, share)
        space = follow(material, tuning.space, parent, vectors)
        measured.append(measure(share, checks, placed(material, space, vectors)))
    share = choose(measured[1:], measured[0]).strength
    if share < 1:
        _blend(tuning, share)
        child = tuning.runner.all(progress=lambda done, total: progress("interpolate", done, total)).numpy()
    told = [{"share": one.strength, "improved": one.improved, "kept": list(one.kept)} for one in measured]
    about = {"child_share": share, "checks": [check.name for check in checks], "interpolation": told}
    return follow(material, tuning.space, parent, child), {**about, "maps": tuning.maps}


def _mixed(parent: Array, child: Array, share: float) -> Array:
    mixed = (1 - share) * parent + share * child
    return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), dtype=np.float32)


def _blend(tuning: Tuning, share: float) -> None:
    with torch.no_grad():
        for name, parent in tuning.start.items():
            value = tuning.model.get_parameter(name)
            value.copy_(torch.lerp(parent.to(value.device), value, share))
