"""One measurement in a process of its own, for its own peak memory: `python -m benchmarks.scale.cell KIND SIZE`."""

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import TypeVar

import faiss
import numpy as np
import torch

from benchmarks.detection.encoder import Encoder, folder
from benchmarks.detection.lists import term_lists
from benchmarks.scale.memory import Peak
from benchmarks.scale.synthetic import Spectrum, Words, pairs
from training.ml.attribution import Attribution, PairText, attribute
from training.ml.backbone import set_threads
from training.ml.embed import EmbedSettings, Runner, bfloat16_is_native, embed
from training.ml.index import BLOCKS_FROM, EXACT_BELOW, Vectors, search, width
from training.ml.scoring.geometry import GeometrySettings
from training.ml.scoring.growth import Added, Neighbourhood, neighbourhood
from training.ml.scoring.listing import Listing, Vocabulary
from training.ml.space import Space
from training.ml.suspect import Weighed, examine_pairs, examine_part, weigh

NEW, QUERIES, NEIGHBOURS, TERMS = 1000, 1000, 10, 4000
CANDIDATES = GeometrySettings().neighbours  # that a scan asks for
TRIES = 30
SIDES = ("source", "target")
COMPARED = 100_000  # pairs up to which the whole list is scored as well, to compare
Figures = dict[str, float | str]
Result = TypeVar("Result")


def main() -> None:
    set_threads(int(os.environ.get("OMP_NUM_THREADS", "0")) or None)
    with Peak() as peak:
        figures = CELLS[sys.argv[1]](int(sys.argv[2]))
    figures["threads"] = torch.get_num_threads()
    figures["peak_gb"] = peak.gb
    print(json.dumps(figures))


def throughput(_: int) -> Figures:
    """Terms a second, beside SentenceTransformer.encode with the same weights, texts, prefix and length limit."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - a requirement of the benchmarks alone
    from sentence_transformers.models import Normalize, Pooling, Transformer  # noqa: PLC0415

    encoder, texts = Encoder(folder()), _terms()
    path = str(encoder.backbone.path)
    layer = Transformer(path, max_seq_length=encoder.loaded.max_length)
    peer = SentenceTransformer(modules=[layer, Pooling(layer.get_embedding_dimension()), Normalize()], device="cpu")
    prefixed = [encoder.loaded.prefix + text for text in texts]
    embed(encoder.loaded, texts[:200]), peer.encode(prefixed[:64])
    ours, own_seconds = _timed(lambda: embed(encoder.loaded, texts))
    theirs, peer_seconds = _timed(lambda: peer.encode(prefixed))
    exact = embed(encoder.loaded, texts, settings=EmbedSettings(precision="float32"))
    return {
        "terms": len(texts),
        "ours": len(texts) / own_seconds,
        "peer": len(texts) / peer_seconds,
        "times": peer_seconds / own_seconds,
        "cosine_to_float32": float((ours * exact).sum(axis=1).min()),
        "cosine_to_peer": float((ours * theirs).sum(axis=1).min()),
    }


def attribution(_: int) -> Figures:
    """Milliseconds a pair, leave-one-token-out, one pair at a time and eight together."""
    encoder = Encoder(folder())
    first = term_lists(folder(), "final")[0]
    chosen = first.pairs[:: len(first.pairs) // TRIES][:TRIES]
    texts = [PairText("en", pair.source, first.language, pair.target) for pair in chosen]
    told = partial(attribute, encoder.loaded, place=Space().apply, runner=Runner(encoder.loaded, EmbedSettings()))
    told(texts[:2])
    single = [_timed(partial(told, [one])) for one in texts]
    seconds = np.array([seconds for _, seconds in single])
    eights = [_timed(partial(told, texts[at : at + 8]))[1] for at in (0, 8, 16)]
    tokens = [len(found[0].source) + len(found[0].target) for found, _ in single]
    exact = Runner(encoder.loaded, EmbedSettings(precision="float32"))
    exactly = attribute(encoder.loaded, texts, Space().apply, runner=exact)
    return {
        "share_off": _share_off([one for found, _ in single for one in found], exactly),
        "pairs": len(texts),
        "tokens": float(np.median(tokens)),
        "median_ms": 1000 * float(np.median(seconds)),
        "worst_ms": 1000 * float(seconds.max()),
        "together_ms": 1000 * float(np.mean(eights)) / 8,
    }


def _share_off(found: list[Attribution], exactly: list[Attribution]) -> float:
    """The median, over texts, of the largest difference of a token's share to float32."""
    sides = [
        (getattr(one, side), getattr(other, side)) for one, other in zip(found, exactly, strict=True) for side in SIDES
    ]
    return float(np.median([max(abs(a[1] - b[1]) for a, b in zip(*both, strict=True)) for both in sides]))


