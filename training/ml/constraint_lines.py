"""Constraints as JSON lines: one constraint or contradiction a line, canonical: equal values are equal bytes."""

import json
from collections.abc import Callable
from typing import Any

from training.ml.records import Attract, Constraints, Contradiction, Order, Repel, TermText


class InvalidConstraintFile(ValueError):
    """JSON lines that hold no constraints; the message says which line."""


def to_jsonl(constraints: Constraints) -> str:
    """One object a line, keys sorted, each line ended by a line feed; "" for no constraints.

    Each object's "line" says what it is: attract, repel, order or contradiction.
    """
    groups = (
        ("attract", constraints.attract),
        ("repel", constraints.repel),
        ("order", constraints.order),
        ("contradiction", constraints.contradictions),
    )
    return "".join(_line({"line": name, **vars(item)}) for name, items in groups for item in items)


def from_jsonl(text: str) -> Constraints:
    """The inverse of `to_jsonl`. Raises InvalidConstraintFile with the line's number and what is wrong with it."""
    groups: dict[str, list[Any]] = {name: [] for name in _READERS}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            name = fields.pop("line")
            groups[name].append(_READERS[name](fields))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise InvalidConstraintFile(
                f"Line {number} of the constraints is not a constraint ({error}): build the constraint set again."
            ) from error
    return Constraints(
        attract=tuple(groups["attract"]),
        repel=tuple(groups["repel"]),
        order=tuple(groups["order"]),
        contradictions=tuple(groups["contradiction"]),
    )


def _line(fields: dict[str, Any]) -> str:
    canonical = json.dumps(
        fields, default=vars, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return f"{canonical}\n"


def _with_terms(fields: dict[str, Any]) -> dict[str, Any]:
    terms = {name: TermText(**fields[name]) for name in ("source", "target", "better") if fields.get(name)}
    return {**fields, **terms}


def _contradiction(fields: dict[str, Any]) -> Contradiction:
    return Contradiction(**{**fields, "pair_ids": tuple(fields["pair_ids"])})


_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "attract": lambda fields: Attract(**_with_terms(fields)),
    "repel": lambda fields: Repel(**_with_terms(fields)),
    "order": lambda fields: Order(**_with_terms(fields)),
    "contradiction": _contradiction,
}
