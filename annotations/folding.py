"""How texts are compared in a search: no accents, no letter case, any script. Pure."""

import unicodedata
from functools import lru_cache
from itertools import accumulate

# Marks that people leave out when they type: accents, niqqud, harakat. By canonical combining class; the vowel signs,
# viramas and voicing marks of other scripts have other classes and stay, since words differ by them.
ACCENTS = frozenset({1, *range(10, 37), *range(200, 241)})
ALIKE = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
    "’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-", "–": "-", "—": "-", "ـ": None,
})  # fmt: skip
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
SPREAD = 3  # letters for a character beyond ASCII: what a trigram index needs to find one character


def fold(text: str) -> str:
    """“Œsophagite  ÉROSIVE” → “oesophagite erosive”: the same for whatever a reader would call the same letters."""
    loose = unicodedata.normalize("NFKD", text).casefold().translate(ALIKE)
    bare = "".join(char for char in unicodedata.normalize("NFKD", loose) if unicodedata.combining(char) not in ACCENTS)
    return " ".join(unicodedata.normalize("NFC", bare).split())


def search_key(folded: str) -> str:
    """What the trigram index holds: each word after two spaces, each character beyond ASCII as three letters.

    So one Chinese character is enough for the index, and PostgreSQL's pg_trgm works whatever the database's locale.
    Different texts may have the same key: matches are checked against the folded text.
    """
    return "".join(f"  {_spread_word(word)}" for word in folded.split())


def trigrams(folded: str) -> list[str]:
    """What every key of a text with this part holds, of three letters each; fewer where the part is shorter.

    Of a character's own letters only those that reach into the next: by itself it is as frequent as a letter is.
    """
    pieces = [piece for word in folded.split(" ") for piece in ("  ", *map(_spread_character, word))][1:]
    key = "".join(pieces)
    ends = accumulate(map(len, pieces))
    starts = [end - len(piece) + (len(piece) > 1) for piece, end in zip(pieces, ends, strict=True)]
    found = [key[start : start + SPREAD] for start in starts if start + SPREAD <= len(key)]
    return list(dict.fromkeys(found)) or [key]


def _spread_word(word: str) -> str:
    return "".join(map(_spread_character, word))


@lru_cache(maxsize=65536)
def _spread_character(character: str) -> str:
    if character.isascii():
        return character
    number = ord(character) * 40_503 % len(LETTERS) ** SPREAD  # 40,503 is prime: neighbours in Unicode lie far apart
    letters = ""
    for _ in range(SPREAD):
        number, letter = divmod(number, len(LETTERS))
        letters += LETTERS[letter]
    return letters
