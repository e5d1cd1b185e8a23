"""Decisions that cannot all hold, found as paths in graphs of terms. Judges claims only; builds no constraint."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import networkx as nx

from training.ml.records import Contradiction, DecisionRecord, TermText

SHOWN_STEPS = 6  # decisions spelt out in a sentence; `pair_ids` always has all of them


class Claim(NamedTuple):
    """What one decision says of two terms: a correction says two things, every other decision one."""

    says: Literal["same", "different", "relation"]
    source: TermText
    target: TermText
    record: DecisionRecord


class _Link(NamedTuple):
    """A claim between two numbered terms: numbers hash an order of magnitude faster than texts."""

    source: int
    target: int
    claim: Claim


class _Links:
    """Links by their two terms, in either order."""

    def __init__(self, links: Iterable[_Link]) -> None:
        self.by_terms: dict[tuple[int, int], list[Claim]] = defaultdict(list)
        for source, target, claim in links:
            self.by_terms[_unordered(source, target)].append(claim)

    def along(self, path: Sequence[int]) -> list[Claim]:
        return [claim for one, other in pairwise(path) for claim in self.by_terms[_unordered(one, other)]]


def contradictions(claims: Sequence[Claim]) -> list[Contradiction]:
    """Opposite, transitive and cyclic claims, in this order, each looked for among the pairs that the ones before left.

    Time grows with the claims plus, for each contradiction, the terms around its shortest path.
    """
    numbers: dict[TermText, int] = {}
    for term in (term for claim in claims for term in (claim.source, claim.target)):
        numbers.setdefault(term, len(numbers))
    links = [_Link(numbers[claim.source], numbers[claim.target], claim) for claim in claims]
    found: list[Contradiction] = []
    for search in (_opposite, _transitive, _cyclic):
        left_out = {pair_id for contradiction in found for pair_id in contradiction.pair_ids}
        found.extend(search([link for link in links if link.claim.record.pair_id not in left_out]))
    return found


def _opposite(links: Sequence[_Link]) -> Iterable[Contradiction]:
    for (one, other), about in _Links(links).by_terms.items():
        of_itself = one == other and any(claim.says != "same" for claim in about)
        if len({claim.says for claim in about}) < 2 and not of_itself:
            continue
        source, target = about[0].source, about[0].target
        if of_itself:
            sentence = f"“{source.text}” is set against itself ({_listed(about)}): decide it again."
        elif len(_pair_ids(about)) == 1 and about[0].record.decision == "corrected":
            sentence = (
                f"Pair {about[0].record.pair_id} corrects “{target.text}” to itself beside “{source.text}”: "
                f"write another term, or decide equivalent."
            )
        else:
            sentence = (
                f"“{source.text}” and “{target.text}” are decided in ways that exclude each other "
                f"({_listed(about)}): let only one stand."
            )
        yield Contradiction("opposite", _pair_ids(about), sentence)


def _transitive(links: Sequence[_Link]) -> Iterable[Contradiction]:
    same = [link for link in links if link.claim.says == "same"]
    chains = nx.Graph((source, target) for source, target, _ in same)
    component = _numbered(nx.connected_components(chains))
    equivalents = _Links(same)
    apart = _Links(link for link in links if link.claim.says != "same")
    for (one, other), about in apart.by_terms.items():
        if component.get(one, -1) != component.get(other, -2):
            continue
        chain = equivalents.along(nx.bidirectional_shortest_path(chains, one, other))
        sentence = (
            f"“{about[0].source.text}” and “{about[0].target.text}” are decided to differ ({_listed(about)}), yet a "
            f"chain of equivalents joins them ({_listed(chain)}): one of these decisions is wrong."
        )
        yield Contradiction("transitive", _pair_ids([*about, *chain]), sentence)


def _cyclic(links: Sequence[_Link]) -> Iterable[Contradiction]:
    same = [link for link in links if link.claim.says == "same"]
    directed = [link for link in links if link.claim.record.decision in _DIRECTED]
    steps = nx.DiGraph([_downwards(link) for link in directed])
    steps.add_edges_from((source, target) for source, target, _ in same)
    steps.add_edges_from((target, source) for source, target, _ in same)
    component = _numbered(nx.strongly_connected_components(steps))
    by_terms = _Links([*same, *directed])
    named: set[int] = set()
    for link in directed:
        upper, lower = _downwards(link)
        if component[upper] != component[lower] or link.claim.record.pair_id in named:
            continue
        cycle = [link.claim, *by_terms.along(nx.bidirectional_shortest_path(steps, lower, upper))]
        named.update(_pair_ids(cycle))
        sentence = f"Broader and narrower run in a circle ({_listed(cycle)}): one of these decisions is wrong."
        yield Contradiction("relation_cycle", _pair_ids(cycle), sentence)


_DIRECTED = ("broader", "narrower")


def _downwards(link: _Link) -> tuple[int, int]:
    """The step that broader takes from source to target, and narrower the other way."""
    forward = link.claim.record.decision == "broader"
    return (link.source, link.target) if forward else (link.target, link.source)


def _unordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one <= other else (other, one)


def _numbered(components: Any) -> dict[int, int]:
    return {term: number for number, component in enumerate(components) for term in component}


def _pair_ids(claims: Iterable[Claim]) -> tuple[int, ...]:
    return tuple(sorted({claim.record.pair_id for claim in claims}))


def _listed(claims: Sequence[Claim]) -> str:
    unique = list(dict.fromkeys((c.says, c.source, c.target, c.record.pair_id, c.record.decision) for c in claims))
    shown = [
        f"“{source.text}” – “{target.text}” {_decided(says, decision)}, pair {pair_id}"
        for says, source, target, pair_id, decision in unique[:SHOWN_STEPS]
    ]
    more = len(unique) - SHOWN_STEPS
    return "; ".join([*shown, f"and {more} more"] if more > 0 else shown)


def _decided(says: str, decision: str) -> str:
    if decision == "corrected":
        return "by correction" if says == "same" else "corrected away"
    return decision.replace("_", " ")
