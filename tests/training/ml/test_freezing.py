"""Each plan trains exactly the parameters that it names."""

from dataclasses import replace

import pytest
import torch
from transformers import BertModel, DistilBertConfig, DistilBertModel, FunnelConfig, FunnelModel

from tests import tiny_encoder
from training.ml.freezing import freeze, pick_layers
from training.ml.records import InvalidConfiguration, Recipe


def model() -> BertModel:
    return tiny_encoder.model(50)


def trained(recipe: Recipe, layers: tuple[int, ...] | None = None) -> set[str]:
    frozen = freeze(model(), recipe, layers)
    assert set(frozen.trained) == {name for name, value in frozen.tuned.named_parameters() if value.requires_grad}
    return set(frozen.trained)


def in_layers(*layers: int) -> set[str]:
    return {
        name for name, _ in model().named_parameters() if any(name.startswith(f"encoder.layer.{n}.") for n in layers)
    }


def test_top_k_trains_the_layers_at_the_top() -> None:
    assert trained(Recipe(freezing="top_k", top_k=2)) == in_layers(1, 2)


def test_embeddings_frozen_trains_every_layer() -> None:
    assert trained(Recipe(freezing="embeddings_frozen")) == in_layers(0, 1, 2)


def test_layernorm_and_bias_trains_these_alone() -> None:
    names = trained(Recipe(freezing="layernorm_and_bias"))
    assert names == {name for name in in_layers(0, 1, 2) if "LayerNorm" in name or name.endswith("bias")}


def test_lora_trains_adapters_in_the_layers_at_the_top() -> None:
    names = trained(Recipe(freezing="lora", top_k=1, lora_rank=2))
    assert all("lora_" in name and ".layer.2." in name for name in names)
    assert len(names) == 2 * 6  # A and B of query, key, value, output, and both feed-forward matrices


def test_auto_trains_the_layers_that_were_picked() -> None:
    assert trained(Recipe(freezing="auto"), (0, 2)) == in_layers(0, 2)
    with pytest.raises(InvalidConfiguration, match="pick_layers"):
        freeze(model(), Recipe(freezing="auto"))


def test_layers_are_picked_by_relative_gradient() -> None:
    encoder = model()
    loss = 100 * encoder.encoder.layer[1].output.dense.weight.square().sum() + sum(
        layer.output.dense.weight.square().sum() for layer in encoder.encoder.layer
    )
    assert pick_layers(encoder, loss, 1) == (1,)


def test_without_a_gradient_the_upper_layers_are_picked() -> None:
    encoder = model()
    nothing = 0 * sum(layer.output.dense.weight.sum() for layer in encoder.encoder.layer)
    assert pick_layers(encoder, nothing, 2) == (1, 2)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("clip_norm", -1.0), ("clip_norm", 0.0), ("warmup_share", 7.0), ("device", "gpu"), ("precision", "fp8"),
        ("learning_rate", float("nan")), ("temperature", float("inf")), ("negatives", "none"), ("top_k", 0),
        ("weak_weight", -0.1), ("validation_share", 1.0),
    ],
)  # fmt: skip
def test_a_recipe_that_makes_no_sense_is_refused(field: str, value: object) -> None:
    with pytest.raises(InvalidConfiguration, match=f"{field}={value!r}"):
        replace(Recipe(), **{field: value})


def test_an_unknown_plan_is_refused() -> None:
    with pytest.raises(InvalidConfiguration, match="choose one of top_k, embeddings_frozen"):
        Recipe(freezing="everything")


def test_distilbert_is_known() -> None:
    encoder = DistilBertModel(DistilBertConfig(vocab_size=20, dim=8, n_layers=3, n_heads=2, hidden_dim=8))
    frozen = freeze(encoder, Recipe(top_k=1))
    assert frozen.trained
    assert all(name.startswith("transformer.layer.2.") for name in frozen.trained)


def test_an_encoder_without_a_layer_list_says_which_plans_serve() -> None:
    encoder = FunnelModel(FunnelConfig(vocab_size=20, block_sizes=[1], d_model=8, n_head=2, d_head=4, d_inner=8))
    with pytest.raises(InvalidConfiguration, match="choose embeddings_frozen or layernorm_and_bias"):
        freeze(encoder, Recipe(top_k=1))
    frozen = freeze(encoder, replace(Recipe(), freezing="embeddings_frozen"))
    assert not any("word_embeddings" in name for name in frozen.trained)
    assert isinstance(frozen.tuned, torch.nn.Module)
