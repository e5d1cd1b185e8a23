"""The whole of it on a made-up terminology: two rotated vector spaces, a language of compounds, planted errors."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.ml.records import PairSuspicion
from training.ml.scoring.geometry import GeometrySettings
from training.ml.scoring.listing import InvalidListing
from training.ml.scoring.standard import calm
from training.ml.scoring.weighing import DEFAULT
from training.ml.suspect import (
    IDS,
    Lessons,
    SuspectSettings,
    Vocabulary,
    examine_pairs,
    learn,
    score_pairs,
    weigh,
)

THINGS = {
    "liver": "Leber", "kidney": "Nieren", "heart": "Herz", "skin": "Haut", "lung": "Lungen", "eye": "Augen",
    "ear": "Ohren", "bone": "Knochen", "nerve": "Nerven", "blood": "Blut", "brain": "Hirn", "joint": "Gelenk",
}  # fmt: skip
KINDS = {
    "disease": "krankheit", "injury": "verletzung", "inflammation": "entzündung", "tumour": "geschwulst",
    "pain": "schmerz", "failure": "versagen", "burn": "verbrennung", "operation": "operation",
}  # fmt: skip
SOURCES = tuple(f"{thing.capitalize()} {kind}" for thing in THINGS for kind in KINDS)
TARGETS = tuple(f"{thing}{kind}" for thing in THINGS.values() for kind in KINDS.values())
SWAPPED = [(3, 5), (20, 21), (40, 80), (61, 62)]
WRONG = sorted(row for pair in SWAPPED for row in pair)
WIDTH = 24


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def vocabularies() -> tuple[Vocabulary, Vocabulary]:
    random = np.random.default_rng(0)
    things = np.repeat(random.normal(size=(len(THINGS), WIDTH)), len(KINDS), axis=0)
    kinds = np.tile(random.normal(size=(len(KINDS), WIDTH)), (len(THINGS), 1))
    meaning = things + kinds
    source = unit(meaning + 0.5 * random.normal(size=meaning.shape))
    target = unit(meaning + 0.5 * random.normal(size=meaning.shape))
    return Vocabulary("en", SOURCES, source), Vocabulary("de", TARGETS, target)


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    rows = np.stack([np.arange(len(SOURCES))] * 2, axis=1)
    for one, other in SWAPPED:
        rows[[one, other], 1] = rows[[other, one], 1]
    return rows


@pytest.fixture(scope="module")
def found(vocabularies: tuple[Vocabulary, Vocabulary], rows: np.ndarray) -> list[PairSuspicion]:
    return score_pairs(*vocabularies, rows)


def scores(found: list[PairSuspicion]) -> np.ndarray:
    return np.array([one.score for one in found])


def test_swapped_pairs_come_first(found: list[PairSuspicion]) -> None:
    assert sorted(np.argsort(-scores(found))[: len(WRONG)].tolist()) == WRONG


def test_wrong_pairs_are_likely_wrong_and_right_ones_unlikely(found: list[PairSuspicion]) -> None:
    assert scores(found)[WRONG].min() > 0.5
    right = np.delete(scores(found), WRONG)
    assert np.median(right) < 0.02
    assert right.max() < 0.5


def test_scores_have_no_ties_and_stay_inside(found: list[PairSuspicion]) -> None:
    assert len(set(scores(found))) == len(found)
    assert 0 < scores(found).min() < scores(found).max() < 1


def test_reasons_name_what_speaks_against_the_pair(found: list[PairSuspicion]) -> None:
    reasons = found[3].reasons  # Liver tumour, listed with Leberversagen
    assert 1 <= len(reasons) <= 3
    assert any("«Liver failure»" in reason or "«Lebergeschwulst»" in reason for reason in reasons)
    assert all(reason.endswith(".") for reason in reasons)
    assert any(character.isdigit() for character in reasons[0])


def test_every_pair_has_one_to_three_reasons(found: list[PairSuspicion]) -> None:
    assert {len(one.reasons) for one in found} <= {1, 2, 3}


def test_a_right_pair_says_so(found: list[PairSuspicion]) -> None:
    best = int(np.argmin(scores(found)))
    assert "comes back to the listed term" in found[best].reasons[0]


def test_signals_are_numbers_by_id(found: list[PairSuspicion]) -> None:
    assert set(found[0].signals) <= set(IDS)
    assert {"cosine", "csls", "gap", "forward_rank"} <= set(found[0].signals)
    assert "numbers" not in found[0].signals  # found nothing
    assert all(np.isfinite(value) for one in found for value in one.signals.values())


def test_neighbours_are_the_nearest_by_cosine(
    vocabularies: tuple[Vocabulary, Vocabulary], rows: np.ndarray, found: list[PairSuspicion]
) -> None:
    source, target = vocabularies
    cosines = source.vectors @ target.vectors.T
    for row, (one, other) in enumerate(rows):
        forward, backward = np.argsort(-cosines[one])[:5], np.argsort(-cosines[:, other])[:5]
        assert [neighbour.index for neighbour in found[row].forward] == forward.tolist()
        assert [neighbour.index for neighbour in found[row].backward] == backward.tolist()
        assert found[row].forward[0].score == pytest.approx(cosines[one].max(), abs=1e-5)


def test_more_evidence_means_a_higher_score(vocabularies: tuple[Vocabulary, Vocabulary], rows: np.ndarray) -> None:
    """Pulling a right pair's target away from its source, step by step, never lowers the score."""
    source, target = vocabularies
    series = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        vectors = target.vectors.copy()
        vectors[10] = (1 - share) * vectors[10] + share * target.vectors[50]
        series.append(score_pairs(source, replace(target, vectors=unit(vectors)), rows)[10].score)
    assert series == sorted(series)
    assert series[0] < 0.1 < 0.5 < series[-1]


