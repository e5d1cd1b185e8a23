import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.ml.constrain import build, digest, from_jsonl, to_jsonl
from training.ml.constraint_lines import InvalidConstraintFile
from training.ml.records import Attract, Constraints, Contradiction, DecisionRecord, Order, Repel, TermText

DECISIONS = ("equivalent", "not_equivalent", "corrected", "broader", "narrower", "related", "unsure")
few_terms = st.builds(TermText, st.sampled_from(["en", "de"]), st.sampled_from("abcd"))
decisions = st.lists(
    st.builds(
        DecisionRecord,
        pair_id=st.integers(0, 30),
        concept_id=st.sampled_from("XY"),
        family=st.just("f"),
        source=few_terms,
        target=few_terms,
        decision=st.sampled_from(DECISIONS),
        correction=st.sampled_from("abcd"),
        disputed=st.sampled_from([False] * 9 + [True]),
    ),
    max_size=20,
)
terms = st.builds(TermText, st.text(max_size=5), st.text(max_size=8))
names = st.text(max_size=4)
weights = st.floats(0, 1)
constraint_sets = st.builds(
    Constraints,
    attract=st.lists(st.builds(Attract, terms, terms, names, names, weights, st.integers()), max_size=2).map(tuple),
    repel=st.lists(
        st.builds(Repel, terms, terms, names, st.booleans(), st.none() | terms, weights, st.integers()), max_size=2
    ).map(tuple),
    order=st.lists(
        st.builds(Order, terms, terms, st.sampled_from(["broader", "related"]), names, weights, st.integers()),
        max_size=2,
    ).map(tuple),
    contradictions=st.lists(
        st.builds(Contradiction, st.just("opposite"), st.lists(st.integers(), max_size=3).map(tuple), names), max_size=2
    ).map(tuple),
)


@given(decisions, st.randoms(use_true_random=False))
def test_order_of_decisions_changes_nothing(records, shuffler):
    shuffled = records[:]
    shuffler.shuffle(shuffled)
    assert digest(build(shuffled)) == digest(build(records))


@given(decisions)
def test_what_is_left_can_all_hold(records):
    """Checked by another road: equivalence classes first, then no difference inside one and no circle among them."""
    built = build(records)
    chains = nx.Graph([(one.source, one.target) for one in built.attract])
    number = {term: index for index, group in enumerate(nx.connected_components(chains)) for term in group}
    of = lambda term: number.get(term, term)  # noqa: E731
    assert all(of(one.source) != of(one.target) for one in (*built.repel, *built.order))
    steps = [(of(one.source), of(one.target)) for one in built.order if one.relation == "broader"]
    steps += [(of(one.target), of(one.source)) for one in built.order if one.relation == "narrower"]
    assert nx.is_directed_acyclic_graph(nx.DiGraph(steps))


@given(decisions)
def test_every_decision_is_trained_listed_or_unsure(records):
    built = build(records)
    trained = {one.pair_id for one in (*built.attract, *built.repel, *built.order)}
    listed = {pair_id for found in built.contradictions for pair_id in found.pair_ids}
    assert not trained & listed
    assert {one.pair_id for one in records if one.decision != "unsure"} <= trained | listed


@given(constraint_sets)
def test_json_lines_round_trip(constraints):
    assert from_jsonl(to_jsonl(constraints)) == constraints


@pytest.mark.parametrize("line", ["{", "[]", '{"line":"attract"}', '{"line":"pull"}', "{}", '"x"'])
def test_a_broken_line_is_named(line):
    good = to_jsonl(build([DecisionRecord(1, "c", "f", TermText("en", "a"), TermText("de", "b"), "equivalent")]))
    with pytest.raises(InvalidConstraintFile, match="Line 2 "):
        from_jsonl(f"{good}{line}\n")
