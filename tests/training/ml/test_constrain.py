import pytest

from training.ml.constrain import InvalidDecision, build, digest
from training.ml.records import DecisionRecord, TermText


def term(name: str) -> TermText:
    """“de:Herz” is Herz in German; without a language, English."""
    language, _, text = name.rpartition(":")
    return TermText(language or "en", text)


def decided(pair_id: int, source: str, decision: str, target: str, **fields) -> DecisionRecord:
    fields = {"concept_id": f"c{pair_id}", "family": "f", **fields}
    return DecisionRecord(pair_id, source=term(source), target=term(target), decision=decision, **fields)  # type: ignore[arg-type]


def kinds(constraints):
    return [(found.kind, found.pair_ids) for found in constraints.contradictions]


@pytest.mark.parametrize(
    ("decision", "attract", "repel", "order"),
    [
        ("equivalent", 1, 0, 0),
        ("not_equivalent", 0, 1, 0),
        ("corrected", 1, 1, 0),
        ("broader", 0, 0, 1),
        ("narrower", 0, 0, 1),
        ("related", 0, 0, 1),
        ("antonym", 0, 1, 0),
        ("false_friend", 0, 1, 0),
        ("wrong_form", 0, 0, 0),
        ("wrong_language", 0, 0, 0),
        ("not_a_term", 0, 0, 0),
        ("unsure", 0, 0, 0),
        ("skipped", 0, 0, 0),
    ],
)
def test_each_decision_becomes_what_the_table_says(decision, attract, repel, order):
    correction = "Schenkel" if decision == "corrected" else ""
    built = build([decided(1, "thigh", decision, "de:Wade", correction=correction)])
    assert (len(built.attract), len(built.repel), len(built.order)) == (attract, repel, order)
    assert built.contradictions == ()


def test_a_correction_attracts_the_new_term_and_repels_the_old_one():
    built = build([decided(1, "thigh", "corrected", "de:Wade", correction="  Schenkel ", weight=0.7)])
    (attract,), (repel,) = built.attract, built.repel
    assert (attract.source, attract.target, attract.weight) == (term("thigh"), term("de:Schenkel"), 0.7)
    assert (repel.target, repel.better, repel.hard) == (term("de:Wade"), term("de:Schenkel"), False)
    assert (attract.pair_id, repel.pair_id, attract.concept_id) == (1, 1, "c1")


@pytest.mark.parametrize(("decision", "hard"), [("antonym", True), ("false_friend", True), ("not_equivalent", False)])
def test_only_antonyms_and_false_friends_are_hard(decision, hard):
    assert build([decided(1, "gift", decision, "de:Gift")]).repel[0].hard is hard


@pytest.mark.parametrize("relation", ["broader", "narrower", "related"])
def test_an_order_keeps_its_relation(relation):
    assert build([decided(1, "organ", relation, "de:Herz")]).order[0].relation == relation


def test_the_better_target_is_of_the_same_concept_before_the_weightier():
    wrong = decided(1, "cold", "not_equivalent", "de:kalt", concept_id="J00")
    elsewhere = decided(2, "cold", "equivalent", "de:Kälte", concept_id="T69")
    same = decided(3, "cold", "equivalent", "de:Erkältung", concept_id="J00", weight=0.5)
    french = decided(4, "cold", "equivalent", "fr:rhume", concept_id="J00")
    assert build([wrong, elsewhere, same, french]).repel[0].better == term("de:Erkältung")
    assert build([wrong, elsewhere]).repel[0].better == term("de:Kälte")
    heavier = decided(5, "cold", "equivalent", "de:Frost", concept_id="T68")
    lighter = decided(2, "cold", "equivalent", "de:Kälte", concept_id="T69", weight=0.7)
    assert build([wrong, lighter, heavier]).repel[0].better == term("de:Frost")
    assert build([wrong, french]).repel[0].better is None