def test_a_contradiction_on_the_surface_raises_the_score(
    vocabularies: tuple[Vocabulary, Vocabulary], rows: np.ndarray, found: list[PairSuspicion]
) -> None:
    source, target = vocabularies
    texts = ("Type 2 " + source.texts[0], *source.texts[1:]), ("Typ 1 " + target.texts[0], *target.texts[1:])
    other = score_pairs(replace(source, texts=texts[0]), replace(target, texts=texts[1]), rows)[0]
    assert other.score > found[0].score
    assert "The source says 2, the target says 1." in other.reasons


def test_synonyms_do_not_count_against_each_other(
    vocabularies: tuple[Vocabulary, Vocabulary], rows: np.ndarray, found: list[PairSuspicion]
) -> None:
    source, target = vocabularies
    synonym = unit(target.vectors[:1] + 0.05)
    wider = Vocabulary("de", (*target.texts, "Hepatopathie"), np.concatenate([target.vectors, synonym]))
    both = score_pairs(source, wider, np.concatenate([rows, [[0, len(TARGETS)]]]))
    assert both[0].score < 0.1
    assert both[-1].score < 0.2
    assert score_pairs(source, wider, rows)[0].signals["forward_gap"] < both[0].signals["forward_gap"]


def test_verdicts_teach(vocabularies: tuple[Vocabulary, Vocabulary], rows: np.ndarray) -> None:
    """Reviewers who call pairs right in spite of the geometry lower the scores of others like them."""
    examined = examine_pairs(*vocabularies, rows)
    plain = scores(weigh(examined))
    lessons = Lessons(examined.doubts[:62], np.arange(62) == 61)
    assert scores(weigh(examined, learn(IDS, lessons)))[WRONG[0]] < plain[WRONG[0]]


def test_the_reasons_and_the_rest_add_up_to_the_score(found: list[PairSuspicion]) -> None:
    for one in found:
        (start, _), *reasons, (rest, _) = one.log_odds
        assert (start, rest) == ("start", "rest")
        assert len(reasons) == len(one.reasons)
        assert [value for _, value in reasons] == sorted((value for _, value in reasons), reverse=True)
        total = sum(value for _, value in one.log_odds)
        assert 1 / (1 + np.exp(-calm(np.array([total])))) == pytest.approx(one.score, abs=0.003)
    assert found[WRONG[0]].log_odds[1][1] > 1


def test_the_same_lists_give_the_same_scores(
    vocabularies: tuple[Vocabulary, Vocabulary], rows: np.ndarray, found: list[PairSuspicion]
) -> None:
    assert score_pairs(*vocabularies, rows) == found


def test_progress_counts_the_searches(vocabularies: tuple[Vocabulary, Vocabulary], rows: np.ndarray) -> None:
    seen: list[tuple[int, int]] = []
    score_pairs(*vocabularies, rows, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(SOURCES) + len(TARGETS),) * 2
    assert seen == sorted(seen)


def test_neighbours_kept_can_be_chosen(vocabularies: tuple[Vocabulary, Vocabulary], rows: np.ndarray) -> None:
    one = score_pairs(*vocabularies, rows, settings=SuspectSettings(GeometrySettings(shown=2)))[0]
    assert (len(one.forward), len(one.backward)) == (2, 2)


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_small_lists(vocabularies: tuple[Vocabulary, Vocabulary], size: int) -> None:
    source, target = (replace(one, texts=one.texts[:size], vectors=one.vectors[:size]) for one in vocabularies)
    found = score_pairs(source, target, np.stack([np.arange(size)] * 2, axis=1))
    assert len(found) == size
    assert scores(found).max() < 0.5


def test_no_pairs(vocabularies: tuple[Vocabulary, Vocabulary]) -> None:
    assert score_pairs(*vocabularies, np.zeros((0, 2), dtype=np.int64)) == []


def test_pairs_outside_the_lists(vocabularies: tuple[Vocabulary, Vocabulary]) -> None:
    with pytest.raises(InvalidListing, match="outside the lists of 96 sources and 96 targets"):
        score_pairs(*vocabularies, np.array([[0, 96]]))


def test_the_page_on_suspicion_names_every_signal_and_what_is_weighed() -> None:
    page = (Path(__file__).parents[3] / "docs" / "suspicion.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| `")]
    told = {name.strip("` "): cells[-1].strip() for cells in rows for name in cells[0].split(",")}
    assert told == {name: "yes" if name in DEFAULT.of else "no" for name in IDS}
