"""What the lead sees of several people's work: agreement, reliability, anchoring. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.contrib.auth.models import User
from django.db.models import QuerySet

from annotations.agreement import anchoring as anchors
from annotations.agreement.coefficients import cohen_kappa, krippendorff_alpha, one_against_rest, percent
from annotations.agreement.settle import FLAGGED, UNDECIDED
from annotations.models import Project, Reliability, Suspicion, Verdict
from annotations.verdicts import standing_verdicts

Interval = tuple[float, float] | None
MOST_VERDICTS = 200_000  # the newest that are looked at


@dataclass(frozen=True)
class ReviewerPair:
    a: User
    b: User
    language: str
    n: int  # pairs of terms that both have judged
    percent: float | None
    percent_interval: Interval
    kappa: float | None  # None: not defined, since both always said the same one thing
    kappa_interval: Interval


@dataclass(frozen=True)
class LanguageRow:
    language: str  # of the targets; empty: all of them
    n: int  # pairs of terms that two or more have judged
    reviewers: int
    percent: float | None
    percent_interval: Interval
    alpha: float | None
    alpha_interval: Interval


@dataclass(frozen=True)
class CategoryRow:
    """One decision set against all others."""

    category: str
    n: int  # pairs of terms for which somebody chose it, of those that two or more have judged
    reviewers: int
    percent: float | None  # of two answers to such a pair, the share where both chose it
    percent_interval: Interval
    alpha: float | None
    alpha_interval: Interval


@dataclass(frozen=True)
class Agreement:
    pairs_of_reviewers: list[ReviewerPair]
    languages: list[LanguageRow]
    categories: list[CategoryRow]
    overall: LanguageRow | None  # over all languages; None where no two have judged the same pair


@dataclass(frozen=True)
class AnchoringRow:
    blind_n: int
    blind_share: float
    shown_n: int
    shown_share: float
    difference: float
    interval: tuple[float, float]


Judged = dict[int, str]  # reviewer → decision


def agreement(project: Project) -> Agreement:
    """Judgements alone: who was unsure or skipped has not disagreed. Simulated ones count like any other."""
    units = _units(project)
    people = User.objects.in_bulk({reviewer for given in units.values() for reviewer in given})
    by_language: dict[str, list[Judged]] = defaultdict(list)
    for (language, _), given in units.items():
        by_language[language].append(given)
    together = list(_pairs_of_reviewers(by_language, people))
    together.sort(key=lambda row: (row.a.get_username(), row.b.get_username(), row.language))
    return Agreement(
        together,
        [_language(language, by_language[language]) for language in sorted(by_language)],
        list(_categories(list(units.values()))),
        _language("", list(units.values())) if units else None,
    )


def reliability(project: Project) -> QuerySet[Reliability]:
    """By name, never by score: it is no league table."""
    rows = Reliability.objects.filter(project=project).select_related("reviewer")
    return rows.order_by("reviewer__last_name", "reviewer__username", "target_language")


def anchoring(project: Project) -> AnchoringRow | None:
    """First answers alone: a later one may know what the first led to. None while there is nothing to compare."""
    first: dict[tuple[int, int], Verdict] = {}
    shown = Verdict.objects.filter(pair__project=project, undoes=None, saw_model__isnull=False).order_by("pk")
    for verdict in shown[:MOST_VERDICTS]:
        first.setdefault((verdict.pair_id, verdict.reviewer_id), verdict)
    exact: dict[tuple[int, str], float] = {}  # by the encoder that was on screen
    newest: dict[int, float] = {}
    rows = Suspicion.objects.filter(pair__in=shown.values("pair")).order_by("created_at", "pk")
    for pair_id, digest, score in rows.values_list("pair_id", "encoder_digest", "score"):
        exact[pair_id, digest] = newest[pair_id] = score
    answers = [
        anchors.FirstAnswer(
            verdict.decision,
            exact.get((verdict.pair_id, verdict.encoder_digest), newest[verdict.pair_id]),
            bool(verdict.saw_model),
        )
        for verdict in first.values()
        if verdict.pair_id in newest
    ]
    found = anchors.anchoring(answers)
    if found is None or found.blind.value is None or found.shown.value is None:
        return None
    return AnchoringRow(
        found.blind.n, found.blind.value, found.shown.n, found.shown.value, found.difference, (found.low, found.high)
    )


def _units(project: Project) -> dict[tuple[str, int], Judged]:
    """(language, pair) → judgements, where there are two or more."""
    units: dict[tuple[str, int], Judged] = defaultdict(dict)
    rows = standing_verdicts().filter(pair__project=project).exclude(decision__in=[*UNDECIDED, FLAGGED])
    columns = ("pair__target_language", "pair_id", "reviewer_id", "decision")
    for language, pair_id, reviewer, decision in rows.order_by("-pk").values_list(*columns)[:MOST_VERDICTS]:
        units[language, pair_id].setdefault(reviewer, decision)
    return {key: given for key, given in units.items() if len(given) > 1}


def _pairs_of_reviewers(
    by_language: Mapping[str, Sequence[Judged]], people: Mapping[int, User]
) -> Iterable[ReviewerPair]:
    for language, units in by_language.items():
        said: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
        for given in units:
            for a, b in combinations(sorted(given), 2):
                said[a, b].append((given[a], given[b]))
        for (a, b), answers in said.items():
            same, kappa = percent(answers), cohen_kappa(answers)
            yield ReviewerPair(
                people[a], people[b], language, len(answers), same.value, same.interval, kappa.value, kappa.interval
            )


def _language(language: str, units: Sequence[Judged]) -> LanguageRow:
    labels = _labels(units)
    same, alpha = percent(labels), krippendorff_alpha(labels)
    return LanguageRow(
        language, len(units), _people(units), same.value, same.interval, alpha.value, alpha.interval
    )  # fmt: skip


def _categories(units: Sequence[Judged]) -> Iterable[CategoryRow]:
    for label in sorted({decision for given in units for decision in given.values()}):
        chosen = [given for given in units if label in given.values()]
        same = percent(one_against_rest(_labels(chosen), label))
        alpha = krippendorff_alpha(one_against_rest(_labels(units), label))
        yield CategoryRow(label, len(chosen), _people(chosen), same.value, same.interval, alpha.value, alpha.interval)


def _labels(units: Sequence[Judged]) -> list[list[str]]:
    return [list(given.values()) for given in units]


def _people(units: Sequence[Judged]) -> int:
    return len({reviewer for given in units for reviewer in given})
