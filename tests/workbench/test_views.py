"""Health, sign-in, and who gets through which door: every URL as every role."""

from copy import deepcopy
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from annotations import actions
from annotations.models import Claim, Comment, GoldPair, SavedFilter, Verdict
from annotations.urls import urlpatterns as annotation_urls
from tests import scenes
from tests.scenes import Scene
from training import store
from training.models import Promotion, Round
from training.urls import urlpatterns as training_urls
from workbench.celery import app

BACKEND = "django.contrib.auth.backends.ModelBackend"
PROJECT_URLS = [
    pattern
    for pattern in [*annotation_urls, *training_urls]
    if isinstance(pattern, URLPattern) and "slug" in pattern.pattern.converters
]
OF_THE_LEAD = {
    "conflicts", "adjudicate", "round-start", "round-cancel", "round-promote", "round-reject", "rollback", "schedule",
    "round-propose", "round-ask-again", "quality", "gold-set", "gold-drop", "project-settings", "map-draw", "map-wait",
    "map-queue", "round-constraints",
}  # fmt: skip
NOT_OF_REVIEWERS = {"map", "map-points"}
OF_REVIEWERS = {
    "review", "next-card", "undo", "mine", "skipped", "review-pair", "answer", "claim-renew", "claim-release", "terms",
    "answer-many", "undo-one", "practice", "practise", "practice-finish", "comment", "comment-withdraw",
    "pair-words",
}  # fmt: skip
OF_ALL = {
    "project", "pairs", "search", "concept", "filter-save", "filter-delete", "overview", "rounds", "round",
    "round-live", "trends", "report",
}  # fmt: skip
# the lead finds none: the verdict and the comment are a reviewer's
NOT_HERE = {"undo-one", "comment-withdraw"}


@pytest.fixture(scope="module")
def built(kept_rows: None, tmp_path_factory) -> tuple[Scene, Scene]:
    """Two projects, each with a claim, answers and a measured round."""
    folder = tmp_path_factory.mktemp("scenes")
    mine, theirs = scenes.scene(folder), scenes.scene(folder, slug="law")
    for made in (mine, theirs):
        scenes.answered(made)
        scenes.measured_round(made)
        client = Client()
        client.force_login(made.reviewer, backend=BACKEND)
        client.get(reverse("review", args=[made.project.slug]))
        actions.comment(made.project, made.reviewer, "A remark.", concept=made.pair("Epilepsy").concept)
        for user in (made.lead, made.reviewer, made.observer):
            actions.save_filter(made.project, user, "pairs", "German", {"language": "de"})
        gold = actions.set_gold(made.pair("Migraine"), made.lead, actions.Answer("equivalent"), "Known.", practice=True)
        for user in (made.lead, made.reviewer):
            actions.practise(gold, user, actions.Answer("equivalent"))
            actions.finish_practice(made.project, user)
    return mine, theirs


@pytest.fixture
def two(db: None, built: tuple[Scene, Scene], settings, tmp_path: Path, monkeypatch) -> tuple[Scene, Scene]:
    settings.STORE_DIR = tmp_path
    monkeypatch.setattr(app, "send_task", lambda *_, **__: None)
    for made in built:
        store.keep_map(made.encoder.pk, {})
    return deepcopy(built)


def address(pattern: URLPattern, project: Scene, ids_of: Scene, user: User | None = None) -> str:
    filters = SavedFilter.objects.filter(project=ids_of.project)
    ids = {
        "slug": project.project.slug,
        "pair_id": ids_of.pair("Epilepsy").pk,
        "claim_id": Claim.objects.filter(project=ids_of.project, reviewer=ids_of.reviewer, answered=False).get().pk,
        "concept_id": ids_of.pair("Epilepsy").concept_id,
        "comment_id": Comment.objects.get(project=ids_of.project).pk,
        "verdict_id": Verdict.objects.filter(pair=ids_of.pair("Epilepsy")).first().pk,
        "filter_id": (filters.filter(user=user) if user else filters).first().pk,
        "gold_id": GoldPair.objects.get(pair__project=ids_of.project).pk,
        "encoder_id": ids_of.encoder.pk,
        "number": 1 if ids_of is project else 99,
        "kind": "repel",
    }
    names = pattern.pattern.converters
    return reverse(str(pattern.name), kwargs={name: ids[name] for name in names})


def both(client: Client, path: str) -> set[int]:
    return {client.get(path).status_code, client.post(path).status_code} - {405}


def opened(client: Client, path: str) -> bool:
    """Whether the door is open by one way at least, and by none is it shut; what a POST does is taken back."""
    with transaction.atomic():
        found = {client.get(path).status_code, client.post(path).status_code}
        transaction.set_rollback(True)
    return found != {405} and not found & {401, 403, 404}


