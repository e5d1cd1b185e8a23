"""The parts of the card that come from an encoder: neighbours, words that carry the similarity, the former answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotations.encoder_names import EncoderNames
from annotations.models import Suspicion, Term

NEIGHBOURS = 5
SHADES = 5  # steps of shading; the number beside says it exactly
BEGINS = "▁Ġ"  # what some tokenizers put before a word …
GOES_ON = "##"  # … and others before what goes on with one


@dataclass(frozen=True)
class NeighbourRow:
    term: Term
    score: float
    lead: float | None  # how far ahead of the next one
    listed: bool


@dataclass(frozen=True)
class Token:
    text: str
    percent: int  # of the similarity that goes when the token is left out; below 0: without it the terms lie closer
    shade: int  # 0..SHADES
    goes_on: bool  # with the word of the token before it


@dataclass(frozen=True)
class Shading:
    source: list[Token] = field(default_factory=list)
    target: list[Token] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.source or self.target)


@dataclass(frozen=True)
class Former:
    """What the encoder before this one found nearest, where it was something else."""

    encoder: str
    score: float
    forward: Term | None
    backward: Term | None


def neighbour_rows(near: Sequence[Any], found: Mapping[int, Term], listed: Term) -> list[NeighbourRow]:
    known = [(found[term_id], score) for term_id, score in near if term_id in found]
    after: Iterable[float | None] = [*(score for _, score in known[1:]), None]
    rows = [
        NeighbourRow(term, score, None if following is None else score - following, term.text == listed.text)
        for (term, score), following in zip(known, after, strict=False)
    ]
    return rows[:NEIGHBOURS]


def shading(signals: Mapping[str, Any]) -> Shading:
    sides = signals.get("attribution")
    if not isinstance(sides, Mapping):
        return Shading()
    return Shading(_tokens(sides.get("source", [])), _tokens(sides.get("target", [])))


def _tokens(rows: Sequence[Any]) -> list[Token]:
    marked = any(str(text).startswith(tuple(BEGINS)) for text, _ in rows)
    return [
        Token(
            str(text).removeprefix(GOES_ON).strip(BEGINS) or str(text),
            round(100 * share),
            max(0, min(SHADES, round(SHADES * share))),
            place > 0 and (not str(text).startswith(tuple(BEGINS)) if marked else str(text).startswith(GOES_ON)),
        )
        for place, (text, share) in enumerate(rows)
    ]


def former_view(latest: Suspicion, before: Suspicion, found: Mapping[int, Term], names: EncoderNames) -> Former | None:
    forward, backward = (_nearest_if_other(latest, before, found, way) for way in ("forward", "backward"))
    if forward is None and backward is None:
        return None
    return Former(names.of(before.encoder_digest), before.score, forward, backward)


def _nearest_if_other(latest: Suspicion, before: Suspicion, found: Mapping[int, Term], way: str) -> Term | None:
    now, then = _nearest(latest, found, way), _nearest(before, found, way)
    return None if then is None or (now is not None and now.text == then.text) else then


def _nearest(suspicion: Suspicion, found: Mapping[int, Term], way: str) -> Term | None:
    return next((found[term_id] for term_id, _ in suspicion.neighbours.get(way, []) if term_id in found), None)
