"""Which tokens carry a pair's similarity: each is left out in turn, and what the cosine loses is its share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from training.ml.backbone import LoadedEncoder
from training.ml.embed import EmbedSettings, Runner
from training.ml.texts import normalise

Floats = NDArray[np.float32]
Place = Callable[[Floats, str], Floats]  # (n, d) unit rows of a language → the shared space
LEAST = 0.05  # cosine that shares are told of: around 0 any loss would be many times the whole


@dataclass(frozen=True)
class PairText:
    source_language: str
    source: str
    target_language: str
    target: str

    @property
    def sides(self) -> tuple[tuple[str, str], tuple[str, str]]:
        return (self.source_language, self.source), (self.target_language, self.target)


@dataclass(frozen=True)
class Attribution:
    """(token, share of the cosine that goes when it is left out); below 0, the terms lie closer without it.

    Of a cosine below LEAST the shares are those of LEAST.
    """

    source: tuple[tuple[str, float], ...]
    target: tuple[tuple[str, float], ...]


def attribute(
    encoder: LoadedEncoder, pairs: Sequence[PairText], place: Place, *, runner: Runner | None = None
) -> list[Attribution]:
    """Leave-one-token-out (Li et al. 2016) for p pairs, all variants of all pairs in batches of like length.

    A token of the text is taken out of the model's input; the prefix and the special tokens stay. The cosine is the one
    of the shared space that `place` carries unit rows to. A text of one token has no variant, and its share is 1. A
    `runner` that is kept between calls knows already what precision the encoder bears.
    """
    texts = [side for pair in pairs for side in pair.sides]
    forms = [_Variants.of(encoder, normalise(text)) for _, text in texts]
    rows = (runner or Runner(encoder, EmbedSettings())).vectors([one for form in forms for one in form.inputs])
    starts = [0, *accumulate(len(form.inputs) for form in forms)]
    placed = [place(rows[starts[at] : starts[at + 1]], language) for at, (language, _) in enumerate(texts)]
    return [
        Attribution(
            _shares(forms[at].tokens, placed[at] @ placed[at + 1][0]),
            _shares(forms[at + 1].tokens, placed[at + 1] @ placed[at][0]),
        )
        for at in range(0, len(texts), 2)
    ]


@dataclass(frozen=True)
class _Variants:
    tokens: tuple[str, ...]
    inputs: tuple[list[int], ...]  # the whole, then without each token in turn

    @classmethod
    def of(cls, encoder: LoadedEncoder, text: str) -> "_Variants":
        found = encoder.tokenizer(
            encoder.prefix + text, truncation=True, max_length=encoder.max_length, return_offsets_mapping=True
        )
        ids, begun = found["input_ids"], len(encoder.prefix.rstrip())
        own = [place for place, (_, end) in enumerate(found["offset_mapping"]) if end > begun]
        tokens = tuple(encoder.tokenizer.convert_ids_to_tokens([ids[place] for place in own]))
        without = [[*ids[:place], *ids[place + 1 :]] for place in own] if len(own) > 1 else []
        return cls(tokens, (ids, *without))


def _shares(tokens: Sequence[str], cosines: Floats) -> tuple[tuple[str, float], ...]:
    if len(tokens) == 1:
        return ((tokens[0], 1.0),)
    whole, without = float(cosines[0]), cosines[1:].tolist()
    return tuple((token, (whole - one) / max(whole, LEAST)) for token, one in zip(tokens, without, strict=True))
