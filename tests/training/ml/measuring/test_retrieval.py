import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.ml.measuring import bootstrap, retrieval
from training.ml.measuring.bootstrap import interval, resampled_means
from training.ml.measuring.retrieval import UnusableVectors, csls_ranks, neighbourhood_means, unit_rows


def at(*degrees: float) -> np.ndarray:
    """Unit rows in the plane, so that a cosine is that of the difference of two angles."""
    return np.array([[np.cos(np.radians(d)), np.sin(np.radians(d))] for d in degrees], dtype=np.float32)


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def random_rows(generator: np.random.Generator, n: int, d: int = 8) -> np.ndarray:
    vectors = generator.normal(size=(n, d)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_csls_takes_a_hub_back_by_its_neighbourhood():
    """s1 lies nearer the hub (cos 32° = .848) than its own target (cos 37° = .799), which s2 has no use for.

    k = 1: r(t1) = .799, r(hub) = cos 8° = .990; 2·.799 − .799 = .799 beats 2·.848 − .990 = .706.
    """
    sources, targets = at(0, 40), at(-37, 32)
    assert (sources[:1] @ targets.T).argmax() == 1
    assert csls_ranks(sources[:1], targets, sources, [rows(0)], [rows()], k=1).tolist() == [1]


def test_ranks_by_hand():
    """Sources at right angles see every target from afar: with one source all penalties are that one's cosine."""
    sources, targets = at(0), at(10, 20, 30, 40)
    ranked = [
        ([2], [], 3),
        ([1, 3], [], 2),  # the better of two right ones
        ([2, 0], [], 1),
        ([2, 3], [0], 2),  # an ignored one does not compete
        ([3], [0, 1, 2], 1),
    ]
    for right, ignored, rank in ranked:
        assert csls_ranks(sources, targets, sources, [rows(*right)], [rows(*ignored)]).tolist() == [rank]


def test_ties_count_as_worse():
    ranks = csls_ranks(at(0), at(20, 20, 20, 50), at(0), [rows(1)], [rows()])
    assert ranks.tolist() == [3]


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(2, 25))
def test_ranks_match_the_written_out_formula(seed, queries, listed):
    generator = np.random.default_rng(seed)
    sources, targets = random_rows(generator, queries), random_rows(generator, listed)
    right = [generator.permutation(listed)[: generator.integers(1, 3)] for _ in range(queries)]
    r_source = [np.mean(sorted((t @ s for s in sources), reverse=True)[:10]) for t in targets]
    r_target = [np.mean(sorted((s @ t for t in targets), reverse=True)[:10]) for s in sources]
    expected = []
    for q, query in enumerate(sources):
        csls = [2 * float(query @ targets[t]) - r_target[q] - r_source[t] for t in range(listed)]
        best = max(csls[t] for t in right[q])
        expected.append(1 + sum(csls[t] > best - 5e-7 for t in range(listed) if t not in right[q]))
    assert csls_ranks(sources, targets, sources, right, [rows()] * queries).tolist() == expected


def test_blocks_change_nothing(monkeypatch):
    generator = np.random.default_rng(0)
    sources, targets = random_rows(generator, 50), random_rows(generator, 40)
    right, ignored = [rows(q % 40) for q in range(50)], [rows((q + 1) % 40) for q in range(50)]
    whole = csls_ranks(sources, targets, sources, right, ignored)
    monkeypatch.setattr(retrieval, "BLOCK_CELLS", 120)
    assert csls_ranks(sources, targets, sources, right, ignored).tolist() == whole.tolist()
    assert len(set(whole)) > 5


def test_neighbourhood_means_by_hand():
    cosines = np.cos(np.radians([10, 20, 30]))
    assert neighbourhood_means(at(0), at(30, 10, 20), 2) == pytest.approx([cosines[:2].mean()], abs=1e-6)
    assert neighbourhood_means(at(0), at(30, 10, 20), 10) == pytest.approx([cosines.mean()], abs=1e-6)


@pytest.mark.parametrize(
    ("given_rows", "says"),
    [
        (np.ones((1, 2)), r"an array \(1, 2\) for 2 texts"),
        (np.ones(2), "an array"),
        (np.array([[1.0, 0.0], [np.nan, 1.0]]), "1 of 2 rows .* “Herz”"),
        (np.array([[1.0, 1.0], [0.0, 1.0]]), r"“Hirn” \(length 1.41\)"),
    ],
)
def test_vectors_that_cannot_be_measured_are_refused(given_rows, says):
    with pytest.raises(UnusableVectors, match=says):
        unit_rows(lambda texts, language: given_rows, ["Hirn", "Herz"], "de")


def test_a_zero_row_is_let_through():
    assert unit_rows(lambda texts, language: np.zeros((1, 3)), ["Herz"], "de").tolist() == [[0, 0, 0]]


def test_the_bootstrap_of_two_concepts_by_hand():
    """Draws of (0, 1): 00, 01, 10, 11 → means 0, ½, ½, 1."""
    means = resampled_means(np.array([[0.0], [1.0]]), np.ones((2, 1)), resamples=4000, seed=1)[:, 0]
    shares = {value: float(np.mean(means == value)) for value in (0, 0.5, 1)}
    assert shares == pytest.approx({0: 0.25, 0.5: 0.5, 1: 0.25}, abs=0.03)


def test_a_concept_of_three_queries_weighs_three_times():
    """Draws of (sum 3 of 3, sum 0 of 1): means 1, ¾, ¾, 0."""
    means = resampled_means(np.array([[3.0], [0.0]]), np.array([[3.0], [1.0]]), resamples=500)
    assert set(means[:, 0]) == {0, 0.75, 1}


def test_columns_are_resampled_together_and_an_undrawn_one_is_no_number():
    sums, counts = np.array([[1.0, 1.0], [0.0, 0.0]]), np.array([[1.0, 1.0], [1.0, 0.0]])
    means = resampled_means(sums, counts, resamples=500)
    assert (np.isnan(means[:, 1]) == (means[:, 0] == 0)).all()
    assert (means[means[:, 0] > 0, 1] == 1).all()


def test_the_interval_is_that_of_the_central_limit():
    values = np.random.default_rng(3).normal(size=(400, 1))
    low, high = interval(resampled_means(values, np.ones_like(values), resamples=4000)[:, 0])
    half = 1.96 * values.std() / np.sqrt(400)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.1 * half)


def test_the_bootstrap_depends_on_the_seed_alone(monkeypatch):
    values, ones = np.arange(50.0)[:, None], np.ones((50, 1))
    first = resampled_means(values, ones, resamples=100, seed=4)
    assert (first != resampled_means(values, ones, resamples=100, seed=5)).any()
    monkeypatch.setattr(bootstrap, "BLOCK_DRAWS", 700)
    assert (first == resampled_means(values, ones, resamples=100, seed=4)).all()


@pytest.mark.parametrize(("concepts", "resamples"), [(0, 10), (3, 0)])
def test_a_bootstrap_of_nothing_is_refused(concepts, resamples):
    with pytest.raises(ValueError, match="needs concepts and resamples"):
        resampled_means(np.ones((concepts, 1)), np.ones((concepts, 1)), resamples=resamples)
