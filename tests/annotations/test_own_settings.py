"""Saved filters and keys."""

import pytest
from django.contrib.auth.models import User

from annotations import keys
from annotations.actions import InvalidFilter, InvalidKeys, NotAllowed, delete_filter, save_filter, set_keys
from annotations.models import Project, SavedFilter
from tests.annotations.builder import make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def ann(project: Project) -> User:
    return make_user("ann", project)


def test_a_filter_is_kept_under_its_name(project: Project, ann: User) -> None:
    save_filter(project, ann, "pairs", " Arabic  conflicts ", {"language": "ar", "state": "conflict", "outcome": ""})
    made = save_filter(project, ann, "pairs", "Arabic conflicts", {"language": "ar"})
    assert SavedFilter.objects.get() == made
    assert (made.name, made.query) == ("Arabic conflicts", {"language": "ar"})
    save_filter(project, make_user("bob", project), "pairs", "Arabic conflicts", {"language": "ar"})
    assert SavedFilter.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "query"),
    [("", {}), ("x" * 61, {}), ("much", {str(n): "x" for n in range(21)}), ("long", {"text": "x" * 301})],
)
def test_filters_that_are_no_filters(project: Project, ann: User, name: str, query: dict[str, str]) -> None:
    with pytest.raises(InvalidFilter):
        save_filter(project, ann, "pairs", name, query)


def test_filters_are_one_s_own(project: Project, ann: User) -> None:
    made = save_filter(project, ann, "pairs", "mine", {"language": "ar"})
    with pytest.raises(NotAllowed):
        delete_filter(made, make_user("bob", project))
    with pytest.raises(NotAllowed):
        save_filter(project, make_user("eve"), "pairs", "mine", {})
    delete_filter(made, ann)
    assert not SavedFilter.objects.exists()


def test_nobody_saves_without_end(project: Project, ann: User) -> None:
    for n in range(50):
        save_filter(project, ann, "pairs", str(n), {"language": "ar"})
    save_filter(project, ann, "pairs", "7", {"language": "de"})
    with pytest.raises(InvalidFilter, match="50"):
        save_filter(project, ann, "pairs", "one more", {})


def test_keys_move_and_go_off(ann: User) -> None:
    assert keys.of(ann) == keys.Keys(dict(keys.DEFAULTS), False)
    set_keys(ann, {"equivalent": "J", "skipped": "a"})
    found = keys.of(ann)
    assert (found.keys["equivalent"], found.keys["skipped"], found.keys["unsure"]) == ("j", "a", "u")
    set_keys(ann, {}, off=True)
    assert keys.of(ann) == keys.Keys(dict(keys.DEFAULTS), True)


@pytest.mark.parametrize("moved", [{"equivalent": "x"}, {"nothing": "q"}, {"note": ""}, {"note": "ab"}, {"note": " "}])
def test_keys_that_do_not_work(ann: User, moved: dict[str, str]) -> None:
    with pytest.raises(InvalidKeys):
        set_keys(ann, moved)
    assert keys.of(ann).keys == keys.DEFAULTS


def test_two_actions_can_swap_their_keys(ann: User) -> None:
    set_keys(ann, {"equivalent": "x", "not_equivalent": "a"})
    assert keys.of(ann).keys["not_equivalent"] == "a"