CONTRADICTORY = {
    "both ways": (
        [decided(1, "heart", "equivalent", "de:Herz"), decided(2, "heart", "not_equivalent", "de:Herz")],
        [("opposite", (1, 2))],
    ),
    "both ways, turned round and spelt otherwise": (
        [decided(1, "heart", "equivalent", "de:Ma\u0308hne"), decided(2, "de: Mähne", "antonym", "heart")],
        [("opposite", (1, 2))],
    ),
    "equivalent and broader": (
        [decided(1, "heart", "equivalent", "de:Herz"), decided(2, "heart", "broader", "de:Herz")],
        [("opposite", (1, 2))],
    ),
    "unchanged correction": (
        [decided(1, "heart", "corrected", "de:Herz", correction=" Herz")],
        [("opposite", (1,))],
    ),
    "a term that is not itself": ([decided(1, "heart", "not_equivalent", "heart")], [("opposite", (1,))]),
    "A=B, B=C, A≠C": (
        [
            decided(1, "heart", "equivalent", "de:Herz"),
            decided(2, "de:Herz", "equivalent", "fr:cœur"),
            decided(3, "heart", "false_friend", "fr:cœur"),
        ],
        [("transitive", (1, 2, 3))],
    ),
    "a chain with a correction, and a relation against it": (
        [
            decided(1, "heart", "corrected", "de:Hirn", correction="Herz"),
            decided(2, "cor", "equivalent", "de:Herz"),
            decided(3, "cor", "equivalent", "fr:cœur"),
            decided(4, "heart", "broader", "fr:cœur"),
        ],
        [("transitive", (1, 2, 3, 4))],
    ),
    "the shortest of two chains": (
        [
            decided(1, "a", "equivalent", "de:b"),
            decided(2, "de:b", "equivalent", "fr:c"),
            decided(3, "a", "equivalent", "es:x"),
            decided(4, "es:x", "equivalent", "es:y"),
            decided(5, "es:y", "equivalent", "fr:c"),
            decided(6, "a", "not_equivalent", "fr:c"),
        ],
        [("transitive", (1, 2, 6))],
    ),
    "disputed": ([decided(1, "heart", "equivalent", "de:Herz", disputed=True)], [("disputed", (1,))]),
    "disputed, so no part of a chain": (
        [
            decided(1, "heart", "equivalent", "de:Herz", disputed=True),
            decided(2, "de:Herz", "equivalent", "fr:cœur"),
            decided(3, "heart", "not_equivalent", "fr:cœur"),
        ],
        [("disputed", (1,))],
    ),
    "broader in a circle": (
        [
            decided(1, "a", "broader", "de:b"),
            decided(2, "de:b", "broader", "fr:c"),
            decided(3, "a", "narrower", "fr:c"),
        ],
        [("relation_cycle", (1, 2, 3))],
    ),
    "broader both ways": (
        [decided(1, "a", "broader", "de:b"), decided(2, "de:b", "broader", "a")],
        [("relation_cycle", (1, 2))],
    ),
    "broader in a circle through an equivalent": (
        [
            decided(1, "a", "broader", "de:b"),
            decided(2, "c", "equivalent", "de:b"),
            decided(3, "c", "broader", "fr:d"),
            decided(4, "fr:d", "broader", "a"),
        ],
        [("relation_cycle", (1, 2, 3, 4))],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("decisions", "expected"), CONTRADICTORY.values(), ids=CONTRADICTORY)
def test_a_contradiction_is_listed_with_its_pairs_and_left_out(decisions, expected):
    built = build([*decisions, decided(99, "lung", "equivalent", "de:Lunge")])
    assert kinds(built) == expected
    named = {pair_id for _, pair_ids in expected for pair_id in pair_ids}
    trained = {one.pair_id for one in (*built.attract, *built.repel, *built.order)}
    assert trained == {one.pair_id for one in decisions} - named | {99}
    assert all(str(pair_id) in found.sentence for found in built.contradictions for pair_id in found.pair_ids)


CONSISTENT = {
    "same text, other language": [decided(1, "gift", "equivalent", "de:gift"), decided(2, "de:gift", "antonym", "x")],
    "two wrongs about one pair": [decided(1, "a", "not_equivalent", "de:b"), decided(2, "a", "antonym", "de:b")],
    "a hierarchy": [
        decided(1, "a", "broader", "de:b"), decided(2, "de:b", "broader", "fr:c"), decided(3, "a", "broader", "fr:c"),
    ],
    "related in a circle": [
        decided(1, "a", "related", "de:b"), decided(2, "de:b", "related", "fr:c"), decided(3, "fr:c", "related", "a"),
    ],
    "unsure beside equivalent": [decided(1, "a", "equivalent", "de:b"), decided(2, "a", "unsure", "de:b")],
}  # fmt: skip


@pytest.mark.parametrize("decisions", CONSISTENT.values(), ids=CONSISTENT)
def test_what_can_all_hold_is_no_contradiction(decisions):
    assert build(decisions).contradictions == ()


def test_a_long_chain_is_named_in_full_and_told_in_short():
    chain = [decided(number, f"t{number}", "equivalent", f"t{number + 1}") for number in range(1000)]
    (found,) = build([*chain, decided(5000, "t0", "not_equivalent", "t1000")]).contradictions
    assert found.pair_ids == (*range(1000), 5000)
    assert len(found.sentence) < 600
    assert "994 more" in found.sentence


@pytest.mark.parametrize(
    ("decision", "correction", "says"),
    [("corrected", "  ", "Pair 7 .* no correction is given"), ("yes", "", "Pair 7 is decided as 'yes'")],
)
def test_a_decision_that_cannot_be_read_is_refused(decision, correction, says):
    with pytest.raises(InvalidDecision, match=says):
        build([decided(7, "heart", decision, "de:Herz", correction=correction)])


def test_texts_come_out_normalised():
    (attract,) = build([decided(1, "heart\u00a0 attack", "equivalent", "de:Ma\u0308hne")]).attract
    assert (attract.source.text, attract.target.text) == ("heart attack", "M\u00e4hne")


def test_the_digest_changes_with_any_constraint():
    one = build([decided(1, "heart", "equivalent", "de:Herz")])
    other = build([decided(1, "heart", "equivalent", "de:Herz", weight=0.7)])
    assert digest(one) == digest(build([decided(1, "heart ", "equivalent", "de:Herz")]))
    assert len({digest(one), digest(other), digest(build([]))}) == 3
