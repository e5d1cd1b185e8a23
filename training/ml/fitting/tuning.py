"""Setting a round up: the parent loaded, its plan in force, its frozen part run, its vectors and silver pairs known."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedModel

from training.ml import backbone, losses
from training.ml.embed import device
from training.ml.fitting.job import TrainingJob
from training.ml.fitting.material import Material, Tuples, plain
from training.ml.fitting.placing import complete, placed, with_maps
from training.ml.fitting.runner import Runner, cache_prefix, pick_attention, tokenise
from training.ml.fitting.silver import Side, mutual_pairs
from training.ml.freezing import Frozen, freeze, layer_stack, pick_layers
from training.ml.records import Recipe
from training.ml.space import Space

Progress = Callable[[str, int, int], None]
JUDGING_PAIRS = 128  # pairs whose gradient decides which layers `auto` trains


@dataclass
class Tuning:
    """The encoder being tuned, and what is known of its parent."""

    model: PreTrainedModel
    frozen: Frozen
    runner: Runner
    parent: Tensor  # (n, d) float32 unit vectors of all texts before training
    space: Space  # the parent's means, and maps fitted on the constraints
    parameters: list[torch.nn.Parameter] = field(default_factory=list)
    start: dict[str, Tensor] = field(default_factory=dict)  # the parent's values of what may change

    def counts(self) -> dict[str, Any]:
        """The layers that train, counted from 1, and how many parameters do, of all."""
        return {
            "trained_layers": [layer + 1 for layer in self.frozen.layers],
            "trained_parameters": sum(parameter.numel() for parameter in self.parameters),
            "parameters": sum(parameter.numel() for parameter in self.frozen.tuned.parameters()),
        }


def set_up(job: TrainingJob, material: Material, progress: Progress) -> Tuning:
    """Loads the parent, freezes what the plan freezes, runs it once over all n texts, and fits the starting maps.

    Raises InvalidEncoder, and InvalidConfiguration for a plan or a device that there isn't here.
    """
    recipe = job.recipe
    progress("load", 0, 1)
    loaded = backbone.load(job.backbone, pick_attention(device(recipe.device)))
    model = loaded.model
    texts = [text.text for text in material.texts]
    tokens = tokenise(loaded.tokenizer, loaded.prefix, loaded.max_length, texts)
    layers = _pick(model, material, tokens, recipe) if recipe.freezing == "auto" else None
    words = {id(parameter) for parameter in model.get_input_embeddings().parameters()}
    before = {name: value.detach().clone() for name, value in model.named_parameters() if id(value) not in words}
    frozen = freeze(model, recipe, layers)
    start = _may_change(before, frozen, model)
    progress("load", 1, 1)
    cache = cache_prefix(model, frozen, recipe, tokens, lambda done, total: progress("prefix", done, total))
    runner = Runner(model, recipe, frozen.boundary, cache)
    parent = runner.all(progress=lambda done, total: progress("parent", done, total))
    space = complete(material, job.space, parent.numpy())
    if recipe.maps:
        space = with_maps(material, space, parent.numpy())
    parameters = [parameter for parameter in frozen.tuned.parameters() if parameter.requires_grad]
    return Tuning(model, frozen, runner, parent, space, parameters, start)


def silver(material: Material, tuning: Tuning, recipe: Recipe) -> Tuples:
    """Weak pairs: known translations, and texts of the replay that choose each other under the parent."""
    found = [material.known.rows]
    sources = np.unique(material.attract.rows[:, 0])
    if len(sources) and recipe.silver:
        language = int(np.bincount(material.language[sources]).argmax())
        vectors = placed(material, tuning.space, tuning.parent.numpy())
        sides = [Side(rows, vectors[rows]) for rows in _free_rows(material)]
        found += [mutual_pairs(sides[language], s, recipe.silver_margin) for n, s in enumerate(sides) if n != language]
    return plain(np.concatenate(found))


def _free_rows(material: Material) -> list[np.ndarray]:
    """The replay's rows by language, without the texts of which anything is known or is to be validated."""
    told = [
        material.attract.rows,
        material.attract_validation.rows,
        material.known.rows,
        material.known_validation.rows,
    ]
    free = np.setdiff1d(material.replay, np.concatenate([rows.ravel() for rows in told]))
    return [free[material.language[free] == number] for number in range(len(material.languages))]


def _may_change(before: dict[str, Tensor], frozen: Frozen, model: PreTrainedModel) -> dict[str, Tensor]:
    stack = layer_stack(model)
    if frozen.plan != "lora" or stack is None:
        return {name: value for name, value in before.items() if name in frozen.trained}
    return {name: value for name, value in before.items() if any(f".layer.{index}." in name for index in frozen.layers)}


def _pick(model: PreTrainedModel, material: Material, tokens: list[list[int]], recipe: Recipe) -> tuple[int, ...]:
    """The layers that the constraints pull hardest, by the gradient of plain InfoNCE on some of the pairs."""
    pairs = next(kind for kind in (material.attract, material.repel, material.order) if len(kind))
    drawn = np.random.default_rng(recipe.seed).permutation(len(pairs))[:JUDGING_PAIRS]
    source, target = torch.from_numpy(pairs.take(drawn).rows[:, :2]).T
    chosen, places = torch.unique(torch.cat([source, target]), return_inverse=True)
    cache = cache_prefix(model, None, recipe, [tokens[row] for row in chosen.tolist()], lambda *_: None)
    vectors = Runner(model, recipe, 0, cache)(torch.arange(len(chosen)))[places]
    first, second = vectors[: len(source)], vectors[len(source) :]
    same = (source[:, None] == source[None, :]) | (target[:, None] == target[None, :])
    loss = losses.bidirectional_info_nce(first, second, same.to(first.device), temperature=recipe.temperature)
    return pick_layers(model, loss, recipe.top_k)
