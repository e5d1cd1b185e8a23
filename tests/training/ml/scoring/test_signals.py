"""Each signal on pairs whose cosines can be worked out by hand."""

from math import cos, radians

import numpy as np
import pytest

from tests.training.ml.planes import PLAIN, evidence, listing, vocabulary
from training.ml.scoring.geometry import GeometrySettings
from training.ml.scoring.listing import Listing
from training.ml.scoring.signals import SIGNALS

BY_ID = {signal.id: signal for signal in SIGNALS}
BY_WORDS = ("unanswered", "spelling", "form")  # tested below
SOURCE = vocabulary("en", left_arm=0, right_arm=60, head=180)
TARGET = vocabulary("de", linker_Arm=0, rechter_Arm=60, Kopf=180)
RIGHT = listing(SOURCE, TARGET, "left arm=linker Arm", "right arm=rechter Arm", "head=Kopf")
SWAPPED = listing(SOURCE, TARGET, "left arm=rechter Arm", "right arm=linker Arm", "head=Kopf")

# With one neighbour the density of every term is 1: CSLS = 2 cosine − 2. The arms are 60° apart, cosine 0.5.
TABLE = [
    # signal, value of the right pair, value of the swapped pair, what a reviewer reads of the swapped pair
    ("cosine", 1.0, 0.5, "The two terms have cosine 0.50; the middle of this list is 0.50."),
    ("csls", 0.0, -1.0, "Their CSLS, similarity less that of their neighbours, is -1.00; the middle is -1.00."),
    (
        "forward_gap",
        1.0,
        -1.0,
        "The forward search prefers «linker Arm» (adapted similarity 1.00 against 0.50). Gap -1.00.",
    ),
    (
        "reverse_gap",
        1.0,
        -1.0,
        "The reverse search prefers «right arm» (adapted similarity 1.00 against 0.50). Gap -1.00.",
    ),
    ("gap", 1.0, -1.0, "The reverse search prefers «right arm» (adapted similarity 1.00 against 0.50). Gap -1.00."),
    (
        "mean_gap",
        1.0,
        -1.0,
        "The reverse search prefers «right arm» (adapted similarity 1.00 against 0.50). Gap -1.00.",
    ),
    ("margin", 0.5, -0.5, "Their adapted similarity is -0.50 beside that of the best competitor."),
    ("forward_rank", 0, 1, "1 other target fits the source better than the listed one."),
    ("reverse_rank", 0, 1, "1 other source fits the target better than the listed one."),
    ("ratio", 1.0, 0.5, "Their adapted similarity is 0.50 times that of their nearest neighbours."),
    (
        "exchange",
        -1.0,
        1.0,
        "With partners exchanged, this pair and «right arm» – «linker Arm» would fit better "
        "(summed adapted similarity 2.00 for 1.00). Gain +1.00.",
    ),
    ("cycle", 0.5, 0.5, "There and back through the other language ends at cosine 0.50."),
    ("agreement", 1.0, 1.0, "100% of the source's nearest targets belong to the target's nearest sources."),
    ("hubness", 1.0, 1.0, "The target is a nearest neighbour 1.0 times as often as others."),
    ("colisted", 0.0, 0.0, "No other source is listed with this target."),
]


@pytest.mark.parametrize(("name", "right", "swapped", "sentence"), TABLE)
def test_values_and_sentences(name: str, right: float, swapped: float, sentence: str) -> None:
    signal, found = BY_ID[name], evidence(SWAPPED)
    value = signal.values(found)[0]
    assert signal.values(evidence(RIGHT))[0] == pytest.approx(right, abs=1e-5)
    assert value == pytest.approx(swapped, abs=1e-5)
    assert signal.sentence(found, 0, float(value)) == sentence


