"""How reliable each person is when the truth is not known: Dawid and Skene (1979), by EM. Pure."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from annotations.agreement.intervals import Array

ITERATIONS = 100
TOLERANCE = 1e-5  # of the log-likelihood an answer
TINY = 1e-10  # a probability that is never 0, so that one slip does not outweigh everything

Places = NDArray[np.int64]
Item = TypeVar("Item", bound=Hashable)
Person = TypeVar("Person", bound=Hashable)


@dataclass(frozen=True)
class Estimate(Generic[Item, Person]):
    labels: tuple[str, ...]
    posterior: dict[Item, Array]  # (labels,) probabilities that each label is the truth
    confusion: dict[Person, Array]  # (labels, labels): row the truth, column what the person says
    accuracy: dict[Person, float]  # expected share of the person's answers that are the truth
    answers: dict[Person, int]


def dawid_skene(
    answers: Sequence[tuple[Item, Person, str]],
    *,
    known: Mapping[Item, str] | None = None,
    smoothing: float = 0.0,
    iterations: int = ITERATIONS,
    tolerance: float = TOLERANCE,
) -> Estimate[Item, Person]:
    """`answers`: one (item, person, label) for each; `known` holds true labels and keeps them fixed.

    `smoothing` answers are added to each person's row as if spread like a mostly right person's, which keeps the
    estimate of somebody with few answers near the middle.
    """
    items = list(dict.fromkeys(item for item, _, _ in answers))
    people = list(dict.fromkeys(person for _, person, _ in answers))
    labels = sorted({label for _, _, label in answers} | set((known or {}).values()))
    if not answers:
        return Estimate((), {}, {}, {}, {})
    at_item, at_person, at_label = ({value: n for n, value in enumerate(found)} for found in (items, people, labels))
    i = np.array([at_item[item] for item, _, _ in answers])
    p = np.array([at_person[person] for _, person, _ in answers])
    k = np.array([at_label[label] for _, _, label in answers])
    fixed = np.array([at_label[known[item]] if known and item in known else -1 for item in items])
    prior_row = smoothing * (0.5 * np.eye(len(labels)) + 0.5 / len(labels))

    truth = np.zeros((len(items), len(labels)))
    np.add.at(truth, (i, k), 1.0)
    truth = _pinned(truth / truth.sum(axis=1, keepdims=True), fixed)
    former = -np.inf
    for _ in range(iterations):
        shares = truth.mean(axis=0)
        confusion = _confusion(truth, i, p, k, len(people), prior_row)
        logs = np.tile(np.log(np.maximum(shares, TINY)), (len(items), 1))
        np.add.at(logs, i, np.log(np.maximum(confusion, TINY))[p, :, k])
        top = logs.max(axis=1, keepdims=True)
        whole = top + np.log(np.exp(logs - top).sum(axis=1, keepdims=True))
        truth = _pinned(np.exp(logs - whole), fixed)
        likelihood = float(whole.sum()) / len(answers)
        if abs(likelihood - former) < tolerance:
            break
        former = likelihood
    confusion = _confusion(truth, i, p, k, len(people), prior_row)
    given = np.bincount(p, minlength=len(people))
    right = np.bincount(p, weights=truth[i, k], minlength=len(people)) / given
    return Estimate(
        tuple(labels),
        dict(zip(items, truth, strict=True)),
        dict(zip(people, confusion, strict=True)),
        dict(zip(people, right.tolist(), strict=True)),
        dict(zip(people, given.tolist(), strict=True)),
    )


def _pinned(truth: Array, fixed: Places) -> Array:
    pinned = fixed >= 0
    truth[pinned] = np.eye(truth.shape[1])[fixed[pinned]]
    return truth


def _confusion(truth: Array, i: Places, p: Places, k: Places, people: int, prior_row: Array) -> Array:
    """(people, labels, labels)"""
    found = np.zeros((people, truth.shape[1], truth.shape[1])) + prior_row
    np.add.at(found.transpose(0, 2, 1), (p, k), truth[i])
    whole = found.sum(axis=2, keepdims=True)
    return found / np.where(whole > 0, whole, 1.0)
