import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.folding import fold, search_key, trigrams


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Œsophagite  ÉROSIVE", "oesophagite erosive"),
        ("Straße", "strasse"),
        ("Ångström, Łódź, Đà Nẵng", "angstrom, lodz, da nang"),
        ("İstanbul ıslak", "istanbul islak"),
        ("ΆΝΘΡΩΠΟΣ", "ανθρωποσ"),
        ("ёлка Йод", "елка иод"),
        ("داءُ السُّكَّرِي", "داء السكري"),
        ("أُذُن", "اذن"),
        ("סֻכֶּרֶת", "סוכרת".replace("ו", "")),
        ("２型糖尿病", "2型糖尿病"),
        ("ﬁbröse", "fibrose"),
        ("ガン", "ガン"),
        ("한국", "한국"),
        ("मधुमेह", "मधुमेह"),
        ("เบาหวาน", "เบาหวาน"),
        ("Type‑2 d’effort", "type-2 d'effort"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_voicing_marks_and_vowel_signs_tell_words_apart() -> None:
    assert fold("カン") != fold("ガン")
    assert fold("कि") != fold("का")


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=20), st.integers(0, 20), st.integers(1, 20))
def test_every_part_of_a_text_is_found_by_its_trigrams(text: str, start: int, length: int) -> None:
    folded = fold(text)
    part = folded[start : start + length].strip(" ")
    assert all(trigram in search_key(folded) for trigram in trigrams(part))


def test_the_key_is_ascii_and_three_letters_hold_one_character() -> None:
    key = search_key(fold("2型 糖尿病 Diabète"))
    assert key.isascii()
    assert [len(found) for found in trigrams("糖")] == [3]
    assert trigrams("糖")[0] in key
    assert key.startswith("  2")
    assert "  diabete" in key


def test_an_alphabet_is_looked_up_where_two_letters_meet() -> None:
    """A letter alone is in most texts: looking it up takes time and rules nothing out."""
    both = search_key("болит")
    assert len(trigrams("боль")) == len("боль") - 1
    assert [trigram in both for trigram in trigrams("бо")] == [True]
    assert [trigram in both for trigram in trigrams("об")] == [False]
    assert trigrams("pain") == ["pai", "ain"]
