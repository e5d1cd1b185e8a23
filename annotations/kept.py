"""Figures of a project: counted at each look where there is little to count, else kept from hour to hour."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

from annotations.models import KeptFigure, Project

Value = TypeVar("Value")


@dataclass(frozen=True)
class Shown(Generic[Value]):
    value: Value
    kept_since: datetime | None = None  # None: counted just now


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Figure(Generic[Value]):
    """Size decides and not the time that counting took, which a busy machine stretches tenfold."""

    name: str
    count: Callable[[Project], Value]
    rows: Callable[[Project], QuerySet[Any, Any]]  # what is counted
    most: int  # rows that a page may count
    as_json: Callable[[Value], Any] = _as_it_is
    read: Callable[[Any], Value] = _as_it_is

    def of(self, project: Project) -> Shown[Value]:
        return self.kept([project]).get(project.pk) or Shown(self.count(project))

    def kept(self, projects: Collection[Project]) -> dict[int, Shown[Value]]:
        """By project id, of the large ones alone."""
        rows = KeptFigure.objects.filter(project__in=projects, name=self.name)
        return {row.project_id: Shown(self.read(row.value), row.counted_at) for row in rows}

    def keep(self, project: Project) -> None:
        if self.rows(project).order_by().values("pk")[: self.most + 1].count() > self.most:
            value = self.as_json(self.count(project))
            KeptFigure.objects.update_or_create(project=project, name=self.name, defaults={"value": value})
        else:
            KeptFigure.objects.filter(project=project, name=self.name).delete()
