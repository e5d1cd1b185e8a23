"""Near misses made by rule: a right German term beside the same term with one word that turns its meaning round.

Laterality, with and without, acute and chronic, numbers, negation; parties and duties in law.
"""

import re
from collections.abc import Sequence

from training.ml.records import TestPair

TURNS = (
    ("rechts", "links"), ("rechte", "linke"), ("rechten", "linken"), ("rechter", "linker"),
    ("mit", "ohne"), ("akute", "chronische"), ("akuter", "chronischer"), ("akutes", "chronisches"),
    ("obere", "untere"), ("oberen", "unteren"), ("primäre", "sekundäre"), ("primärer", "sekundärer"),
    ("gutartige", "bösartige"), ("gutartiger", "bösartiger"), ("angeborene", "erworbene"),
    ("einschließlich", "ausschließlich"), ("offene", "geschlossene"), ("äußere", "innere"), ("äußeren", "inneren"),
    ("nicht", "immer"), ("kein", "jedes"), ("keine", "jede"), ("vor", "nach"),
    ("kläger", "beklagter"), ("gläubiger", "schuldner"), ("käufer", "verkäufer"), ("vermieter", "mieter"),
    ("arbeitgeber", "arbeitnehmer"), ("recht", "pflicht"), ("zulässig", "unzulässig"), ("zulässige", "unzulässige"),
    ("gesetzlich", "gesetzwidrig"), ("öffentliche", "private"), ("öffentliches", "privates"), ("straf", "zivil"),
)  # fmt: skip
TURNED = {word: other for one, two in TURNS for word, other in ((one, two), (two, one))}
WORD = re.compile(r"[^\W\d_]+|\d+")


def near_misses(pairs: Sequence[TestPair]) -> list[tuple[TestPair, str]]:
    """(a right pair, its German term with one word turned), for each pair in which a rule finds such a word."""
    return [(pair, missed) for pair in pairs if (missed := near_miss(pair.target.text)) is not None]


def near_miss(term: str) -> str | None:
    for found in WORD.finditer(term):
        word = found.group()
        other = str(int(word) + 1) if word.isdecimal() else TURNED.get(word.lower())
        if other is not None:
            other = other.capitalize() if word[:1].isupper() else other
            return term[: found.start()] + other + term[found.end() :]
    return None
