"""What a word is, in scripts that part their words by blanks and in scripts that don't. Patterns only."""

import unicodedata

UNPARTED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"  # Thai, Lao, Burmese, Khmer, kana, Han
JOINERS = "\u200c\u200d"
MARKS = "".join(one for one in map(chr, range(0x300, 0x1000)) if unicodedata.category(one)[0] == "M") + JOINERS


def word_pattern(but: str = "") -> str:
    """The pattern of a word, without the characters `but`: vowel signs and points are no letters to `re`."""
    letter = rf"[^\W\d_{but}]"
    return rf"{letter}+(?:[{MARKS}]+{letter}*)*"
