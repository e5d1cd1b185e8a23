import pytest
from django.contrib.auth.models import AnonymousUser, User

from annotations.access import NotAllowed, may_lead, may_review, projects_of, role_of
from annotations.actions import InvalidProject, add_member, change_project
from annotations.models import Membership, Project
from tests.annotations.builder import make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"slug": "med icine"}, "no short name"),
        ({"target_languages": []}, "has no target language"),
        ({"target_languages": ["German"]}, "'German' is no language code"),
        ({"target_languages": ["de", "DE"]}, "comes twice"),
        ({"zero_shot_languages": ["en"]}, "comes twice"),
        ({"overlap": 0}, "at least 1"),
        ({"held_out_share": 1.0}, "between 0 and 1"),
    ],
)
def test_projects_that_make_no_sense(values: dict, reason: str) -> None:
    with pytest.raises(InvalidProject, match=reason):
        make_project(**values)


def test_a_short_name_is_taken_once() -> None:
    make_project()
    with pytest.raises(InvalidProject, match="already"):
        make_project()


def test_a_member_has_one_role_a_project() -> None:
    medicine, law = make_project(), make_project(slug="law")
    user = make_user("ann", medicine)
    assert (role_of(user, medicine), role_of(user, law)) == ("reviewer", None)
    add_member(medicine, user, "lead")
    assert role_of(user, medicine) == "lead"
    assert Membership.objects.count() == 1
    assert list(projects_of(user)) == [medicine]


def test_an_unknown_role_is_refused() -> None:
    project = make_project()
    with pytest.raises(InvalidProject, match="reviewer, lead, observer"):
        add_member(project, make_user("ann"), "owner")


@pytest.mark.parametrize(
    ("role", "reviews", "leads"), [("reviewer", True, False), ("lead", True, True), ("observer", False, False)]
)
def test_what_roles_may(role: str, reviews: bool, leads: bool) -> None:
    project = make_project()
    user = make_user("ann", project, role)
    assert (may_review(user, project), may_lead(user, project)) == (reviews, leads)


def test_two_leads_promote_only_where_there_are_two() -> None:
    project = make_project()
    lead = make_user("ann", project, "lead")
    with pytest.raises(InvalidProject, match="only where there are two"):
        change_project(project, lead, promotion_by_two=True)
    make_user("bob", project, "lead")
    assert change_project(project, lead, promotion_by_two=True).promotion_by_two


def test_what_asks_for_two_leads_is_not_ended_by_one() -> None:
    project = make_project()
    lead = make_user("ann", project, "lead")
    make_user("bob", project, "lead")
    change_project(project, lead, promotion_by_two=True)

    with pytest.raises(NotAllowed, match="ask an administrator"):
        change_project(Project.objects.get(), lead, promotion_by_two=False)

    assert change_project(Project.objects.get(), lead, name="Medicine II").promotion_by_two
    root = User.objects.create_superuser("root")
    assert not change_project(Project.objects.get(), root, promotion_by_two=False).promotion_by_two


def test_outsiders_see_nothing_and_superusers_all() -> None:
    project = make_project()
    outsiders = [AnonymousUser(), make_user("kim"), User.objects.create_superuser("gone", is_active=False)]
    for user in outsiders:
        assert role_of(user, project) is None
        assert not projects_of(user)
    root = User.objects.create_superuser("root")
    assert role_of(root, project) == "lead"
    assert list(projects_of(root)) == [project]
