"""What is left of the child after a round on the tiny encoder."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from tests.training.ml.jobs import QUICK, Job, prepare
from training.ml.fitting import choose, finish
from training.ml.train import train


def weights(job: Job) -> dict[str, np.ndarray]:
    return load_file(job.folder / "result" / "weights" / "model.safetensors")


@pytest.mark.slow
@pytest.mark.parametrize(("sure", "shares"), [(2.0, {finish.USUAL}), (-1.0, set(finish.SHARES) - {finish.USUAL})])
def test_so_much_of_the_child_is_kept_as_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sure: float, shares: set[float]
) -> None:
    """A dozen pairs are sure of nothing; where no certainty is asked for, the luckiest share wins."""
    monkeypatch.setattr(choose, "SURE", sure)
    recipe = replace(QUICK, validation_share=0.4)
    whole = prepare(tmp_path / "whole", replace(recipe, interpolate=False))
    part = prepare(tmp_path / "part", recipe, parent=whole.backbone)
    for job in (whole, part):
        train(job.folder, lambda event: None)
    told = json.loads((part.folder / "result" / "result.json").read_text())
    assert told["child_share"] in shares
    parent, child = load_file(whole.backbone.path / "model.safetensors"), weights(whole)
    for name, kept in weights(part).items():
        expected = parent[name] + told["child_share"] * (child[name] - parent[name])
        np.testing.assert_allclose(kept, expected, atol=1e-5)


def test_a_line_through_parent_and_share_leads_to_the_whole_child() -> None:
    parent, child = (np.eye(3, dtype=np.float32)[[place]] for place in (0, 1))
    part = finish._mixed(parent, child, finish.USUAL)
    whole = finish._mixed(parent, part, 1 / finish.USUAL)
    assert (whole @ child.T).item() > (part @ child.T).item()
    np.testing.assert_allclose(np.linalg.norm(whole), 1, atol=1e-6)
