import numpy as np
import pandas as pd
import pytest
from crowdkit.aggregation import DawidSkene

from annotations.agreement.dawid_skene import dawid_skene

LABELS = ["equivalent", "not_equivalent", "related"]
SKILL = {"ann": 0.95, "bob": 0.85, "cem": 0.6, "dot": 0.9}


def made_up(items: int = 300, seed: int = 0) -> tuple[list[tuple[int, str, str]], list[str]]:
    rng = np.random.default_rng(seed)
    truth = [LABELS[n] for n in rng.choice(3, items, p=[0.6, 0.3, 0.1])]
    answers = []
    for item, right in enumerate(truth):
        for person in rng.choice(list(SKILL), 3, replace=False):
            wrong = [label for label in LABELS if label != right]
            said = right if rng.random() < SKILL[person] else wrong[rng.integers(2)]
            answers.append((item, str(person), said))
    return answers, truth


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pandas.errors.PandasChangeWarning")
def test_truths_and_confusions_are_those_of_crowd_kit() -> None:
    answers, _ = made_up()
    ours = dawid_skene(answers, iterations=60, tolerance=0)
    theirs = DawidSkene(n_iter=60, tol=0).fit(pd.DataFrame(answers, columns=["task", "worker", "label"]))
    for item, row in theirs.probas_.iterrows():
        assert ours.posterior[item] == pytest.approx(row[list(ours.labels)].to_numpy(), abs=1e-4)
    for person in SKILL:
        for said, label in enumerate(ours.labels):
            column = theirs.errors_.loc[(person, label), list(ours.labels)].to_numpy()
            assert ours.confusion[person][:, said] == pytest.approx(column, abs=1e-4)


def test_who_is_right_more_often_comes_out_as_more_reliable() -> None:
    answers, truth = made_up(600)
    found = dawid_skene(answers)
    assert sorted(found.accuracy, key=found.accuracy.get) == sorted(SKILL, key=SKILL.get)
    for person, skill in SKILL.items():
        assert found.accuracy[person] == pytest.approx(skill, abs=0.06)
    said = [found.labels[int(found.posterior[item].argmax())] for item in range(600)]
    majority = [max(LABELS, key=[a[2] for a in answers[3 * item : 3 * item + 3]].count) for item in range(600)]
    assert sum(map(str.__eq__, said, truth)) > sum(map(str.__eq__, majority, truth))


def test_known_truths_stay_as_they_are() -> None:
    answers = [(1, "ann", "a"), (1, "bob", "a"), (2, "ann", "a"), (2, "bob", "b"), (3, "ann", "a"), (3, "bob", "b")]
    found = dawid_skene(answers, known={1: "b", 2: "b", 3: "b"})
    assert found.posterior[1].tolist() == [0, 1]
    assert found.accuracy == {"ann": 0, "bob": pytest.approx(2 / 3)}
    assert found.answers == {"ann": 3, "bob": 3}


def test_nobody_is_judged_by_nothing() -> None:
    assert dawid_skene([]).accuracy == {}


def test_smoothing_keeps_somebody_with_one_answer_from_a_row_of_certainty() -> None:
    answers, _ = made_up(100)
    with_new = [*answers, (0, "eve", LABELS[2])]
    assert dawid_skene(with_new, smoothing=1.0).confusion["eve"].max() < 1
    assert dawid_skene(with_new).confusion["eve"].max() == pytest.approx(1)