def test_every_geometric_signal_is_in_the_table() -> None:
    assert [name for name, *_ in TABLE] == [
        signal.id for signal in SIGNALS if not signal.id.endswith(("word", "words")) and signal.id not in BY_WORDS
    ]


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.id)
def test_the_swapped_pairs_are_never_less_doubtful(signal: object) -> None:
    right, swapped = (signal.values(evidence(found))[0] for found in (RIGHT, SWAPPED))  # type: ignore[attr-defined]
    assert swapped >= right if signal.high_is_doubtful else swapped <= right  # type: ignore[attr-defined]


def gap(found: Listing, settings: GeometrySettings = PLAIN) -> np.ndarray:
    return BY_ID["gap"].values(evidence(found, settings))


def test_another_listed_target_is_no_competitor() -> None:
    target = vocabulary("de", Leberentzündung=50, Hepatitis=0, Fieber=120)
    source = vocabulary("en", hepatitis=0, fever=120)
    without = listing(source, target, "hepatitis=Leberentzündung", "fever=Fieber")
    with_synonym = listing(source, target, "hepatitis=Leberentzündung", "fever=Fieber", "hepatitis=Hepatitis")
    assert gap(without)[0] == pytest.approx(cos(radians(50)) - 1, abs=1e-5)  # against Hepatitis, at 0
    assert gap(with_synonym)[0] > 0


def test_another_listed_source_is_no_competitor() -> None:
    source = vocabulary("en", liver_inflammation=50, hepatitis=0, fever=120)
    target = vocabulary("de", Hepatitis=0, Fieber=120)
    without = listing(source, target, "liver inflammation=Hepatitis", "fever=Fieber")
    with_synonym = listing(source, target, "liver inflammation=Hepatitis", "fever=Fieber", "hepatitis=Hepatitis")
    assert gap(without)[0] < 0
    assert gap(with_synonym)[0] > 0


def test_exchanging_partners_that_are_listed_together_already_is_none() -> None:
    source = vocabulary("en", hepatitis=0, liver_inflammation=60, fever=200)
    target = vocabulary("de", Hepatitis=60, Leberentzündung=0, Fieber=200)
    pairs = ("hepatitis=Hepatitis", "liver inflammation=Leberentzündung", "fever=Fieber")
    exchange = BY_ID["exchange"]
    assert exchange.values(evidence(listing(source, target, *pairs)))[0] == pytest.approx(1, abs=1e-5)
    synonyms = listing(source, target, *pairs, "liver inflammation=Hepatitis")
    assert exchange.values(evidence(synonyms))[0] < 0


def test_the_same_text_in_another_row_is_no_competitor() -> None:
    source = vocabulary("en", fever=0, cough=100)
    target = vocabulary("de", Fieber=40, FIEBER=0, Husten=100)
    found = listing(source, target, "fever=Fieber", "cough=Husten")
    assert gap(found)[0] > 0


def test_one_pair_alone_has_no_competitor() -> None:
    alone = listing(vocabulary("en", fever=0), vocabulary("de", Fieber=80), "fever=Fieber")
    found = evidence(alone)
    assert np.isnan(BY_ID["gap"].values(found)[0])
    assert np.isnan(BY_ID["exchange"].values(found)[0])
    assert BY_ID["gap"].sentence(found, 0, float("nan")) == "The forward search finds no competitor."
    assert BY_ID["exchange"].sentence(found, 0, float("nan")) == "No other pair to exchange partners with."


def test_the_worse_direction_speaks() -> None:
    source = vocabulary("en", fever=0, ague=10, cough=180)
    target = vocabulary("de", Fieber=30, Husten=180)
    found = evidence(listing(source, target, "fever=Fieber", "cough=Husten"))
    assert BY_ID["forward_gap"].values(found)[0] > 0
    assert BY_ID["reverse_gap"].values(found)[0] < 0
    assert (
        BY_ID["gap"].sentence(found, 0, 0.0)
        == "The reverse search prefers «ague» (adapted similarity 0.94 against 0.87). Gap +0.00."
    )


