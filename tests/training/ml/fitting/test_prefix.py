"""Splitting an encoder and caching its lower part must change nothing but the time it takes."""

from contextlib import nullcontext

import pytest
import torch

from tests.training.ml.fitting.tiny import TOKENS, bert, distilbert, electra, mpnet, without_stack, xlmr
from training.ml.fitting.prefix import run_prefix, split


@pytest.mark.parametrize(
    ("make", "boundary"),
    [(bert, 0), (bert, 2), (bert, 3), (xlmr, 1), (mpnet, 1), (distilbert, 2), (electra, 1), (without_stack, 0)],
)
def test_prefix_and_suffix_make_the_whole(make, boundary: int) -> None:
    torch.manual_seed(0)
    model = make().eval()
    prefix, suffix = split(model, boundary)
    cache = run_prefix(
        prefix, TOKENS, device=torch.device("cpu"), autocast=nullcontext, dtype=torch.float32, token_budget=8
    )
    rows = torch.tensor([2, 0, 1])
    hidden, mask = cache.batch(rows, torch.device("cpu"))
    with torch.no_grad():
        found = suffix(inputs_embeds=hidden, attention_mask=mask).last_hidden_state
        for place, row in enumerate(rows.tolist()):
            ids = torch.tensor([TOKENS[row]])
            whole = model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
            assert torch.allclose(found[place, : ids.shape[1]], whole[0], atol=1e-5)


def test_a_frozen_text_is_run_once() -> None:
    model = bert().eval()
    prefix, suffix = split(model, 2)
    ran = []
    model.encoder.layer[0].register_forward_hook(lambda *_: ran.append(1))
    cache = run_prefix(prefix, TOKENS, device=torch.device("cpu"), autocast=nullcontext, dtype=torch.float32)
    for _ in range(3):
        suffix(inputs_embeds=cache.batch(torch.arange(4), torch.device("cpu"))[0])
    assert len(ran) == 1


def test_chunks_hold_every_row_once_within_the_budget() -> None:
    cache = run_prefix(
        split(bert().eval(), 0)[0], TOKENS, device=torch.device("cpu"), autocast=nullcontext, dtype=torch.bfloat16
    )
    chunks = list(cache.chunks(torch.tensor([3, 2, 1, 0]), 6))
    assert sorted(place for chunk in chunks for place in chunk.tolist()) == [0, 1, 2, 3]
    for chunk in chunks:
        lengths = cache.lengths[torch.tensor([3, 2, 1, 0])[chunk]]
        assert len(chunk) * lengths.max() <= 6 or len(chunk) == 1
