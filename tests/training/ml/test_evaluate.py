from collections.abc import Sequence

import numpy as np
import pytest

from training.ml.evaluate import InvalidTestLists, evaluate, measure
from training.ml.records import TermText, TestList, TestPair


def listed(cell: str, target: str, *pairs: tuple[str, str, str]) -> TestList:
    """Pairs of (concept, English text, text in the target language)."""
    return TestList(
        cell,  # type: ignore[arg-type]
        "en",
        target,
        tuple(TestPair(c, c[:3], TermText("en", source), TermText(target, text)) for c, source, text in pairs),
    )


def numbered(cell: str, target: str, n: int) -> TestList:
    return listed(cell, target, *((f"c{i:03}", f"en {i}", f"{target} {i}") for i in range(n)))


class ByNumber:
    """Places a text by the number at its end; wrong ones get the place of the next number."""

    def __init__(self, wrong: Sequence[int] = (), d: int = 64):
        self.places = np.eye(d, dtype=np.float32)
        self.wrong = set(wrong)

    def __call__(self, texts: Sequence[str], language: str) -> np.ndarray:
        numbers = [int(text.split()[-1]) for text in texts]
        return self.places[[n + (language == "en" and n in self.wrong) for n in numbers]]


def constant(texts: Sequence[str], language: str) -> np.ndarray:
    row = np.random.default_rng(0).normal(size=37)
    return np.tile(row / np.linalg.norm(row), (len(texts), 1)).astype(np.float32)


def cell_of(evaluation, cell="trained", pair="en-de", metric="p@1"):
    (found,) = (c for c in evaluation.cells if (c.cell, c.language_pair, c.metric) == (cell, pair, metric))
    return found


def test_figures_by_hand():
    """Of 10 queries 4 land on the next one's target, whose own target they then tie with nothing but the rest."""
    evaluation = evaluate([numbered("trained", "de", 10)], ByNumber([0, 2, 4, 6]), ByNumber([0]), resamples=500)
    p1 = cell_of(evaluation)
    assert (p1.n, p1.before, p1.after) == (10, 0.6, 0.9)
    assert p1.difference == pytest.approx(0.3)
    assert 0 <= p1.interval[0] < 0.3 < p1.interval[1] <= 0.7


class Parted(ByNumber):
    """Right in the domain, wrong in general vocabulary."""

    general = ByNumber(wrong=range(10))


def test_the_control_is_placed_as_general_vocabulary():
    lists = [numbered(cell, "de", 10) for cell in ("trained", "zero-shot", "control")]
    evaluation = evaluate(lists, ByNumber(), Parted(), resamples=10)
    after = {cell: cell_of(evaluation, cell).after for cell in ("trained", "zero-shot", "control")}
    assert after == {"trained": 1, "zero-shot": 1, "control": 0}


def test_a_constant_encoder_gets_no_luck():
    evaluation = evaluate([numbered("trained", "de", 60)], constant, ByNumber(), resamples=50)
    assert cell_of(evaluation).before == 0
    assert cell_of(evaluation, metric="p@5").before == 0
    assert cell_of(evaluation, metric="mrr").before == pytest.approx(1 / 60)
    assert cell_of(evaluation).interval == (1, 1)


@pytest.mark.parametrize("again", [False, True])
def test_an_encoder_against_itself_differs_by_exactly_nothing(again):
    encoder = ByNumber([1, 5, 7])
    other = ByNumber([1, 5, 7]) if again else encoder
    evaluation = evaluate([numbered("trained", "de", 30)], encoder, other, resamples=200)
    assert {(cell.difference, cell.interval) for cell in evaluation.cells} == {(0.0, (0.0, 0.0))}
    assert 0 < cell_of(evaluation).before < 1


def test_any_target_of_the_concept_is_right():
    """Each of two synonyms finds the target that is listed beside the other."""
    pairs = [("I51", "heart 0", "Herz 5"), ("I51", "cor 5", "Herz 0"), ("J98", "lung 1", "Lunge 1")]
    assert cell_of(evaluate([listed("trained", "de", *pairs)], constant, ByNumber(), resamples=50)).after == 1
    apart = [("I51", "heart 0", "Herz 5"), ("I99", "cor 5", "Herz 0"), ("J98", "lung 1", "Lunge 1")]
    assert cell_of(evaluate([listed("trained", "de", *apart)], constant, ByNumber(), resamples=50)).after == (
        pytest.approx(1 / 3)
    )


