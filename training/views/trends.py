"""The measured rounds side by side: each metric over rounds and languages, drift, and whether to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from annotations.models import Project
from annotations.views.members import Member, members_only, page
from training.models import Evaluation, Round
from training.views.charts import Trend, trend

LAST = 3  # rounds that advice rests on
STILL = 0.01  # share of nearest neighbours: fewer have changed in rounds that are not worth their time
MOST = 60  # rounds shown
METRICS = (("p@1", gettext_lazy("P@1")), ("p@5", gettext_lazy("P@5")), ("mrr", gettext_lazy("Mean reciprocal rank")))


@dataclass(frozen=True)
class Row:
    cell: str
    language_pair: str
    values: list[float | None]  # before the first round, then after each
    drawn: Trend


@dataclass(frozen=True)
class Table:
    caption: str | Promise
    rows: list[Row]


@dataclass(frozen=True)
class Measured:
    """One round as a column."""

    round: Round
    evaluation: Evaluation
    other_lists: bool  # than the round before it was measured with


@require_safe
@members_only()
def trends(request: HttpRequest, member: Member) -> HttpResponse:
    columns = measured(member.project)
    context = page(member, "rounds", columns=columns, tables=_tables(columns), moving=_moving(columns))
    context["advice"] = advice([column.evaluation for column in columns])
    context["other_lists"] = any(column.other_lists for column in columns)
    return render(request, "training/trends.html", context)


def measured(project: Project) -> list[Measured]:
    """The oldest first."""
    rows = Evaluation.objects.filter(round__project=project).select_related("round").order_by("-round__number")[:MOST]
    found: list[Measured] = []
    for row in reversed(rows):
        other = bool(found) and found[-1].evaluation.references_digest != row.references_digest
        found.append(Measured(row.round, row, other))
    return found


def _tables(columns: Sequence[Measured]) -> list[Table]:
    if not columns:
        return []
    return [Table(caption, _rows(columns, metric)) for metric, caption in METRICS]


def _rows(columns: Sequence[Measured], metric: str) -> list[Row]:
    found: dict[tuple[str, str], dict[int, float]] = {}
    for place, column in enumerate(columns, start=1):
        for cell in column.evaluation.cells:
            if cell["metric"] == metric:
                values = found.setdefault((cell["cell"], cell["language_pair"]), {place - 1: cell["before"]})
                values[place] = cell["after"]
    places = range(len(columns) + 1)
    return [
        Row(cell, pair, [values.get(place) for place in places], trend(values, len(places)))
        for (cell, pair), values in found.items()
    ]


def _moving(columns: Sequence[Measured]) -> list[dict[str, Any]]:
    """Per round: share of nearest neighbours that changed in the domain, drift of the control vocabulary."""
    return [
        {
            "round": column.round,
            "changed": changed_share([column.evaluation]),
            "drift": _drift(column.evaluation),
            "satisfaction": column.evaluation.satisfaction,
        }
        for column in columns
    ]


def _drift(evaluation: Evaluation) -> float | None:
    control = [row for row in evaluation.radius if row["cell"] == "control"]
    asked = sum(row["n"] for row in control)
    return sum(row["drift"] * row["n"] for row in control) / asked if asked else None


def changed_share(evaluations: Sequence[Evaluation]) -> float | None:
    """Of the queries of the reviewed languages, those whose nearest neighbour is another one; None: not measured."""
    rows = [row for evaluation in evaluations for row in evaluation.radius if row["cell"] == "trained"]
    asked = sum(row["n"] for row in rows)
    return sum(row["changed"] for row in rows) / asked if asked else None


def advice(evaluations: Sequence[Evaluation]) -> str:
    """Whether another round pays, judged by the last three."""
    with_radius = [one for one in evaluations if one.radius]
    share = changed_share(with_radius[-LAST:])
    if len(with_radius) < LAST or share is None:
        return ngettext(
            "Whether to go on can be said after three measured rounds; there is %(n)d.",
            "Whether to go on can be said after three measured rounds; there are %(n)d.",
            len(with_radius),
        ) % {"n": len(with_radius)}
    said = {"share": number_format(round(100 * share, 1), 1)}
    if share < STILL:
        return (
            _(
                "The last three rounds changed %(share)s %% of nearest neighbours: another one will hardly change "
                "more. Stop here, or review pairs of another kind."
            )
            % said
        )
    if not any(_gained(one) for one in with_radius[-LAST:]):
        return (
            _(
                "The last three rounds changed %(share)s %% of nearest neighbours, and none of them shows a gain on "
                "held-out concepts: more verdicts of the same kind are not likely to pay."
            )
            % said
        )
    return (
        _(
            "The last three rounds changed %(share)s %% of nearest neighbours, with a gain on held-out concepts: "
            "another round pays once there are new decisions."
        )
        % said
    )


def _gained(evaluation: Evaluation) -> bool:
    return any(
        cell["interval"][0] > 0
        for cell in evaluation.cells
        if (cell["cell"], cell["language_pair"], cell["metric"]) == ("trained", "macro", "p@1")
    )
