"""Leave-one-token-out on the tiny encoder: against a plain loop, in batches, on texts of one token."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tests import tiny_encoder
from training.ml import backbone
from training.ml.attribution import LEAST, PairText, attribute
from training.ml.backbone import LoadedEncoder
from training.ml.embed import EmbedSettings, Runner, pool
from training.ml.space import Space

PAIRS = [
    PairText("en", "acute liver failure", "de", "akutes Leberversagen"),
    PairText("en", "heart", "fr", "cœur gauche"),
    PairText("en", "fever of unknown origin in children", "de", "Fieber"),
]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> LoadedEncoder:
    folder: Path = tiny_encoder.build(tmp_path_factory.mktemp("encoders") / "tiny")
    return backbone.load(backbone.resolve(str(folder), folder))


def vector(encoder: LoadedEncoder, ids: list[int]) -> np.ndarray:
    rows = torch.tensor([ids])
    with torch.inference_mode():
        return pool(encoder.model(input_ids=rows).last_hidden_state, torch.ones_like(rows))[0].numpy()


def exact(encoder: LoadedEncoder) -> Runner:
    return Runner(encoder, EmbedSettings(precision="float32"))


def spelled(tokens: tuple[tuple[str, float], ...]) -> str:
    """The tiny encoder's tokenizer marks what goes on with a word, not where one begins."""
    return "".join(f" {token}" for token, _ in tokens).replace(" ##", "").strip()


def test_as_a_plain_loop_does_it(encoder: LoadedEncoder) -> None:
    found = attribute(encoder, PAIRS, Space().apply, runner=exact(encoder))
    assert len(found) == len(PAIRS)
    for pair, one in zip(PAIRS, found, strict=True):
        ids = {text: encoder.tokenizer(encoder.prefix + text)["input_ids"] for text in (pair.source, pair.target)}
        fixed = vector(encoder, ids[pair.target])
        whole = float(vector(encoder, ids[pair.source]) @ fixed)
        first = len(ids[pair.source]) - 1 - len(one.source)  # the prefix and the opening token come before
        for place, (token, share) in enumerate(one.source):
            at = first + place
            assert encoder.tokenizer.convert_ids_to_tokens([ids[pair.source][at]]) == [token]
            if len(one.source) > 1:
                without = vector(encoder, [*ids[pair.source][:at], *ids[pair.source][at + 1 :]])
                assert share == pytest.approx((whole - float(without @ fixed)) / whole, abs=1e-4)


def test_shares_of_opposed_terms_keep_their_sign(encoder: LoadedEncoder) -> None:
    opposed = attribute(encoder, PAIRS, lambda rows, language: -rows if language == "en" else rows)
    alike = attribute(encoder, PAIRS, lambda rows, language: rows)
    for one, other in zip(opposed, alike, strict=True):
        for (token, share), (_, before) in zip(one.source, other.source, strict=True):
            assert len(one.source) == 1 or (share > 0) != (before > 0), token
            assert abs(share) <= 2 / LEAST


def test_pairs_together_are_as_alone(encoder: LoadedEncoder) -> None:
    together = attribute(encoder, PAIRS, Space().apply, runner=exact(encoder))
    for pair, one in zip(PAIRS, together, strict=True):
        [alone] = attribute(encoder, [pair], Space().apply)
        assert [token for token, _ in alone.target] == [token for token, _ in one.target]
        np.testing.assert_allclose([share for _, share in alone.target], [share for _, share in one.target], atol=1e-4)


def test_the_tokens_spell_the_text_without_the_prefix(encoder: LoadedEncoder) -> None:
    [found] = attribute(encoder, [PAIRS[0]], Space().apply)
    assert spelled(found.source) == PAIRS[0].source


def test_the_space_of_each_language_is_used(encoder: LoadedEncoder) -> None:
    seen: list[tuple[str, int]] = []

    def place(rows: np.ndarray, language: str) -> np.ndarray:
        seen.append((language, len(rows)))
        return rows

    [found] = attribute(encoder, [PAIRS[0]], place)
    assert seen == [("en", 1 + len(found.source)), ("de", 1 + len(found.target))]


def test_no_pairs(encoder: LoadedEncoder) -> None:
    assert attribute(encoder, [], Space().apply) == []
