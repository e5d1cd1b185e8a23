from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from training.ml import backbone
from training.ml.backbone import Backbone, LoadedEncoder
from training.ml.embed import EmbedSettings, bfloat16_is_native, embed, normalise, pool
from training.ml.records import InvalidConfiguration

TERMS = ["acute nephritis", "Akute  Nephritis", "糖尿病", "a", "", "left heart " * 30, "1.2 mg", "αβγ"]


@pytest.fixture(scope="module")
def encoder(tiny_backbone: Backbone) -> Iterator[LoadedEncoder]:
    before = torch.get_num_threads()
    backbone.set_threads(1)  # a model so small is slower on two
    yield backbone.load(tiny_backbone)
    backbone.set_threads(before)


@pytest.fixture(scope="module")
def reference(encoder: LoadedEncoder) -> dict[str, np.ndarray]:
    return dict(zip(TERMS, embed(encoder, TERMS), strict=True))


class Memory:
    """A cache that remembers what it was asked and told."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], np.ndarray] = {}
        self.put: list[str] = []

    def get_many(self, digest: str, texts: Sequence[str]) -> dict[str, np.ndarray]:
        return {text: self.kept[digest, text] for text in texts if (digest, text) in self.kept}

    def put_many(self, digest: str, texts: Sequence[str], vectors: np.ndarray) -> None:
        self.put += texts
        self.kept |= {(digest, text): vector for text, vector in zip(texts, vectors, strict=True)}


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert once == once.strip()
    assert "  " not in once


@pytest.mark.parametrize(
    ("text", "expected"),
    [(" a\t b\u00a0\u3000c\n", "a b c"), ("e\u0301", "é"), ("", ""), ("１ Ⅳ ﬁ", "１ Ⅳ ﬁ"), ("A a", "A a")],
)
def test_white_space_is_folded_and_letters_composed(text: str, expected: str) -> None:
    assert normalise(text) == expected


def by_hand(encoder: LoadedEncoder, text: str) -> np.ndarray:
    """One text alone, as the definition of a vector says."""
    tokens = encoder.tokenizer([encoder.prefix + normalise(text)], truncation=True, max_length=64, return_tensors="pt")
    with torch.inference_mode():
        mean = encoder.model(**tokens).last_hidden_state[0].mean(0).numpy()
    return mean / np.linalg.norm(mean)


def test_a_vector_is_the_normalised_mean_over_the_prefixed_text(encoder: LoadedEncoder) -> None:
    vectors = embed(encoder, TERMS)
    assert vectors.dtype == np.float32
    for text, vector in zip(TERMS, vectors, strict=True):
        np.testing.assert_allclose(vector, by_hand(encoder, text), atol=1e-5, err_msg=text)


@settings(max_examples=25)
@given(texts=st.lists(st.sampled_from(TERMS), max_size=20), budget=st.integers(1, 400), chunk=st.integers(1, 9))
def test_neither_order_nor_duplicates_nor_batches_matter(
    encoder: LoadedEncoder, reference: dict[str, np.ndarray], texts: list[str], budget: int, chunk: int
) -> None:
    vectors = embed(encoder, texts, settings=EmbedSettings(batch_tokens=budget, chunk_texts=chunk))
    assert vectors.shape == (len(texts), 32)
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_allclose(vector, reference[text], atol=1e-5)


def test_batches_hold_texts_of_like_length_within_the_budget(tiny_loaded: LoadedEncoder) -> None:
    masks: list[torch.Tensor] = []
    tiny_loaded.model.register_forward_pre_hook(
        lambda _, args, kwargs: masks.append(kwargs["attention_mask"]), with_kwargs=True
    )
    # An unknown word is one token, however long: letters tell little of tokens here.
    texts = ["я" * (number * 31 % 97) + " x" * (1 + number * 7 % 40) + f" {number}" for number in range(100)]
    embed(tiny_loaded, texts, settings=EmbedSettings(batch_tokens=200))
    assert max(mask.numel() for mask in masks) <= 200
    assert sum(int(mask.sum()) for mask in masks) / sum(mask.numel() for mask in masks) > 0.9


def test_equal_texts_are_embedded_once_and_kept_normalised(encoder: LoadedEncoder) -> None:
    cache = Memory()
    texts = ["a  b", "a b", " a b ", "c"]
    vectors = embed(encoder, texts, cache=cache)
    np.testing.assert_array_equal(embed(encoder, texts, cache=cache), vectors)
    assert sorted(cache.put) == ["a b", "c"]
    assert {digest for digest, _ in cache.kept} == {encoder.digest}
    np.testing.assert_array_equal(vectors[0], vectors[2])


def test_what_is_kept_is_not_embedded_again(encoder: LoadedEncoder) -> None:
    cache = Memory()
    embed(encoder, ["a", "b"], cache=cache)
    cache.kept[encoder.digest, "a"] = marked = np.full(32, 7, np.float32)
    vectors = embed(encoder, ["c", "a", "b"], cache=cache)
    np.testing.assert_array_equal(vectors[1], marked)
    assert cache.put[2:] == ["c"]


def test_another_encoder_does_not_get_these_vectors(encoder: LoadedEncoder) -> None:
    cache = Memory()
    embed(encoder, ["a"], cache=cache)
    embed(replace(encoder, digest="another"), ["a"], cache=cache)
    assert cache.put == ["a", "a"]


def test_an_interrupted_run_keeps_the_chunks_it_finished(encoder: LoadedEncoder) -> None:
    def stop(done: int, total: int) -> None:
        if done > 4:
            raise KeyboardInterrupt

    cache = Memory()
    with pytest.raises(KeyboardInterrupt):
        embed(encoder, list("abcdefgh"), settings=EmbedSettings(chunk_texts=2), cache=cache, progress=stop)
    assert len(cache.put) == 4


def test_progress_counts_distinct_texts_up_to_all(encoder: LoadedEncoder) -> None:
    cache = Memory()
    embed(encoder, ["c", "d"], cache=cache)
    seen: list[tuple[int, int]] = []
    texts = ["a", "b", "b", "c", "d"]
    embed(encoder, texts, cache=cache, progress=lambda *counts: seen.append(counts), settings=EmbedSettings(1, 2))
    assert seen[-1] == (4, 4)
    assert seen == sorted(seen)


def test_no_texts_give_no_rows(encoder: LoadedEncoder) -> None:
    assert embed(encoder, []).shape == (0, 32)


def test_training_goes_on_after_embedding(tiny_loaded: LoadedEncoder) -> None:
    embed(tiny_loaded, TERMS)
    tiny_loaded.model(input_ids=torch.tensor([[2, 5, 3]])).last_hidden_state.sum().backward()
    assert tiny_loaded.model.get_input_embeddings().weight.grad is not None


def test_a_changed_model_gives_changed_vectors(tiny_loaded: LoadedEncoder) -> None:
    half = EmbedSettings(precision="bfloat16")
    before = embed(tiny_loaded, TERMS, settings=half)
    with torch.no_grad():
        for parameter in tiny_loaded.model.parameters():
            parameter.data.mul_(-0.5)
    assert np.abs(embed(tiny_loaded, TERMS, settings=half) - before).max() > 0.05


def test_bfloat16_is_near_float32(encoder: LoadedEncoder) -> None:
    exact, half = (embed(encoder, TERMS, settings=EmbedSettings(precision=kind)) for kind in ("float32", "bfloat16"))
    assert half.dtype == np.float32
    assert 0 < np.abs(exact - half).max() < 0.05
    np.testing.assert_allclose(np.linalg.norm(half, axis=1), 1, atol=1e-5)


def test_bfloat16_is_left_where_a_text_would_move(encoder: LoadedEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{number} mg" for number in range(200)]
    monkeypatch.setattr("training.ml.embed.bfloat16_is_native", lambda device: True)
    exact = embed(encoder, texts, settings=EmbedSettings(precision="float32"))
    half = embed(encoder, texts, settings=EmbedSettings(precision="bfloat16"))
    monkeypatch.setattr("training.ml.embed.CLOSE_ENOUGH", 0.9)
    np.testing.assert_allclose(embed(encoder, texts), half, atol=1e-5)
    monkeypatch.setattr("training.ml.embed.CLOSE_ENOUGH", 1.01)
    np.testing.assert_allclose(embed(encoder, texts), exact, atol=1e-5)
    monkeypatch.setattr("training.ml.embed.CLOSE_ENOUGH", 0.9)
    monkeypatch.setattr("training.ml.embed.bfloat16_is_native", lambda device: False)
    np.testing.assert_allclose(embed(encoder, texts), exact, atol=1e-5)


def test_the_precision_is_chosen_by_the_first_texts_that_are_enough(
    encoder: LoadedEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, texts = Memory(), [f"{number} mg" for number in range(1000, 1400)]
    embed(encoder, texts[:200], cache=cache)
    monkeypatch.setattr("training.ml.embed.bfloat16_is_native", lambda device: True)
    monkeypatch.setattr("training.ml.embed.CLOSE_ENOUGH", 0.9)
    half = embed(encoder, texts, settings=EmbedSettings(precision="bfloat16"))
    vectors = embed(encoder, texts, cache=cache, settings=EmbedSettings(chunk_texts=201))
    np.testing.assert_allclose(vectors[201:], half[201:], atol=1e-5)


def test_pooling_is_the_mean_over_real_tokens() -> None:
    hidden = torch.tensor([[[1.0, 0], [0, 1], [9, 9]], [[3, 4], [9, 9], [9, 9]]])
    mask = torch.tensor([[1, 1, 0], [1, 0, 0]])
    expected = torch.tensor([[0.5**0.5, 0.5**0.5], [0.6, 0.8]])
    torch.testing.assert_close(pool(hidden, mask), expected)
    assert pool(hidden.to(torch.bfloat16), mask).dtype == torch.float32


def test_pooling_lets_gradients_through() -> None:
    hidden = torch.randn(2, 3, 4, requires_grad=True)
    pool(hidden, torch.ones(2, 3, dtype=torch.long))[0, 0].backward()
    assert hidden.grad is not None
    assert hidden.grad[0].abs().sum() > 0


@pytest.mark.parametrize("values", [{"device": "tpu"}, {"precision": "float8"}, {"batch_tokens": 0}])
def test_settings_that_make_no_sense_are_refused(values: dict) -> None:
    with pytest.raises(InvalidConfiguration, match=r"choose|at least"):
        EmbedSettings(**values)


def test_a_device_that_is_not_there_is_refused(encoder: LoadedEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InvalidConfiguration, match="no CUDA device: choose auto or cpu"):
        embed(encoder, ["a"], settings=EmbedSettings(device="cuda"))


def test_native_bfloat16_is_what_the_processor_says() -> None:
    flags = set(Path("/proc/cpuinfo").read_text().split())
    assert bfloat16_is_native(torch.device("cpu")) == bool(flags & {"avx512_bf16", "amx_bf16"})
