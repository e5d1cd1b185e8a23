"""The stages of `training`, each a function that a task, a command and a test call alike. They bring torch."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from annotations.models import Project
from training import vocabulary
from training.attributing import attribute, attribute_pair
from training.charting import draw_map
from training.encoders import base_of, chosen, ensure_live_encoder
from training.encoding import Encoding
from training.ml import evaluate as measuring
from training.rounds import run_round
from training.scanning import ScanReport, scan
from workbench.progress import Progress, no_progress

__all__ = [
    "ScanReport", "attribute", "attribute_pair", "draw_map", "embed_texts", "ensure_live_encoder", "evaluate",
    "run_round", "scan",
]  # fmt: skip


def evaluate(project: Project, progress: Progress = no_progress) -> measuring.Evaluation:
    """The live encoder against the base that it came from, on the held-out references as they are now."""
    live = ensure_live_encoder(project, progress=progress)
    before = Encoding.of(base_of(live), progress)
    after = before if live.parent is None else Encoding.of(live, progress)
    return measuring.evaluate(vocabulary.references(project), before, after, progress=partial(progress, "measure"))


def embed_texts(
    project: Project,
    texts: Sequence[str],
    language: str,
    encoder: str = "live",
    progress: Progress = no_progress,
    *,
    general: bool = False,
) -> NDArray[np.float32]:
    """(n, d) float32 unit rows in the project's shared space, by the live encoder, its base, or one by id or digest."""
    encoding = Encoding.of(chosen(project, encoder, progress), progress)
    return (encoding.general if general else encoding)(texts, language)
