"""Texts that share a row must neither see each other nor change what a text gives alone."""

from collections.abc import Callable
from contextlib import nullcontext

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import PreTrainedModel

from tests.training.ml.fitting.tiny import TOKENS, bert, deberta, distilbert, electra, mpnet, without_stack, xlmr
from training.ml.embed import pool
from training.ml.fitting.packing import pack
from training.ml.fitting.prefix import run_prefix, split
from training.ml.fitting.runner import Runner
from training.ml.records import Recipe


@given(lengths=st.lists(st.integers(1, 90), min_size=1, max_size=40))
def test_every_token_has_a_place_of_its_own_beside_the_rest_of_its_text(lengths: list[int]) -> None:
    packing = pack(lengths)
    places = packing.places.tolist()
    assert len(set(places)) == len(places) == sum(lengths)
    assert max(places) < packing.rows * packing.width
    for text, length in enumerate(lengths):
        own = packing.places[packing.text == text]
        assert own.tolist() == list(range(int(own[0]), int(own[0]) + length))
        assert own[0] // packing.width == own[-1] // packing.width


def test_rows_are_filled() -> None:
    assert (pack([16] * 8).rows, pack([16] * 8).width) == (2, 64)
    assert (pack([70, 5, 5]).rows, pack([70, 5, 5]).width) == (2, 70)


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
@pytest.mark.parametrize(
    ("make", "boundary"),
    [(bert, 1), (xlmr, 2), (mpnet, 1), (distilbert, 2), (electra, 1), (deberta, 1), (without_stack, 0)],
)
def test_a_packed_text_is_what_it_is_alone(make: Callable[[], PreTrainedModel], boundary: int, attention: str) -> None:
    torch.manual_seed(0)
    model = make().eval()
    if attention != model.config._attn_implementation and make not in (
        mpnet,
        deberta,
        without_stack,
    ):  # which have one alone
        model.set_attn_implementation(attention)
    cache = run_prefix(
        split(model, boundary)[0], TOKENS, device=torch.device("cpu"), autocast=nullcontext, dtype=torch.float32
    )
    rows = torch.tensor([3, 0, 2, 1])
    runner = Runner(model, Recipe(precision="float32"), boundary, cache)
    found = runner(rows)
    assert runner.packs == (make not in (deberta, without_stack))
    for vector, row in zip(found, rows.tolist(), strict=True):
        ids = torch.tensor([TOKENS[row]])
        mask = torch.ones_like(ids)
        alone = pool(model(input_ids=ids, attention_mask=mask).last_hidden_state, mask)[0]
        assert torch.allclose(vector, alone, atol=1e-5)
    assert found.requires_grad