def test_hubs_are_discounted_and_said_to_be() -> None:
    """«Nabe» lies on ague; «Fieber», a little farther from fever, lies near nothing else."""
    source = vocabulary("en", fever=0, ague=12, cough=180)
    target = vocabulary("de", Nabe=12, Fieber=-14, Husten=180)
    found = evidence(listing(source, target, "fever=Nabe", "cough=Husten"))
    sentence = BY_ID["forward_gap"].sentence(found, 0, 0.0)
    assert sentence == "Hubs discounted, the forward search prefers «Fieber» (CSLS -0.01 against -0.02). Gap +0.00."


def test_a_target_borrowed_from_another_pair() -> None:
    source = vocabulary("en", **{f"term_{place}": 360 * place / 40 for place in range(40)})
    target = vocabulary("de", **{f"Wort_{place}": 360 * place / 40 for place in range(40)})
    pairs = [f"term {place}=Wort {place}" for place in range(39)]
    found = evidence(listing(source, target, *pairs, "term 39=Wort 3"))
    values = BY_ID["colisted"].values(found)
    assert values[39] == pytest.approx((2 - 2 * cos(radians(36))) * 0.95**8, abs=1e-5)
    assert values[3] == values[0] == 0
    sentence = BY_ID["colisted"].sentence(found, 39, float(values[39]))
    assert (
        sentence
        == "The target is listed with 2 sources; «term 3» fits it better (adapted similarity 1.00 against 0.81). "
        f"Ahead by {values[39]:.2f}."
    )


def test_a_shared_target_is_no_news_in_a_list_of_synonyms() -> None:
    angles = {f"term_{place}": 360 * place / 40 for place in range(40)}
    source, target = (
        vocabulary("en", **angles),
        vocabulary("de", **{f"Wort_{place}": 18 * place for place in range(20)}),
    )
    found = evidence(listing(source, target, *(f"term {place}=Wort {place // 2}" for place in range(40))))
    assert BY_ID["colisted"].values(found).max() == 0


WORDS = (
    ("red house", "rotes Haus"), ("red car", "rotes Auto"), ("red door", "rotes Tor"), ("blue house", "blaues Haus"),
    ("blue car", "blaues Auto"), ("green door", "blaues Tor"), ("green house", "grünes Haus"),
    ("old car", "altes Auto"), ("old house", "altes Haus"), ("green car", "grünes Auto"), ("old door", "altes Tor"),
    ("green tree", "grünes Etwas"), ("blue door", "grünes Tor"),
)  # fmt: skip


@pytest.fixture(scope="module")
def words() -> Listing:
    source = vocabulary("en", **{one: 0.0 for one, _ in WORDS})
    target = vocabulary("de", **{other: 0.0 for _, other in WORDS})
    return listing(source, target, *(f"{one}={other}" for one, other in WORDS))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("target_word", "The target says «blaues», which goes with «blue» in 2 of its 3 pairs; the source lacks it."),
        ("source_word", "The source says «green», which goes with «grünes» in 3 of its 4 pairs; the target lacks it."),
    ],
)
@pytest.mark.parametrize("form", ["", "s"])
def test_words_that_go_together_elsewhere(words: Listing, name: str, form: str, sentence: str) -> None:
    signal, found = BY_ID[name + form], evidence(words)
    values = signal.values(found)
    assert set(np.argsort(-values)[:2]) == {5, 12}  # the two whose colours are exchanged
    lacking = f"{values[5]:.1f} nats{' a word' if form else ''} are lacking."
    assert signal.sentence(found, 5, float(values[5])) == f"{sentence} {lacking}"


def test_a_pair_cannot_vouch_for_itself() -> None:
    """A word seen in one pair alone is neither explained by that pair nor held against it."""
    source, target = vocabulary("en", fever=0, cough=90), vocabulary("de", Fieber=0, Husten=90)
    found = evidence(listing(source, target, "fever=Husten", "cough=Fieber"))
    assert BY_ID["target_words"].values(found).tolist() == [0, 0]
    said = BY_ID["target_words"].sentence(found, 0, 0.0)
    assert (
        said
        == "«Husten», in 1 pair, is explained less well by this source than elsewhere. 0.0 nats a word are lacking."
    )


