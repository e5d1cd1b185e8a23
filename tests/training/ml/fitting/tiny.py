"""Encoders of several architectures, three layers of sixteen units, with texts as token ids."""

from transformers import (
    BertConfig,
    BertModel,
    DebertaV2Config,
    DebertaV2Model,
    DistilBertConfig,
    DistilBertModel,
    ElectraConfig,
    ElectraModel,
    FunnelConfig,
    FunnelModel,
    MPNetConfig,
    MPNetModel,
    PreTrainedModel,
    XLMRobertaConfig,
    XLMRobertaModel,
)

SIZES = {"hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 16}
TOKENS = [[5, 6, 7], [8], [9, 10, 11, 12, 13], [14, 15]]


def bert() -> PreTrainedModel:
    return BertModel(BertConfig(vocab_size=20, **SIZES))


def xlmr() -> PreTrainedModel:
    return XLMRobertaModel(XLMRobertaConfig(vocab_size=20, max_position_embeddings=20, **SIZES))


def mpnet() -> PreTrainedModel:
    return MPNetModel(MPNetConfig(vocab_size=20, max_position_embeddings=20, initializer_range=1.0, **SIZES))


def distilbert() -> PreTrainedModel:
    return DistilBertModel(DistilBertConfig(vocab_size=20, dim=16, n_layers=3, n_heads=2, hidden_dim=16))


def electra() -> PreTrainedModel:
    """Its embeddings are narrower than its layers."""
    return ElectraModel(ElectraConfig(vocab_size=20, embedding_size=8, **SIZES))


def deberta() -> PreTrainedModel:
    """It adds no mask to its scores: a token sees where the mask is not 0."""
    return DebertaV2Model(
        DebertaV2Config(vocab_size=20, relative_attention=True, pos_att_type="p2c|c2p", initializer_range=1.0, **SIZES)
    )


def without_stack() -> PreTrainedModel:
    return FunnelModel(FunnelConfig(vocab_size=20, block_sizes=[1], d_model=8, n_head=2, d_head=4, d_inner=8))
