"""Words that several signals share: which competitor a search prefers, and what explains a word elsewhere."""

from training.ml.scoring.direction import NONE, Direction
from training.ml.scoring.geometry import Geometry
from training.ml.scoring.lexicon import Missing, whole_word
from training.ml.scoring.listing import Vocabulary


def prefers(name: str, geometry: Geometry, direction: Direction, list_: Vocabulary, row: int) -> str:
    rival = direction.rival[row]
    if rival == NONE:
        return f"The {name} search finds no competitor."
    own, its = float(geometry.similarity[row]), float(direction.rival_similarity[row])
    if geometry.csls[row] > direction.rival_csls[row]:
        figures = f"(adapted similarity {own:.2f} to {its:.2f})"
        return f"The {name} search comes back to the listed term; next is «{list_.texts[rival]}» {figures}."
    if its > own:
        figures = f"(adapted similarity {its:.2f} against {own:.2f})"
        return f"The {name} search prefers «{list_.texts[rival]}» {figures}."
    own, its = float(geometry.csls[row]), float(direction.rival_csls[row])
    return f"Hubs discounted, the {name} search prefers «{list_.texts[rival]}» (CSLS {its:.2f} against {own:.2f})."


def ahead_of_it(rank: int, what: str, whose: str) -> str:
    others = f"1 other {what} fits" if rank == 1 else f"{rank} other {what}s fit"
    return f"{others} the {whose} better than the listed one."


def lacking(
    missing: Missing, words: tuple[tuple[str, ...], tuple[str, ...]], text: str, sides: tuple[str, str], row: int
) -> str:
    side, other = sides
    if missing.piece[row] == NONE:
        return f"The {side} has no words to compare."
    word = whole_word(words[0][missing.piece[row]], text)
    seen, usual = missing.seen[row], missing.usual[row]
    if usual == NONE:
        return f"«{word}», in {counted(seen, 'pair')}, is explained less well by this {other} than elsewhere."
    with_ = f"«{words[1][usual]}» in {missing.together[row]} of its {seen} pairs"
    return f"The {side} says «{word}», which goes with {with_}; the {other} lacks it."


def counted(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"
