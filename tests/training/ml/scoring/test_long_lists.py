"""Lists longer than what is learned from together, and kept half as wide: joined so that every pair keeps its own."""

import numpy as np
import pytest

from training.ml.scoring import lexicon, spelling, wording
from training.ml.scoring.lexicon import Missing
from training.ml.scoring.listing import Listing, Vocabulary
from training.ml.suspect import score_pairs

COLOURS = {"red": "rote", "blue": "blaue", "old": "alte", "new": "neue"}
THINGS = {"house": "Haus", "car": "Auto", "door": "Tore", "trees": "Bäume"}
FIRST = [(f"the {one} {what}", f"das {COLOURS[one]}s {THINGS[what]}") for one in COLOURS for what in THINGS]
SECOND = [
    (f"a {one} wall without a {what}", f"eine {COLOURS[one]} Wand ohne {what}") for one in COLOURS for what in THINGS
]
SECOND[3] = ("a red wall without trees", "eine rotes Wand")
PARTS = (FIRST, SECOND)


def listing(pairs: list[tuple[str, str]]) -> Listing:
    """The terms of the second side in another order than the pairs."""
    vectors = np.zeros((len(pairs), 1), dtype=np.float32)
    sources, targets = zip(*pairs, strict=True)
    rows = np.stack([np.arange(len(pairs)), np.arange(len(pairs))[::-1]], axis=1)
    return Listing(Vocabulary("en", sources, vectors), Vocabulary("de", targets[::-1], vectors), rows)


WHOLE = listing(FIRST + SECOND)


def told(missing: Missing, row: int, told: tuple[str, ...], given: tuple[str, ...]) -> tuple[object, ...]:
    """All that is said of a pair, its pieces by name."""
    names = [
        pieces[place] if place >= 0 else ""
        for pieces, place in ((told, missing.piece[row]), (given, missing.usual[row]), (told, missing.negator[row]))
    ]
    numbers = (missing.mean, missing.worst, missing.together, missing.seen, missing.negation, missing.negated)
    return (*names, *(float(one[row]) for one in numbers))


@pytest.mark.parametrize("part", [0, 1])
def test_words_are_those_of_the_part_that_a_pair_is_in(part: int) -> None:
    joined, alone = lexicon.learn(WHOLE, at_once=16), lexicon.learn(listing(PARTS[part]))
    for row in range(16):
        place = 16 * part + row
        assert told(joined.target, place, joined.target_pieces, joined.source_pieces) == told(
            alone.target, row, alone.target_pieces, alone.source_pieces
        )
        assert told(joined.source, place, joined.source_pieces, joined.target_pieces) == told(
            alone.source, row, alone.source_pieces, alone.target_pieces
        )
    assert lexicon.learn(WHOLE).target.seen.tolist() != joined.target.seen.tolist()


@pytest.mark.parametrize("part", [0, 1])
def test_forms_of_words_are_those_of_the_part(part: int) -> None:
    joined, alone = wording.learn(WHOLE, at_once=16), wording.learn(listing(PARTS[part]))
    both = [(joined, 16 * part), (alone, 0)]
    for row in range(16):
        found = [
            (
                float(one.odds[first + row]),
                *(one.words[place] if place >= 0 else "" for place in (one.word[first + row], one.other[first + row])),
                int(one.seen[first + row]),
                int(one.other_seen[first + row]),
                one.company[first + row],
            )
            for one, first in both
        ]
        assert found[0] == found[1]
    assert alone.odds.max() > 0 or part == 0


def test_letters_are_those_of_the_part() -> None:
    texts = [target for part in PARTS for _, target in part]
    joined, alone = spelling.learn(texts, at_once=16), spelling.learn(texts[16:])
    np.testing.assert_array_equal(joined.surprise[16:], alone.surprise)
    assert joined.strangest[16:] == alone.strangest


def test_rows_half_as_wide_score_the_same_to_three_digits() -> None:
    random = np.random.default_rng(0)
    source = random.normal(size=(300, 32))
    target = source + 0.3 * random.normal(size=(300, 32))
    sides = [(one / np.linalg.norm(one, axis=1, keepdims=True)).astype(np.float32) for one in (source, target)]
    texts = [tuple(f"{word} {number}" for number in range(300)) for word in ("term", "Begriff")]
    rows = np.stack([np.arange(300), np.roll(np.arange(300), 1)], axis=1)
    rows[20:, 1] = np.arange(20, 300)

    def scores(kind: type[np.floating]) -> np.ndarray:
        lists = (
            Vocabulary(*one) for one in zip(("en", "de"), texts, (side.astype(kind) for side in sides), strict=True)
        )
        return np.array([found.score for found in score_pairs(*lists, rows)])

    wide, half = scores(np.float32), scores(np.float16)
    assert wide[:20].min() > wide[20:].max()
    np.testing.assert_allclose(half, wide, atol=2e-3)
    assert (half != wide).any()
