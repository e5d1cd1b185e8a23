"""What is measured of an encoder on the lists of a bed: shares in 0..1, and for each query whether it was first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.adaptation.beds import Bed
from benchmarks.adaptation.probes import near_misses
from training.ml.measuring.references import references
from training.ml.measuring.retrieval import csls_ranks
from training.ml.records import TestList, TestPair

Encode = Callable[[Sequence[str], str], np.ndarray]  # texts, language → (n, d) unit rows in the shared space
NEIGHBOURS = 10
KEPT_TEXTS = 1_500  # of general language, whose neighbourhoods are compared


@dataclass(frozen=True)
class Encoder:
    encode: Encode
    general: Encode | None = None  # of the control's texts, where it places general vocabulary otherwise
    csls: bool = True  # else plain nearest neighbours
    about: dict[str, Any] = field(default_factory=dict)  # what the arm tells of its run


def measured(bed: Bed, encoder: Encoder, base: Encode) -> dict[str, Any]:
    """`base`: the encoder that nothing has trained, in its centred space, whose neighbourhoods are to be kept."""
    general = encoder.general or encoder.encode
    told = {name: general if name == "control" else encoder.encode for name in bed.lists}
    return {
        "cells": {name: _cell(one, told[name], encoder.csls) for name, one in bed.lists.items()},
        "near_miss": _near_miss(bed.lists["trained"], encoder.encode),
        "order": _order(bed, encoder.encode),
        "neighbourhoods_kept": _kept(bed.lists["control"], general, base),
    }


def _cell(test: TestList, encode: Encode, csls: bool) -> dict[str, Any]:
    asked = references(test)
    sources = encode(asked.sources, asked.source_language)
    targets = encode(asked.targets, asked.target_language)
    around = sources if csls else np.zeros((1, sources.shape[1]), np.float32)
    ranks = csls_ranks(sources[list(asked.queries)], targets, around, asked.right, asked.ignored)
    return {
        "n": len(ranks),
        "p@1": float((ranks == 1).mean()),
        "p@5": float((ranks <= 5).mean()),
        "mrr": float((1 / ranks).mean()),
        "hubness": _hubness(sources, targets),
        "hits": np.packbits(ranks == 1).tobytes().hex(),
    }


def hits(cell: dict[str, Any]) -> np.ndarray:
    """(n,) float64: 1 for each query whose first answer was right."""
    bits = np.frombuffer(bytes.fromhex(cell["hits"]), np.uint8)
    return np.unpackbits(bits)[: cell["n"]].astype(np.float64)


def _hubness(sources: np.ndarray, targets: np.ndarray) -> float:
    """Skewness of how often a target is among the ten nearest of a source (Radovanović et al. 2010)."""
    cosines = sources @ targets.T
    nearest = np.argpartition(-cosines, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    often = np.bincount(nearest.ravel(), minlength=len(targets)).astype(np.float64)
    return float(((often - often.mean()) ** 3).mean() / often.std() ** 3)


def _cosines(encode: Encode, pairs: Sequence[TestPair], targets: Sequence[str] | None = None) -> np.ndarray:
    told = targets or [pair.target.text for pair in pairs]
    source = encode([pair.source.text for pair in pairs], pairs[0].source.language)
    return np.asarray(np.einsum("nd,nd->n", source, encode(told, pairs[0].target.language)))


def _near_miss(test: TestList, encode: Encode) -> dict[str, float]:
    """How often the right term is nearer than the same term with one word turned round."""
    found = near_misses(test.pairs)
    if not found:
        return {"n": 0, "right": float("nan")}
    pairs = [pair for pair, _ in found]
    right, wrong = _cosines(encode, pairs), _cosines(encode, pairs, [missed for _, missed in found])
    return {"n": len(pairs), "right": float((right > wrong).mean())}


def _order(bed: Bed, encode: Encode) -> dict[str, float]:
    """How often equivalent is above broader, and broader above another family's term."""
    broader = bed.families.get("broader", ())
    if not broader:
        return {"n": 0, "right": float("nan")}
    own = {pair.concept_id: pair for pair in bed.lists["trained"].pairs}
    strangers = [broader[(number + len(broader) // 2) % len(broader)].target.text for number in range(len(broader))]
    equal = _cosines(encode, [own[pair.concept_id] for pair in broader])
    above = _cosines(encode, broader)
    unrelated = _cosines(encode, broader, strangers)
    return {"n": len(broader), "right": float(((equal > above) & (above > unrelated)).mean())}


def _kept(test: TestList, encode: Encode, base: Encode) -> float:
    """Mean share of a general term's ten nearest English terms that stay among its ten nearest."""
    texts = sorted({pair.source.text for pair in test.pairs})[:KEPT_TEXTS]
    before, after = (_nearest(one(texts, test.source_language)) for one in (base, encode))
    shared = [len(set(one) & set(other)) for one, other in zip(before.tolist(), after.tolist(), strict=True)]
    return float(np.mean(shared) / NEIGHBOURS)


def _nearest(vectors: np.ndarray) -> np.ndarray:
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    return np.argpartition(-cosines, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
