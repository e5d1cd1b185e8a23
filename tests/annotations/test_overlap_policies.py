"""How many people see a pair, by the project's policy, from the claim to the decision."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from annotations.actions import Answer, InvalidProject, NotAllowed, Shown, answer, change_project
from annotations.models import Claim, Decision, Project, Reliability, TermPair, Verdict
from annotations.queue import take_next
from tests.annotations.builder import PAIRS, import_pairs, make_project, make_user, pair_of, scan

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The model strongly doubts the heart, is sure of the lung, and has no strong opinion of the rest."""
    made = make_project()
    import_pairs(made, tmp_path)
    scan(made, {"heart": 0.9, "lung": 0.1, "liver": 0.6, "kidney": 0.55, "skin": 0.5, "bone": 0.45})
    return made


@pytest.fixture
def lead(project: Project) -> User:
    return make_user("lead", project, "lead")


def wanted(project: Project, source: str) -> int:
    return Claim.objects.filter(pair=pair_of(project, source), answered=False).count()


def state(project: Project, source: str) -> str:
    return pair_of(project, source).state


def test_a_second_reviewer_only_where_there_is_doubt(project: Project, lead: User) -> None:
    project = change_project(project, lead, overlap_policy="doubtful")
    ann, bob = make_user("ann"), make_user("bob")
    answer(pair_of(project, "heart"), ann, Answer("equivalent"))
    answer(pair_of(project, "lung"), ann, Answer("not_equivalent"))
    answer(pair_of(project, "liver"), ann, Answer("equivalent"))
    answer(pair_of(project, "kidney"), ann, Answer("equivalent", confidence=1))
    answer(pair_of(project, "skin"), ann, Answer("unsure"))
    doubtful = ["heart", "lung", "kidney", "skin"]
    assert [source for source, _ in PAIRS if wanted(project, source) and source != "bone"] == doubtful
    assert state(project, "liver") == "decided"
    answer(pair_of(project, "skin"), bob, Answer("equivalent"))
    answer(pair_of(project, "heart"), bob, Answer("equivalent"))
    answer(pair_of(project, "lung"), bob, Answer("equivalent"))
    assert [state(project, source) for source in ("skin", "heart", "lung")] == ["decided", "decided", "conflict"]
    assert Decision.objects.get(pair=pair_of(project, "heart")).weight == 1.0


def test_the_newest_scan_says_what_goes_against_the_model(project: Project, lead: User) -> None:
    project = change_project(project, lead, overlap_policy="doubtful")
    scan(project, {"heart": 0.3}, digest="b" * 64)
    answer(pair_of(project, "heart"), make_user("ann"), Answer("equivalent"))
    assert state(project, "heart") == "decided"


def test_who_disagrees_gets_a_third_and_then_the_majority_decides(project: Project, lead: User) -> None:
    project = change_project(project, lead, overlap=2, overlap_maximum=3)
    ann, bob, cem = (make_user(name) for name in ("ann", "bob", "cem"))
    pair = pair_of(project, "heart")
    answer(pair, ann, Answer("equivalent"))
    answer(pair, bob, Answer("related"))
    assert (pair.state, wanted(project, "heart")) == ("queued", 1)
    assert take_next(project, cem).pair == pair
    answer(pair, cem, Answer("related"))
    assert (pair.state, pair.outcome) == ("decided", "related")
    assert Decision.objects.get(pair=pair).weight == pytest.approx(2 / 3)


def test_nobody_waits_for_a_third_whom_the_project_does_not_have(project: Project, lead: User) -> None:
    project = change_project(project, lead, overlap=2, overlap_maximum=5)
    pair = pair_of(project, "heart")
    answer(pair, make_user("ann", project), Answer("equivalent"))
    answer(pair, lead, Answer("related"))
    assert pair.state == "conflict"


def test_three_views_are_the_lead_s_to_settle(project: Project, lead: User) -> None:
    project = change_project(project, lead, overlap=2, overlap_maximum=3)
    pair = pair_of(project, "heart")
    for name, said in (("ann", "equivalent"), ("bob", "related"), ("cem", "broader")):
        answer(pair, make_user(name), Answer(said))
    assert pair.state == "conflict"


