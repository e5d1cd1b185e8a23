"""Checkpoints of a training run: one file, replaced in one step, from which the run goes on to the same result."""

from pathlib import Path
from typing import Any

import torch

from training.ml.atomic import new_file

FILE = "checkpoint.pt"


def save_checkpoint(folder: Path, state: dict[str, Any]) -> None:
    """Write tensors, numbers and containers of them; the former checkpoint stays whole until the new one is."""
    with new_file(folder / FILE) as partial:
        torch.save(state, partial)


def load_checkpoint(folder: Path, fingerprint: str) -> dict[str, Any] | None:
    """The last checkpoint whose state["fingerprint"] is this job's; None where there is none or it is another job's."""
    path = folder / FILE
    if not path.is_file():
        return None
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state if state.get("fingerprint") == fingerprint else None
