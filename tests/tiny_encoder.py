"""A small random BERT in Hugging Face layout: what tests load where the real encoder would only cost time."""

import json
import string
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

LAYERS = 3
HIDDEN = 32
PREFIX = "query: "
MAX_LENGTH = 64
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PIECES = ("acute", "chronic", "right", "left", "itis", "oma", "der", "die", "the", "of", "query")
LETTERS = string.ascii_lowercase + string.digits + string.punctuation + "äöüßéèêáíóúñçàâîôûœαβγδ糖尿病心脏"


def tokenizer() -> PreTrainedTokenizerFast:
    """Letters and a few pieces as WordPiece, so that no test text is longer in tokens than in letters."""
    pieces = [*SPECIAL, *LETTERS, *(f"##{letter}" for letter in LETTERS), *PIECES, *(f"##{piece}" for piece in PIECES)]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    inner = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=200))
    inner.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=False)
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    marks = [(mark, vocabulary[mark]) for mark in ("[CLS]", "[SEP]")]
    inner.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", marks)
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=MAX_LENGTH,
    )


def model(vocabulary: int, *, seed: int = 0) -> BertModel:
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=MAX_LENGTH,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        # Wider than BERT's 0.02, or mean pooling of so small a model makes all texts the same.
        initializer_range=0.2,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return BertModel(config, add_pooling_layer=False).eval()


def build(folder: Path, *, seed: int = 0, name: str = "tiny-e5") -> Path:
    """Writes config.json, model.safetensors, the tokenizer and tertium.json; the same seed gives the same bytes."""
    words = tokenizer()
    model(len(words), seed=seed).save_pretrained(folder)
    words.save_pretrained(folder)
    about = {"prefix": PREFIX, "max_length": MAX_LENGTH, "name": name}
    (folder / "tertium.json").write_text(json.dumps(about), encoding="utf-8")
    return folder