def told(name: str, wrong: tuple[str, str], pairs: list[tuple[str, str]]) -> tuple[float, float, str]:
    """The value of the wrong pair, the highest of all others, and the sentence."""
    every = [wrong, *pairs]
    source = vocabulary("en", **{one: 0.0 for one, _ in every})
    target = vocabulary("de", **{other: 0.0 for _, other in every})
    found = evidence(listing(source, target, *(f"{one}={other}" for one, other in every)))
    values = BY_ID[name].values(found)
    return float(values[0]), float(values[1:].max()), BY_ID[name].sentence(found, 0, float(values[0]))


ORGANS = {"liver": "Leber", "lung": "Lunge", "heart": "Herz", "skin": "Haut", "bone": "Knochen", "ear": "Ohr"}
WITH = [(f"{one} pain with fever", f"{other} Schmerz mit Fieber") for one, other in ORGANS.items()]
WITHOUT = [(f"{one} pain without fever", f"{other} Schmerz ohne Fieber") for one, other in ORGANS.items()]
ONE = [(f"{one} disease", f"{other} Krankheit") for one, other in ORGANS.items()]
MANY = [(f"{one} diseases", f"{other} Krankheiten") for one, other in ORGANS.items()]


def test_one_other_is_said_in_the_singular() -> None:
    others = [*ONE[1:], *MANY[1:], ("knee diseases", "Knie Krankheit")]
    odds, _, said = told("form", ("liver diseases", "Leber Krankheit"), others)
    assert said == f"«krankheiten» stands beside «diseases» in 5 pairs, «krankheit» in 1 other. Log-odds {odds:.1f}."


@pytest.mark.parametrize(
    ("name", "wrong", "pairs", "sentence"),
    [
        (
            "unanswered",
            ("liver pain with fever", "Leber Schmerz ohne Fieber"),
            WITH[1:] + WITHOUT[1:],
            "The target negates with «ohne»; what explains it in its other 5 pairs is lacking here by",
        ),
        (
            "unanswered",
            ("liver pain without fever", "Leber Schmerz mit Fieber"),
            WITH[1:] + WITHOUT[1:],
            "The source negates with «without»; what explains it in its other 5 pairs is lacking here by",
        ),
        (
            "form",
            ("liver diseases", "Leber Krankheit"),
            ONE[1:] + MANY[1:],
            "«krankheiten» stands beside «diseases» in 5 pairs, «krankheit» in 0 others.",
        ),
        (
            "form",
            ("liver disease", "Leber Krankheiten"),
            ONE[1:] + MANY[1:],
            "«krankheit» stands beside «disease» in 5 pairs, «krankheiten» in 0 others.",
        ),
        (
            "spelling",
            ("liver disease", "maladie du foie"),
            ONE[1:] + MANY[1:],
            "The target's letters are unusual, most of all «",
        ),
    ],
)
def test_what_the_list_itself_says_of_a_form(
    name: str, wrong: tuple[str, str], pairs: list[tuple[str, str]], sentence: str
) -> None:
    value, others, said = told(name, wrong, pairs)
    assert value > others
    assert said.startswith(sentence)
    assert any(character.isdigit() for character in said)


def test_words_that_nothing_can_be_said_of() -> None:
    source, target = vocabulary("en", fever=0, cough=90), vocabulary("de", Fieber=0, Husten=90)
    found = evidence(listing(source, target, "fever=Fieber", "cough=Husten"))
    assert BY_ID["unanswered"].values(found).tolist() == BY_ID["form"].values(found).tolist() == [0, 0]
    assert BY_ID["unanswered"].sentence(found, 0, 0.0) == "Neither side negates with a word that the list knows."
    assert BY_ID["form"].sentence(found, 0, 0.0).startswith("The list knows no other form of the target's words")
