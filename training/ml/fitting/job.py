"""A training job is a folder: all that a training process reads, so that another process or machine can run it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from training.ml.atomic import new_folder
from training.ml.backbone import Backbone
from training.ml.constraint_lines import from_jsonl, to_jsonl
from training.ml.records import Constraints, InvalidConfiguration, Recipe, TermText
from training.ml.space import Space

KnownPair = tuple[TermText, TermText]


@dataclass(frozen=True)
class TrainingJob:
    backbone: Backbone
    space: Space
    constraints: Constraints
    replay: tuple[TermText, ...]  # texts of every language, whose place under the parent is kept
    replay_pairs: tuple[KnownPair, ...]  # known translations of general vocabulary
    recipe: Recipe


def prepare_job(
    folder: Path,
    *,
    backbone: Backbone,
    space: Space,
    constraints: Constraints,
    replay: Sequence[TermText],
    recipe: Recipe,
    replay_pairs: Sequence[KnownPair] = (),
) -> None:
    """Write the job as `folder`, whole or not at all; what was there before is replaced.

    Raises InvalidConfiguration where there are no constraints to train on.
    """
    refuse_empty(constraints)
    about = {**asdict(backbone), "path": str(backbone.path.resolve())}
    with new_folder(folder) as partial:
        _write(partial / "backbone.json", json.dumps(about, ensure_ascii=False, indent=2))
        space.save(partial / "space.safetensors")
        _write(partial / "constraints.jsonl", to_jsonl(constraints))
        _write(partial / "replay.jsonl", _lines([asdict(text)] for text in replay))
        _write(partial / "replay_pairs.jsonl", _lines([asdict(a), asdict(b)] for a, b in replay_pairs))
        _write(partial / "recipe.json", json.dumps(asdict(recipe), indent=2))


def read_job(folder: Path) -> TrainingJob:
    """The inverse of `prepare_job`. Raises InvalidConfiguration for a folder that holds no whole job."""
    if not (folder / "recipe.json").is_file():
        raise InvalidConfiguration(f"{folder} holds no training job (no recipe.json): prepare the job first.")
    about = json.loads((folder / "backbone.json").read_text(encoding="utf-8"))
    constraints = from_jsonl((folder / "constraints.jsonl").read_text(encoding="utf-8"))
    refuse_empty(constraints)
    return TrainingJob(
        backbone=Backbone(**{**about, "path": Path(about["path"])}),
        space=Space.load(folder / "space.safetensors"),
        constraints=constraints,
        replay=tuple(texts[0] for texts in _read_lines(folder / "replay.jsonl")),
        replay_pairs=tuple((texts[0], texts[1]) for texts in _read_lines(folder / "replay_pairs.jsonl")),
        recipe=Recipe(**json.loads((folder / "recipe.json").read_text(encoding="utf-8"))),
    )


def refuse_empty(constraints: Constraints) -> None:
    if not len(constraints):
        raise InvalidConfiguration(
            "There are no constraints to train on: decide some pairs in the review queue first "
            "(wrong forms, wrong languages and unsure answers give none)."
        )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _lines(rows: Iterable[list[dict[str, str]]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _read_lines(path: Path) -> list[tuple[TermText, ...]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    return [tuple(TermText(**text) for text in json.loads(line)) for line in lines if line]
