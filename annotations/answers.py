"""What a reviewer may say of a pair: one checked value, the same from the page, a file and the simulated expert."""

import unicodedata
from dataclasses import dataclass, replace

from annotations.importing.rows import MAX_BYTES
from annotations.models import Confidence, Decisions, TermPair

MAX_CORRECTION = 1000  # characters, as long as a term may be
MAX_NOTE = 4000
MAX_SECONDS = 3600.0  # longer than that the card was open, not read
TAKES_CORRECTION = frozenset({Decisions.CORRECTED, Decisions.WRONG_FORM})
NEVER_REVIEWED = {
    TermPair.States.HELD_OUT: "This pair is held out to measure the encoder: it is never reviewed.",
    TermPair.States.OBSERVED: "This pair is only measured, not reviewed.",
}


class InvalidAnswer(ValueError):
    """An answer that can't be recorded; the message says why and what to do."""


@dataclass(frozen=True)
class Answer:
    decision: str  # one of Decisions
    correction: str = ""  # the right target term: required by "corrected", possible with "wrong_form"
    note: str = ""
    confidence: int | None = None  # one of Confidence


@dataclass(frozen=True)
class Shown:
    """What was on screen while the answer was found."""

    encoder_digest: str = ""
    seconds: float | None = None  # how long the card was open
    saw_model: bool | None = None  # None: not known, e.g. from a file

    def __post_init__(self) -> None:
        if self.seconds is not None and not 0 <= self.seconds < float("inf"):
            raise InvalidAnswer(f"{self.seconds} is no number of seconds: send 0 or more, or nothing.")

    @property
    def counted_seconds(self) -> float | None:
        return None if self.seconds is None else min(self.seconds, MAX_SECONDS)


def checked(answer: Answer, pair: TermPair) -> Answer:
    """The answer with its correction's white space folded, or InvalidAnswer. The pair comes with its target term."""
    if reason := NEVER_REVIEWED.get(TermPair.States(pair.state)):
        raise InvalidAnswer(reason)
    if answer.decision not in Decisions.values:
        raise InvalidAnswer(f"{answer.decision!r} is not a decision: choose one of {', '.join(Decisions.values)}.")
    if len(answer.note) > MAX_NOTE:
        raise InvalidAnswer(f"The note has {len(answer.note):,} characters: shorten it to {MAX_NOTE:,}.")
    if answer.confidence is not None and answer.confidence not in Confidence.values:
        raise InvalidAnswer(f"{answer.confidence!r} is not a confidence: choose 1 (low), 2 (medium), 3 (high) or none.")
    if "\0" in answer.note:
        raise InvalidAnswer("The note holds a NUL character: take it out.")
    return replace(answer, correction=_correction(answer, pair))


def _correction(answer: Answer, pair: TermPair) -> str:
    said, corrected, equivalent = map(_label, (answer.decision, Decisions.CORRECTED, Decisions.EQUIVALENT))
    text = " ".join(unicodedata.normalize("NFC", answer.correction).split())
    if text and answer.decision not in TAKES_CORRECTION:
        raise InvalidAnswer(f"A correction does not go with “{said}”: choose “{corrected}” or leave it out.")
    if not text and answer.decision == Decisions.CORRECTED:
        raise InvalidAnswer(f"The decision “{said}” needs the right term: write it as the correction.")
    if len(text) > MAX_CORRECTION:
        raise InvalidAnswer(f"The correction has {len(text):,} characters: a term has at most {MAX_CORRECTION:,}.")
    if (size := len(text.encode())) > MAX_BYTES:
        raise InvalidAnswer(f"The correction has {size:,} bytes in UTF-8: a term has at most {MAX_BYTES:,}.")
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise InvalidAnswer("The correction holds a control character: write it again without.")
    if text and text == pair.target_term.text:
        raise InvalidAnswer(f"The correction is the listed term itself: choose “{equivalent}” or write another term.")
    return text


def _label(decision: str) -> str:
    """As the page says it, in the language of whoever reads the refusal."""
    return str(Decisions(decision).label)
