"""Freezing plans: which parameters of an encoder a round may change. They set requires_grad, nothing else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from peft import LoraConfig, LoraModel
from torch import nn
from transformers import PreTrainedModel

from training.ml.records import InvalidConfiguration, Recipe

STACKS = ("encoder.layer", "transformer.layer")  # BERT, XLM-R, RoBERTa, ELECTRA, MPNet …; DistilBERT


@dataclass(frozen=True)
class Frozen:
    """A plan in force."""

    plan: str
    layers: tuple[int, ...]  # the encoder layers that train, ascending
    boundary: int  # layers below this index never change, nor do the embeddings
    trained: tuple[str, ...]  # names of the parameters that train
    tuned: nn.Module  # holds all parameters; the adapters' wrapper under lora, else the model itself


def layer_stack(model: nn.Module) -> nn.ModuleList | None:
    """The list of the encoder's layers, or None where its architecture keeps none under a known name."""
    for path in STACKS:
        try:
            stack = model.get_submodule(path)
        except AttributeError:
            continue
        if isinstance(stack, nn.ModuleList):
            return stack
    return None


def freeze(model: PreTrainedModel, recipe: Recipe, layers: Sequence[int] | None = None) -> Frozen:
    """Put a plan in force. `layers`: the encoder layers to train, where the plan is `auto` (see `pick_layers`).

    Raises InvalidConfiguration for a plan that counts layers on an encoder without a layer stack.
    """
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    stack = layer_stack(model)
    if stack is None:
        return _without_stack(model, recipe)
    chosen = _layers_of(recipe, len(stack), layers)
    if recipe.freezing == "lora":
        return _adapters(model, recipe, stack, chosen)
    for index in chosen:
        for name, parameter in stack[index].named_parameters():
            parameter.requires_grad_(recipe.freezing != "layernorm_and_bias" or _is_norm_or_bias(name))
    return _in_force(recipe.freezing, chosen, model)


def pick_layers(model: PreTrainedModel, loss: torch.Tensor, count: int) -> tuple[int, ...]:
    """The `count` layers with the largest relative gradient norm of `loss`, of equal ones the upper; ascending.

    Mean over a layer's parameters of |gradient| / |parameter| (Lee et al. 2023, surgical fine-tuning, Auto-RGN).
    `loss` must have been computed with every encoder layer trainable.
    """
    stack = layer_stack(model)
    if stack is None:
        raise InvalidConfiguration(_no_stack(model, "auto"))
    held = [(index, parameter) for index, layer in enumerate(stack) for parameter in layer.parameters()]
    gradients = torch.autograd.grad(loss, [parameter for _, parameter in held], allow_unused=True)
    shares: list[list[float]] = [[] for _ in stack]
    for (index, parameter), gradient in zip(held, gradients, strict=True):
        if gradient is not None:
            shares[index].append((gradient.norm() / parameter.detach().norm().clamp_min(1e-12)).item())
    relative = [sum(share) / max(1, len(share)) for share in shares]
    ranked = sorted(range(len(relative)), key=lambda index: (-relative[index], -index))
    return tuple(sorted(ranked[:count]))


def _layers_of(recipe: Recipe, count: int, layers: Sequence[int] | None) -> tuple[int, ...]:
    if recipe.freezing == "auto":
        if not layers:
            raise InvalidConfiguration("freezing='auto' needs the layers that pick_layers has chosen.")
        return tuple(sorted(layers))
    if recipe.freezing in ("top_k", "lora"):
        return tuple(range(max(0, count - recipe.top_k), count))
    return tuple(range(count))


def _is_norm_or_bias(name: str) -> bool:
    return name.endswith("bias") or re.search(r"layer_?norm", name, re.IGNORECASE) is not None


def _adapters(model: PreTrainedModel, recipe: Recipe, stack: nn.ModuleList, chosen: tuple[int, ...]) -> Frozen:
    wanted = {id(module) for index in chosen for module in stack[index].modules() if isinstance(module, nn.Linear)}
    targets = [name for name, module in model.named_modules() if id(module) in wanted]
    config = LoraConfig(r=recipe.lora_rank, lora_alpha=2 * recipe.lora_rank, target_modules=targets)
    return _in_force("lora", chosen, LoraModel(model, config, "default"))


def _without_stack(model: PreTrainedModel, recipe: Recipe) -> Frozen:
    if recipe.freezing not in ("embeddings_frozen", "layernorm_and_bias"):
        raise InvalidConfiguration(_no_stack(model, recipe.freezing))
    words = {id(parameter) for parameter in model.get_input_embeddings().parameters()}
    for name, parameter in model.named_parameters():
        wanted = recipe.freezing != "layernorm_and_bias" or _is_norm_or_bias(name)
        parameter.requires_grad_(wanted and id(parameter) not in words and "pooler" not in name)
    return _in_force(recipe.freezing, (), model)


def _no_stack(model: nn.Module, plan: str) -> str:
    return (
        f"{type(model).__name__} keeps no list of layers under {' or '.join(STACKS)}, so freezing={plan!r} cannot "
        "count them: choose embeddings_frozen or layernorm_and_bias."
    )


def _in_force(plan: str, chosen: tuple[int, ...], tuned: nn.Module) -> Frozen:
    trained = tuple(name for name, parameter in tuned.named_parameters() if parameter.requires_grad)
    return Frozen(plan, chosen, min(chosen, default=0), trained, tuned)
