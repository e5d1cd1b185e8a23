from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from annotations.ordering import PER_FAMILY, WINDOW, Candidate, draw, order_queue

candidates = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from("abcdefghij")), max_size=120
).map(lambda rows: [Candidate(number, score, family) for number, (score, family) in enumerate(rows)])  # fmt: skip


def many(count: int, families: int) -> list[Candidate]:
    return [Candidate(number, 1 - number / count, f"f{number % families}") for number in range(count)]


@given(candidates, st.text(max_size=5))
def test_every_pair_comes_once(rows: list[Candidate], seed: str) -> None:
    assert sorted(order_queue(rows, seed=seed)) == [row.pair_id for row in rows]


@given(candidates)
def test_the_order_does_not_depend_on_the_order_of_the_rows(rows: list[Candidate]) -> None:
    assert order_queue(rows, seed="s") == order_queue(rows[::-1], seed="s")


@given(candidates)
def test_a_family_comes_too_often_only_when_no_other_is_left(rows: list[Candidate]) -> None:
    family = {row.pair_id: row.family for row in rows}
    order = order_queue(rows, seed="s")
    for end in range(len(order)):
        near = Counter(family[pair] for pair in order[max(0, end - WINDOW + 1) : end + 1])
        if near[family[order[end]]] > PER_FAMILY:
            before = Counter(family[pair] for pair in order[max(0, end - WINDOW + 1) : end])
            assert all(before[family[pair]] >= PER_FAMILY for pair in order[end:])


def test_by_score_but_for_every_tenth() -> None:
    order = order_queue(many(200, 200), seed="s")
    by_score = [pair for place, pair in enumerate(order) if place % 10 != 9]
    assert by_score == sorted(by_score)
    assert order[:9] == list(range(9))


def test_every_tenth_is_the_next_of_the_drawn_order() -> None:
    order = order_queue(many(1000, 1000), seed="s")
    drawn = draw(range(1000), "s")
    for place in range(9, 1000, 10):
        placed = set(order[:place])
        assert order[place] == next(pair for pair in drawn if pair not in placed)


def test_the_drawn_order_depends_on_the_seed_and_not_on_what_else_is_there() -> None:
    few, many = draw(range(50), "s"), draw(range(100), "s")
    assert few == [pair for pair in many if pair < 50]
    assert few != draw(range(50), "t")


def test_siblings_do_not_come_in_a_row() -> None:
    rows = [Candidate(number, 0.9, "E11") for number in range(30)]
    rows += [Candidate(100 + number, 0.1, f"other{number}") for number in range(200)]
    first = order_queue(rows, seed="s")[:50]
    assert sum(pair < 100 for pair in first) == 10


def test_forty_thousand_pairs_are_ordered() -> None:
    assert len(set(order_queue(many(40_000, 900), seed="s"))) == 40_000
