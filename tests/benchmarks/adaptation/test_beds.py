"""What the arms are given: nothing of the families they are tested on, and verdicts as many and as wrong as asked."""

from dataclasses import replace

import pytest

from benchmarks.adaptation.beds import Bed, Concept, Setting, Sources, bed

TERMS = {"en": "{} {} disease", "de": "{}{}krankheit", "fr": "maladie {} {}"}


def concepts(prefix: str, languages: tuple[str, ...]) -> tuple[Concept, ...]:
    return tuple(
        Concept(
            f"{prefix}{family}{one}",
            f"{prefix}{family}",
            {language: (TERMS[language].format(f"{prefix}{family}", one),) for language in languages},
        )
        for family in range(120)
        for one in "abcd"
    )


FOUND = Sources(
    {"medicine": concepts("m", ("en", "de", "fr")), "law": concepts("l", ("en", "de"))}, concepts("g", ("en", "de"))
)
SETTING = Setting(verdicts=100, tested=50)


def right(made: Bed) -> dict[str, list[bool]]:
    """Whether the target of each accepted and each rejected pair is the source's own."""
    own = {one.terms["en"][0]: one.terms["de"][0] for one in FOUND.domains["medicine"]}
    sides = {"accepted": made.constraints.attract, "rejected": made.constraints.repel}
    return {name: [own[item.source.text] == item.target.text for item in items] for name, items in sides.items()}


@pytest.mark.parametrize("split", ["test", "development"])
def test_nothing_tested_is_given(split: str) -> None:
    made = bed(replace(SETTING, split=split), FOUND)
    tested = {text for one in made.lists.values() for pair in one.pairs for text in (pair.source, pair.target)}
    given = {text for item in made.constraints.attract for text in (item.source, item.target)}
    given |= {text for pair in made.known for text in pair} | set(made.replay)
    assert tested
    assert not tested & given
    assert not {text.text for text in tested} & {text for texts in made.means.values() for text in texts}
    families = {pair.family for pair in made.lists["trained"].pairs}
    assert not families & {item.family for item in (*made.constraints.attract, *made.constraints.repel)}


def test_the_two_splits_share_no_family() -> None:
    families = [
        {pair.family for one in bed(replace(SETTING, split=split), FOUND).lists.values() for pair in one.pairs}
        for split in ("test", "development")
    ]
    assert not families[0] & families[1]


def test_a_tenth_are_rejections_and_clean_verdicts_are_right() -> None:
    made = bed(SETTING, FOUND)
    assert (len(made.constraints.attract), len(made.constraints.repel)) == (90, 10)
    found = right(made)
    assert all(found["accepted"])
    assert not any(found["rejected"])


def test_wrong_verdicts_are_about_as_many_as_asked() -> None:
    found = right(bed(replace(SETTING, verdicts=200, wrong=0.2), FOUND))
    wrong = found["accepted"].count(False) + found["rejected"].count(True)
    assert 20 <= wrong <= 60


def test_the_lists_are_the_same_for_every_seed_and_the_verdicts_are_not() -> None:
    one, other = (bed(replace(SETTING, seed=seed), FOUND) for seed in (0, 1))
    assert one.lists == other.lists
    assert one.constraints != other.constraints
