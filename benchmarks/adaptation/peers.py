"""What others would do with the same accepted pairs: sentence-transformers' own trainer, with two of its losses.

Neither can use a rejection without an accepted term beside it, nor replay texts. Both are read in the centred space of
their own encoder, under CSLS, as every other arm.
"""

import time
from collections.abc import Callable
from typing import Any

import torch
from datasets import Dataset
from pytorch_metric_learning.losses import MultiSimilarityLoss
from pytorch_metric_learning.miners import TripletMarginMiner
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.losses import MultipleNegativesRankingLoss
from sentence_transformers.models import Normalize, Pooling, Transformer
from torch import Tensor, nn

from benchmarks.adaptation.arms import Given, centred, encoder_of, parted, with_general
from benchmarks.adaptation.metrics import Encoder
from training.ml.backbone import save
from training.ml.freezing import freeze
from training.ml.records import Recipe

EPOCHS = 3
BATCH = 64
LEARNING_RATE = 5e-5  # the trainer's default
TEMPERATURE_SCALE = 20.0  # the loss's default


def mnrl(given: Given) -> Encoder:
    """MultipleNegativesRankingLoss and the default trainer: everything trains, float32."""
    return _trained(given, lambda model: MultipleNegativesRankingLoss(model, scale=TEMPERATURE_SCALE))


def mnrl_same_translations(given: Given) -> Encoder:
    """The same with the known translations of general vocabulary that Tertium has beside the verdicts."""
    return _trained(given, lambda model: MultipleNegativesRankingLoss(model, scale=TEMPERATURE_SCALE), known=True)


def mnrl_general_space(given: Given) -> Encoder:
    """As it is, with a space of general vocabulary fitted on its own vectors of the known translations."""
    return _trained(given, lambda model: MultipleNegativesRankingLoss(model, scale=TEMPERATURE_SCALE), general=True)


def mnrl_upper_layers(given: Given) -> Encoder:
    """The same with Tertium's epochs, and the layers frozen that it freezes: what its seconds are compared with."""
    return _trained(given, lambda model: MultipleNegativesRankingLoss(model), frozen=True)


def sapbert(given: Given) -> Encoder:
    """Multi-similarity loss over mined triplets (Liu et al. 2021, SapBERT), with the paper's constants."""
    return _trained(given, MultiSimilarity)


class MultiSimilarity(nn.Module):
    """Both sides of a pair carry the same label; the miner keeps triplets that violate its margin."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model
        self.loss = MultiSimilarityLoss(alpha=1, beta=60, base=0.5)
        self.miner = TripletMarginMiner(margin=0.2, type_of_triplets="all")

    def forward(self, features: list[dict[str, Tensor]], labels: Tensor | None = None) -> Tensor:
        vectors = torch.cat([self.model(one)["sentence_embedding"] for one in features])
        concepts = torch.arange(len(vectors) // 2, device=vectors.device).repeat(2)
        loss: Tensor = self.loss(vectors, concepts, self.miner(vectors, concepts))
        return loss


def _trained(
    given: Given,
    loss: Callable[[SentenceTransformer], nn.Module],
    *,
    frozen: bool = False,
    known: bool = False,
    general: bool = False,
) -> Encoder:
    transformer = Transformer(str(given.backbone.path), max_seq_length=given.backbone.max_length)
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="mean")
    model = SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu")
    if frozen:
        freeze(transformer.auto_model, Recipe())
    pairs = [(pair.source, pair.target) for pair in given.bed.constraints.attract]
    pairs += given.bed.known if known else ()
    anchors, positives = ([given.backbone.prefix + pair[side].text for pair in pairs] for side in (0, 1))
    data = Dataset.from_dict({"anchor": anchors, "positive": positives})
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(given.folder / "trainer"),
        num_train_epochs=given.epochs or (Recipe().epochs if frozen else EPOCHS),
        per_device_train_batch_size=BATCH,
        learning_rate=LEARNING_RATE,
        seed=given.seed,
        **_QUIET,
    )
    started = time.perf_counter()
    SentenceTransformerTrainer(model=model, args=arguments, train_dataset=data, loss=loss(model)).train()
    seconds = time.perf_counter() - started
    child = save(transformer.auto_model.eval(), given.backbone, given.folder / "child")
    encode = encoder_of(child)
    space = centred(given.bed, encode)
    return parted(with_general(given, space, encode) if general else space, encode, {"seconds": seconds})


_QUIET: dict[str, Any] = {
    "save_strategy": "no",
    "report_to": "none",
    "disable_tqdm": True,
    "logging_strategy": "no",
    "dataloader_pin_memory": False,
}
