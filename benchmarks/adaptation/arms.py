"""The arms: each takes a bed and gives an encoder. What trains nothing is here; the others have a module each."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.adaptation.beds import TRAINED, Bed
from benchmarks.adaptation.metrics import Encode, Encoder
from training.ml.backbone import Backbone, load
from training.ml.embed import embed
from training.ml.fitting.general import fit_general
from training.ml.records import TermText
from training.ml.space import Space, fit_means


@dataclass(frozen=True)
class Given:
    """What an arm may use."""

    bed: Bed
    backbone: Backbone
    folder: Path  # of its own, thrown away afterwards
    seed: int
    cache: Path | None = None  # of the untrained encoder's vectors
    epochs: int | None = None  # None: as the arm has it


Arm = Callable[[Given], Encoder]


def encoder_of(backbone: Backbone, cache: Path | None = None) -> Encode:
    """Unit vectors as the encoder gives them, each text embedded once."""
    loaded = load(backbone)
    known: dict[str, np.ndarray] = {}
    if cache is not None and cache.exists():
        with np.load(cache) as kept:
            known = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))

    def encode(texts: Sequence[str], language: str) -> np.ndarray:
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        if missing:
            known.update(zip(missing, embed(loaded, missing), strict=True))
            if cache is not None:
                np.savez(cache, texts=np.array(list(known)), vectors=np.stack(list(known.values())))
        return np.stack([known[text] for text in texts])

    return encode


def centred(bed: Bed, encode: Encode) -> Space:
    return fit_means({language: encode(texts, language) for language, texts in bed.means.items()})


def within(space: Space, encode: Encode) -> Encode:
    return lambda texts, language: space.apply(encode(texts, language), language)


def base(given: Given) -> Encode:
    """The untrained encoder in its centred space: what every arm is compared with."""
    encode = encoder_of(given.backbone, given.cache)
    return within(centred(given.bed, encode), encode)


def raw(given: Given) -> Encoder:
    return Encoder(encoder_of(given.backbone, given.cache), csls=False)


def csls(given: Given) -> Encoder:
    return Encoder(encoder_of(given.backbone, given.cache))


def centred_csls(given: Given) -> Encoder:
    return Encoder(base(given))


def known_translations(given: Given) -> Encoder:
    """The untrained encoder, general vocabulary in a space of its own: what known translations do without a verdict."""
    encode = encoder_of(given.backbone, given.cache)
    known, once = general_vectors(given)
    return parted(with_general(given, centred(given.bed, encode), known), encode, {"once": once})


def general_vectors(given: Given) -> tuple[Encode, float]:
    """The untrained encoder's vectors of the known translations, and the seconds they took: once, whatever rounds
    follow."""
    started = time.perf_counter()
    loaded = load(given.backbone)
    texts = list(dict.fromkeys(text for pair in given.bed.general for text in pair))
    vectors = dict(zip(texts, embed(loaded, [text.text for text in texts]), strict=True))

    def encode(own: Sequence[str], language: str) -> np.ndarray:
        return np.stack([vectors[TermText(language, text)] for text in own])

    return encode, time.perf_counter() - started


def with_general(given: Given, space: Space, known: Encode) -> Space:
    return replace(space, general=fit_general(space, given.bed.general, known))


def parted(space: Space, encode: Encode, about: dict[str, Any]) -> Encoder:
    """Its general vocabulary in a space of its own, where it has one."""
    return Encoder(within(space, encode), within(space.general or space, encode), about=about)


def procrustes(given: Given) -> Encoder:
    """The best rotation of the trained language's centred vectors on the accepted pairs (Schönemann 1966)."""
    encode = encoder_of(given.backbone, given.cache)
    space = centred(given.bed, encode)
    placed = within(space, encode)
    pairs = given.bed.constraints.attract
    source = placed([pair.source.text for pair in pairs], pairs[0].source.language)
    target = placed([pair.target.text for pair in pairs], TRAINED)
    left, _, right = np.linalg.svd(target.T.astype(np.float64) @ source)
    return Encoder(within(replace(space, maps={TRAINED: (left @ right).astype(np.float32)}), encode))


UNTRAINED: Mapping[str, Arm] = {
    "raw encoder": raw,
    "CSLS": csls,
    "centred + CSLS": centred_csls,
    "known translations alone": known_translations,
    "Procrustes": procrustes,
}