def state() -> tuple[int, int, list[str], int]:
    rounds = list(Round.objects.order_by("pk").values_list("state", flat=True))
    return Verdict.objects.count(), Promotion.objects.count(), rounds, Claim.objects.exclude(reviewer=None).count()


def test_every_project_url_is_404_for_outsiders(two: tuple[Scene, Scene], client: Client) -> None:
    mine, theirs = two
    before = state()
    for user in (mine.outsider, theirs.lead):
        client.force_login(user, backend=BACKEND)
        for pattern in PROJECT_URLS:
            assert both(client, address(pattern, mine, mine)) == {404}, (user, pattern.name)
    assert state() == before


def test_ids_of_another_project_are_404_in_ones_own(two: tuple[Scene, Scene], client: Client) -> None:
    mine, theirs = two
    before = state()
    for user in (mine.lead, mine.reviewer, mine.observer):
        client.force_login(user, backend=BACKEND)
        for pattern in PROJECT_URLS:
            if set(pattern.pattern.converters) > {"slug"}:
                assert both(client, address(pattern, mine, theirs)) <= {403, 404}, (user, pattern.name)
    assert state() == before


def test_each_role_gets_where_it_should_and_no_further(two: tuple[Scene, Scene], client: Client) -> None:
    mine, _ = two
    shut_for = {
        mine.reviewer: OF_THE_LEAD | NOT_OF_REVIEWERS,
        mine.observer: OF_THE_LEAD | OF_REVIEWERS,
        mine.lead: set(),
    }
    for user, shut in shut_for.items():
        client.force_login(user, backend=BACKEND)
        for pattern in PROJECT_URLS:
            path = address(pattern, mine, mine, user)
            if pattern.name in shut:
                assert both(client, path) == {403}, (user, pattern.name)
            elif user == mine.lead and pattern.name in NOT_HERE:
                assert both(client, path) == {404}, pattern.name
            else:
                assert opened(client, path), (user, pattern.name)


def test_every_project_url_is_of_somebody_s() -> None:
    sets = (OF_THE_LEAD, OF_REVIEWERS, OF_ALL)

    assert {pattern.name for pattern in PROJECT_URLS} == set().union(*sets, NOT_OF_REVIEWERS)
    assert sum(map(len, sets)) == len(set().union(*sets))


def test_strangers_are_sent_to_the_sign_in(two: tuple[Scene, Scene], client: Client) -> None:
    mine, _ = two
    for path in [reverse("projects"), *(address(pattern, mine, mine) for pattern in PROJECT_URLS)]:
        assert client.get(path)["Location"].startswith(reverse("login")), path


def test_writing_needs_a_post(two: tuple[Scene, Scene], client: Client) -> None:
    mine, _ = two
    client.force_login(mine.lead, backend=BACKEND)
    before = state()[:3]
    for pattern in PROJECT_URLS:
        client.get(address(pattern, mine, mine))
    assert state()[:3] == before


def test_no_page_needs_another_host_or_inline_script(two: tuple[Scene, Scene], client: Client) -> None:
    mine, _ = two
    client.force_login(mine.lead, backend=BACKEND)
    for pattern in PROJECT_URLS:
        response = client.get(address(pattern, mine, mine), follow=True)
        if "Content-Encoding" in response:
            continue  # no page: the points of the map
        page = response.content.decode()
        assert " style=" not in page, pattern.name
        assert " onclick=" not in page, pattern.name
        assert "//cdn" not in page, pattern.name
        assert "script-src 'self'" in response["Content-Security-Policy"], pattern.name


def test_sign_in_with_a_wrong_password_says_so(db, client: Client) -> None:
    page = client.post(reverse("login"), {"username": "nobody", "password": "wrong"}).content.decode()
    assert 'role="alert"' in page


def test_live_needs_nothing_and_ready_names_what_is_missing(db, client: Client, monkeypatch) -> None:
    assert client.get("/livez").status_code == 200
    monkeypatch.setattr("workbench.views.broker.answers", lambda: False)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"database": "ok", "migrations": "ok", "broker": "does not answer"}
    monkeypatch.setattr("workbench.views.broker.answers", lambda: True)
    assert client.get("/readyz").status_code == 200


def test_the_error_pages_render(db, client: Client, rf) -> None:
    assert "Something broke on our side" in get_resolver().resolve_error_handler(500)(rf.get("/")).content.decode()
    client.raise_request_exception = False
    client.force_login(scenes.User.objects.create_user("kim"), backend=BACKEND)
    response = client.get("/projects/none/")
    assert response.status_code == 404
    assert "Nothing here" in response.content.decode()
