"""A change of settings that concerns the queue's order: no request waits for a long one."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from annotations import suspicions
from annotations.actions import change_project, order_queues
from annotations.models import Claim, Project
from tests.annotations.builder import PAIRS, import_pairs, make_project, make_user, queued_project, scan

pytestmark = pytest.mark.django_db
WANTED = len(PAIRS)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return queued_project(tmp_path)


@pytest.fixture
def lead(project: Project) -> User:
    return make_user("lead", project, "lead")


@pytest.fixture
def long_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspicions, "AT_ONCE", WANTED - 1)


def asked() -> int:
    return Claim.objects.filter(answered=False).count()


def due(project: Project) -> bool:
    return Project.objects.get(pk=project.pk).order_due_at is not None


def test_a_short_queue_follows_at_once(project: Project, lead: User) -> None:
    change_project(project, lead, overlap=2)
    assert (asked(), due(project)) == (2 * WANTED, False)


@pytest.mark.usefixtures("long_queue")
def test_a_long_queue_follows_when_a_worker_comes(project: Project, lead: User) -> None:
    change_project(project, lead, overlap=2)
    assert (asked(), due(project)) == (WANTED, True)
    order_queues()
    assert (asked(), due(project)) == (2 * WANTED, False)


@pytest.mark.usefixtures("long_queue")
def test_what_says_nothing_of_the_queue_leaves_it(project: Project, lead: User) -> None:
    change_project(project, lead, name="Other", blind_first=True)
    assert not due(project)


@pytest.mark.usefixtures("long_queue")
def test_one_worker_at_a_time_and_another_after_one_that_died(project: Project, lead: User) -> None:
    change_project(project, lead, overlap=2)
    now = timezone.now()
    Project.objects.update(order_due_at=now + timedelta(minutes=1))
    order_queues()
    assert asked() == WANTED
    Project.objects.update(order_due_at=now)
    order_queues()
    assert asked() == 2 * WANTED


@pytest.mark.usefixtures("long_queue")
def test_settings_changed_in_the_middle_are_followed_by_the_next(
    project: Project, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_project(project, lead, overlap=2)
    place = suspicions._place

    def halting(*given: Any) -> None:
        place(*given)
        change_project(project, lead, overlap=3)

    monkeypatch.setattr(suspicions, "LOT", 2)
    with monkeypatch.context() as patched:
        patched.setattr(suspicions, "_place", halting)
        order_queues()
    assert asked() == WANTED + 2
    assert due(project)
    order_queues()
    assert (asked(), due(project)) == (3 * WANTED, False)


@pytest.mark.usefixtures("long_queue")
def test_a_scan_orders_by_the_settings_of_now(project: Project, lead: User) -> None:
    change_project(Project.objects.get(pk=project.pk), lead, overlap=2)
    scan(project)  # which had read the project before
    assert (asked(), due(project)) == (2 * WANTED, False)


@pytest.mark.usefixtures("long_queue")
def test_a_project_that_was_never_scanned_has_nothing_to_order(tmp_path: Path) -> None:
    made = make_project(slug="other")
    import_pairs(made, tmp_path)
    change_project(made, make_user("other-lead", made, "lead"), overlap=2)
    order_queues()
    assert (asked(), due(made)) == (0, False)
