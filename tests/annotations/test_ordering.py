import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.ordering import PER_FAMILY, UNCERTAIN_AFTER, WINDOW, Candidate, Shares, draw, order_queue

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


def places(share: float, count: int = 1000, begin: int = 0) -> list[int]:
    return [n for n in range(begin, count) if int((n - begin + 1) * share + 1e-6) > int((n - begin) * share + 1e-6)]


def test_by_score_but_for_the_shares() -> None:
    order = order_queue(many(200, 200), seed="s", shares=Shares(uncertain=0, random=0.1))
    by_score = [pair for place, pair in enumerate(order) if place not in places(0.1)]
    assert by_score == sorted(by_score)
    assert order[:9] == list(range(9))
    assert order_queue(many(50, 50), seed="s", shares=Shares(0, 0)) == list(range(50))


@pytest.mark.parametrize("share", [0.05, 0.1, 0.25, 1.0])
def test_a_random_place_goes_to_the_next_of_the_drawn_order(share: float) -> None:
    order = order_queue(many(1000, 1000), seed="s", shares=Shares(uncertain=0, random=share))
    drawn = draw(range(1000), "s")
    assert len(places(share)) == 1000 * share
    for place in places(share):
        placed = set(order[:place])
        assert order[place] == next(pair for pair in drawn if pair not in placed)


def test_a_fifth_goes_to_what_the_model_is_least_sure_of_after_the_first_hundred() -> None:
    order = order_queue(many(1000, 1000), seed="s", shares=Shares(uncertain=0.2, random=0))
    assert order[:UNCERTAIN_AFTER] == list(range(UNCERTAIN_AFTER))
    unsure = [order[place] for place in places(0.2, 300, UNCERTAIN_AFTER)]
    assert len(unsure) == 40
    assert max(abs(pair - 500) for pair in unsure) <= 25  # candidate 500 has the score .5
    rest = [pair for pair in order[:300] if pair not in unsure]
    assert rest == sorted(rest)


def test_the_shares_add_up() -> None:
    order = order_queue(many(2000, 2000), seed="s")[: UNCERTAIN_AFTER + 500]
    drawn, later = draw(range(2000), "s"), order[UNCERTAIN_AFTER:]
    unsure = sum(750 < pair < 1250 for pair in later)
    assert 100 <= unsure <= 125  # a fifth, and some of the random ones
    assert len(set(order) & set(drawn[:70])) >= 60
    assert sum(pair < 450 for pair in order) >= 0.7 * 600 - 1


def test_of_equal_scores_the_more_frequent_comes_first() -> None:
    rows = [Candidate(number, 0.9, f"f{number}", frequency=number) for number in range(1, 9)]
    assert order_queue(rows, seed="s") == list(range(8, 0, -1))


def test_four_times_the_errors_of_a_random_order_among_the_first_twentieth() -> None:
    """5 % errors, whose scores overlap with those of right pairs as in the demo's law list."""
    rng = random.Random(7)
    wrong = {number for number in range(4000) if rng.random() < 0.05}
    rows = [
        Candidate(number, rng.betavariate(2, 2.5) if number in wrong else rng.betavariate(1, 12), f"f{number // 3}")
        for number in range(4000)
    ]
    found = len(wrong & set(order_queue(rows, seed="s")[:200]))
    assert found >= 4 * 200 * len(wrong) / 4000


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