def test_whoever_is_on_probation_decides_nothing_alone(project: Project) -> None:
    ann, bob = make_user("ann"), make_user("bob")
    Reliability.objects.create(project=project, reviewer=ann, target_language="de", probation=True, weight=0.5)
    pair = pair_of(project, "heart")
    answer(pair, ann, Answer("equivalent"))
    assert (pair.state, wanted(project, "heart")) == ("queued", 1)
    answer(pair, bob, Answer("equivalent"))
    assert Decision.objects.get(pair=pair).weight == pytest.approx(0.75)


def test_reliability_counts_in_its_own_language_alone(project: Project) -> None:
    ann = make_user("ann")
    Reliability.objects.create(project=project, reviewer=ann, target_language="fr", probation=True, weight=0.0)
    answer(pair_of(project, "heart"), ann, Answer("equivalent"))
    assert state(project, "heart") == "decided"


def test_a_pair_that_every_reviewer_passes_over_goes_to_the_lead(project: Project, lead: User) -> None:
    ann = make_user("ann", project)
    answer(pair_of(project, "heart"), ann, Answer("skipped"))
    assert state(project, "heart") == "queued"
    answer(pair_of(project, "heart"), lead, Answer("unsure"))
    assert state(project, "heart") == "flagged"


def test_who_works_alone_comes_back_to_what_was_skipped(project: Project) -> None:
    ann = make_user("ann", project)
    answer(pair_of(project, "heart"), ann, Answer("skipped"))
    assert state(project, "heart") == "queued"


def test_changing_the_overlap_changes_what_the_open_pairs_want(project: Project, lead: User) -> None:
    answer(pair_of(project, "heart"), make_user("ann"), Answer("equivalent"))
    answer(pair_of(project, "lung"), make_user("bob"), Answer("skipped"))
    change_project(project, lead, overlap=3)
    assert {source: wanted(project, source) for source, _ in PAIRS} == {
        "heart": 0, "lung": 3, "liver": 3, "kidney": 3, "skin": 3, "bone": 3
    }  # fmt: skip


def test_changing_the_shares_changes_the_order(project: Project, lead: User) -> None:
    assert take_next(project, make_user("ann")).pair.source_term.text == "heart"
    before = list(TermPair.objects.order_by("position").values_list("pk", flat=True))
    change_project(project, lead, random_share=1.0, uncertain_share=0.0)
    assert list(TermPair.objects.order_by("position").values_list("pk", flat=True)) != before


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"overlap": 0}, "asks nobody"),
        ({"overlap": 99}, "asks too many"),
        ({"overlap": 3, "overlap_maximum": 2}, "3 are wanted"),
        ({"overlap_policy": "sometimes"}, "everyone, doubtful"),
        ({"gold_share": 1.5}, "must lie in 0 to 1"),
        ({"random_share": 0.6, "uncertain_share": 0.6}, "more than the whole"),
        ({"name": " "}, "needs a name"),
        ({"slug": "other"}, "'slug' cannot be changed"),
    ],
)
def test_nonsense_is_refused(project: Project, lead: User, values: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidProject, match=sentence):
        change_project(project, lead, **values)
    assert Project.objects.get(pk=project.pk).overlap == 1


def test_only_a_lead_changes_a_project(project: Project) -> None:
    with pytest.raises(NotAllowed):
        change_project(project, make_user("ann", project), overlap=2)


def test_an_answer_beyond_the_overlap_is_kept_and_marked(project: Project) -> None:
    ann, bob = make_user("ann"), make_user("bob")
    late = take_next(project, ann, minutes=-1)
    assert take_next(project, bob) == late
    answer(late.pair, bob, Answer("equivalent"))
    answer(late.pair, ann, Answer("equivalent"))
    assert list(Verdict.objects.order_by("pk").values_list("reviewer__username", "surplus")) == [
        ("bob", False), ("ann", True)
    ]  # fmt: skip


def test_what_was_on_screen_is_kept(project: Project) -> None:
    shown = Shown("c" * 64, seconds=99999.0, saw_model=False)
    verdict = answer(pair_of(project, "heart"), make_user("ann"), Answer("related", confidence=3), shown=shown)
    verdict.refresh_from_db()
    assert (verdict.encoder_digest, verdict.seconds, verdict.saw_model, verdict.confidence) == (
        "c" * 64, 3600.0, False, 3
    )  # fmt: skip
