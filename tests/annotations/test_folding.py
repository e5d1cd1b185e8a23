import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.folding import fold, search_key, spread


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
def test_every_part_of_a_text_is_found_by_its_key(text: str, start: int, length: int) -> None:
    folded = fold(text)
    assert spread(folded[start : start + length].rstrip(" ").lstrip(" ")) in search_key(folded)


def test_the_key_is_ascii_and_three_letters_hold_one_character() -> None:
    key = search_key(fold("2型 糖尿病 Diabète"))
    assert key.isascii()
    assert len(spread("糖")) == 3
    assert spread("糖") in key
    assert key.startswith("  2")
    assert "  diabete" in key