def test_identical_pairs_are_left_out_and_counted():
    pairs = [
        ("A01", "Angina 0", "angina  0"),
        ("B02", "coma 1", "Koma 1"),
        ("C03", "virus 2", "Virus 2"),
        ("C03", "virus 2", "Erreger 3"),
        ("D04", "agent 3", "Agens 4"),
    ]
    evaluation = evaluate([listed("trained", "de", *pairs)], constant, ByNumber(), resamples=50)
    assert evaluation.left_out == {"trained/en-de/identical_pairs": 2, "trained/en-de/identical_queries": 1}
    p1 = cell_of(evaluation)
    assert p1.n == 3
    assert p1.after == pytest.approx(1 / 3)  # coma; virus finds no luck in its twin, agent finds Erreger
    assert cell_of(evaluation, metric="p@5").after == 1


def test_an_identical_listed_target_does_not_compete():
    """`virus 2` finds its identical twin first and then, alone in the way, nothing before `Erreger 3`."""
    pairs = [("C03", "virus 2", "virus 2"), ("C03", "virus 2", "Erreger 3"), ("C03", "agent 2", "Erreger 3")]
    evaluation = evaluate([listed("trained", "de", *pairs)], constant, ByNumber(), resamples=50)
    assert (cell_of(evaluation).n, cell_of(evaluation).after) == (2, 1)


def test_a_list_of_identical_pairs_alone_has_no_cells():
    evaluation = evaluate([listed("control", "de", ("A01", "taxi 0", "Taxi 0"))], constant, constant, resamples=50)
    assert evaluation.cells == ()
    assert evaluation.left_out["control/en-de/identical_queries"] == 1


def test_the_macro_mean_resamples_a_concept_together_in_all_languages():
    """Two languages that agree on every concept: the mean is as uncertain as either, not √2 times surer."""
    wrong = range(0, 40, 3)
    lists = [numbered("trained", "de", 40), numbered("trained", "fr", 40), numbered("zero-shot", "pt", 40)]
    evaluation = evaluate(lists, ByNumber(wrong), ByNumber(), resamples=500, seed=3)
    macro, single = cell_of(evaluation, pair="macro"), cell_of(evaluation)
    assert macro.interval == pytest.approx(single.interval)
    assert (macro.n, macro.before, macro.after) == (80, single.before, 1)
    assert not [cell for cell in evaluation.cells if (cell.cell, cell.language_pair) == ("zero-shot", "macro")]


def test_the_macro_mean_weighs_languages_not_queries():
    lists = [numbered("trained", "de", 10), numbered("trained", "fr", 40)]
    macro = cell_of(evaluate(lists, constant, ByNumber(range(10)), resamples=200), pair="macro")
    assert macro.after == pytest.approx((0 + 0.75) / 2)
    assert macro.interval[0] <= macro.difference <= macro.interval[1]


def test_order_of_lists_and_pairs_changes_nothing():
    lists = [numbered("trained", "de", 20), numbered("trained", "fr", 20)]
    turned = [TestList(one.cell, "en", one.target_language, one.pairs[::-1]) for one in lists[::-1]]
    one = evaluate(lists, ByNumber([1]), ByNumber([2, 3]), resamples=100)
    assert evaluate(turned, ByNumber([1]), ByNumber([2, 3]), resamples=100) == one


def test_the_digest_tells_references_apart():
    def digest(*lists):
        return evaluate(lists, ByNumber(), ByNumber(), resamples=1).references_digest

    one = numbered("trained", "de", 20)
    shorter = numbered("trained", "de", 19)
    moved = listed("trained", "de", *((f"c{i:03}", f"en {i}", f"de {i + (i > 18)}") for i in range(20)))
    elsewhere = TestList("control", "en", "de", one.pairs)
    assert digest(one) == digest(numbered("trained", "de", 20))
    assert len({digest(one), digest(shorter), digest(moved), digest(elsewhere), digest(one, elsewhere)}) == 5


def test_one_encoder_alone():
    measured = {
        (one.language_pair, one.metric): one
        for one in measure([numbered("trained", "de", 20)], ByNumber([0, 5]), resamples=500)
    }
    p1 = measured["en-de", "p@1"]
    assert (p1.n, p1.value) == (20, 0.9)
    assert 0.7 <= p1.interval[0] < 0.9 < p1.interval[1] <= 1
    assert measured["macro", "p@1"].value == 0.9
    assert measured["en-de", "mrr"].value > 0.9


def test_progress_reaches_its_end():
    seen = []
    lists = [numbered("trained", "de", 5), numbered("control", "de", 5)]
    evaluate(lists, ByNumber(), ByNumber(), resamples=1, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_lists_that_cannot_be_measured_are_refused():
    with pytest.raises(InvalidTestLists, match="no test list"):
        evaluate([], constant, constant)
    with pytest.raises(InvalidTestLists, match="Two test lists for trained en-de"):
        evaluate([numbered("trained", "de", 5), numbered("trained", "de", 6)], constant, constant)
