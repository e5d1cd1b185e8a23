"""One way to write a text down, so that two spellings of the same characters are one text. No torch, no I/O."""

import unicodedata


def normalise(text: str) -> str:
    """NFC, with white space trimmed and every run of it folded into one blank."""
    return " ".join(unicodedata.normalize("NFC", text).split())