def scoring(size: int) -> Figures:
    """Given pairs, from vectors to scores with reasons."""
    (source, target), rows = _synthetic(size), _side_by_side(size)
    wrong = np.random.default_rng(1).permutation(size)[: size // 20]
    rows[wrong, 1] = np.roll(rows[wrong, 1], 1)
    (found, reasons), seconds, busy = _worked(lambda: _told(weigh(examine_pairs(source, target, rows))))
    order = np.argsort(-found.scores)
    return {
        "pairs": size,
        "seconds": seconds,
        "busy_seconds": busy,
        "reasons": reasons,
        "way": _way(size),
        "half": float(source.vectors.dtype == np.float16),
        "wrong_in_front": float(np.isin(order[: len(wrong)], wrong).mean()),
    }


def _told(found: Weighed) -> tuple[Weighed, int]:
    """Each pair's reasons are put into words and counted."""
    return found, sum(len(one.reasons) for one in found)


def _way(size: int) -> str:
    """Which way such a list is searched on this processor."""
    native = bfloat16_is_native(torch.device("cpu"))
    if size >= EXACT_BELOW:
        return "few axes" if native else "HNSW"
    return "rounded" if native and size >= BLOCKS_FROM else "exact"


def searching(size: int) -> Figures:
    """Every vector's nearest, the way that a scan takes."""
    return _searched(size, search) | {"way": _way(size)}


def graph(size: int) -> Figures:
    """By the HNSW graph that processors without bfloat16 are left with for long lists."""
    return _searched(size, partial(search, exact_below=1, native=False)) | {"way": "HNSW"}


def _searched(size: int, way: Callable[..., tuple[np.ndarray, np.ndarray]]) -> Figures:
    """Measured against the exact answer."""
    source, target = _synthetic(size)
    (_, found), seconds, busy = _worked(lambda: way(source.vectors, target.vectors, CANDIDATES))
    step = max(size // QUERIES, 1)
    queries, got = source.vectors[::step][:QUERIES], found[::step][:QUERIES]
    recalls, exactly = _against_flat(queries, target, got)
    return {
        "vectors": size,
        **recalls,
        "seconds": seconds,
        "busy_seconds": busy,
        "exact_seconds": exactly * size / len(queries),
    }


def recall(size: int) -> Figures:
    """Of a list too long to search for all: for QUERIES that the search did not set its effort by."""
    source, target = _synthetic(size)
    queries = source.vectors[:: size // (2 * QUERIES)][: 2 * QUERIES]
    _, found = search(queries, target.vectors, CANDIDATES)  # which takes every other one to measure itself
    recalls, _ = _against_flat(queries[1::2], target, found[1::2])
    return {"vectors": size, **recalls, "way": _way(size)}


def _against_flat(queries: Vectors, target: Vocabulary, got: np.ndarray) -> tuple[Figures, float]:
    """And the seconds of the exact search."""
    flat = faiss.IndexFlatIP(queries.shape[1])
    flat.add(target.vectors.astype(np.float32))
    (_, exact), seconds = _timed(lambda: flat.search(queries.astype(np.float32), CANDIDATES))
    near = _recall(exact[:, :NEIGHBOURS], got[:, :NEIGHBOURS])
    return {"recall": near, "recall_candidates": _recall(exact, got)}, seconds


def _recall(exact: np.ndarray, got: np.ndarray) -> float:
    hits = [len(set(one) & set(other)) for one, other in zip(exact.tolist(), got.tolist(), strict=True)]
    return float(np.mean(hits) / exact.shape[1])


def growth(size: int) -> Figures:
    """NEW pairs more in a list that was scored, judged in their neighbourhood; and how far that is from scoring all."""
    source, target = _synthetic(size + NEW)
    rows = _side_by_side(size + NEW)
    new = np.random.default_rng(2).permutation(size + NEW)[:NEW]
    rows[new[:100], 1] = np.roll(rows[new[:100], 1], 1)
    old = np.setdiff1d(np.arange(size + NEW), new)
    known = examine_pairs(source.of(old), target.of(old), _side_by_side(size)) if size <= COMPARED else None

    def added() -> tuple[np.ndarray, Neighbourhood]:
        near = neighbourhood(Listing(source, target, rows), Added(new, new, new))
        examined = examine_part(near.listing, known.standards) if known else examine_pairs(*_of(near.listing))
        return weigh(examined).scores[near.new], near

    (scores, near), seconds = _timed(added)
    figures: Figures = {"pairs": size, "new": NEW, "seconds": seconds, "neighbourhood": len(near.listing)}
    if known:
        every = weigh(examine_pairs(source, target, rows)).scores[near.places[near.new]]
        ranks = np.stack([np.argsort(np.argsort(one)) for one in (scores, every)])
        figures["rank_correlation"] = float(np.asarray(np.corrcoef(ranks))[0, 1])
        figures["median_difference"] = float(np.median(np.abs(scores - every)))
    return figures


def _side_by_side(size: int) -> np.ndarray:
    return np.stack([np.arange(size)] * 2, axis=1)


def _of(listing: Listing) -> tuple[Vocabulary, Vocabulary, np.ndarray]:
    return listing.source, listing.target, listing.pairs


def _synthetic(size: int) -> tuple[Vocabulary, Vocabulary]:
    """As wide as a scan keeps a list of this size."""
    return pairs(_spectrum(), size, _words(), kept=width(size))


def _words() -> Words:
    [first, *_] = term_lists(folder(), "final")
    return [pair.source for pair in first.pairs], [pair.target for pair in first.pairs]


def _spectrum() -> Spectrum:
    """Kept in a file, so that no encoder takes part in what a cell's memory is."""
    path = folder() / "scale" / "spectrum.npz"
    if not path.exists():
        encoder, (sources, targets) = Encoder(folder()), _words()
        found = Spectrum.of(encoder.centred(sources, "en"), encoder.centred(targets, "de"))
        np.savez(path, axes=found.axes, follow=found.follow, rest=found.rest)
    with np.load(path) as kept:
        return Spectrum(**kept)


def _terms() -> list[str]:
    lists = term_lists(folder(), "final")
    return list(dict.fromkeys(text for one in lists for pair in one.pairs for text in (pair.source, pair.target)))[
        :TERMS
    ]


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    started = perf_counter()
    found = work()
    return found, perf_counter() - started


def _worked(work: Callable[[], Result]) -> tuple[Result, float, float]:
    """And the seconds of processor time, all threads and processes: what is left of a timing on a busy machine."""
    before = sum(os.times()[:4])
    found, seconds = _timed(work)
    return found, seconds, sum(os.times()[:4]) - before


CELLS: dict[str, Callable[[int], Figures]] = {
    "throughput": throughput, "attribution": attribution, "scoring": scoring, "search": searching, "graph": graph,
    "recall": recall, "growth": growth,
}  # fmt: skip

if __name__ == "__main__":
    main()
