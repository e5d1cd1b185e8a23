"""What each page may cost the database: so many statements, and not one more when there is much more to show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations import actions
from annotations.actions import Answer, ScoredPair
from annotations.models import Project, TermPair, Verdict
from annotations.urls import urlpatterns
from tests import scenes
from tests.annotations.builder import write_rows
from tests.scenes import DIGEST, Scene

BACKEND = "django.contrib.auth.backends.ModelBackend"
FETCH = {"X-Requested-With": "fetch"}
PAGES = {  # name of the page → statements at most; whoever needs more has a reason and says so here
    "projects": 8,  # two for pairs by state: what is kept of large projects, and a count of the others
    "own-settings": 6, "notices": 8, "project": 6, "review": 28, "mine": 16, "skipped": 16,
    "practice": 17, "pairs": 13, "review-pair": 28, "terms": 9, "search": 10, "concept": 18, "conflicts": 12,
    "quality": 26, "project-settings": 8,
}  # fmt: skip
WRITES = {"next-card": 16, "answer": 24, "answer-many": 24, "undo": 40, "claim-renew": 6, "claim-release": 6}
RARE = {  # a lead's or a reviewer's single act, which shows nothing
    "undo-one", "practise", "practice-finish", "filter-save", "filter-delete", "adjudicate", "gold-set", "gold-drop",
    "comment", "comment-withdraw", "notices-read",
}  # fmt: skip


def test_each_view_has_its_price() -> None:
    assert {pattern.name for pattern in urlpatterns} == {*PAGES, *WRITES, *RARE}


@dataclass(frozen=True)
class Busy:
    """A project of so many families, in which two reviewers have agreed, disagreed, flagged, skipped and talked."""

    scene: Scene

    @classmethod
    def of(cls, folder: Path, slug: str, families: int) -> "Busy":
        folder.mkdir()
        made = scenes.scene(folder, slug=slug, overlap=2)
        Project.objects.filter(pk=made.project.pk).update(gold_share=1.0)  # a gold pair is looked for before every card
        rows = [
            (f"X{n}.{part}", "X", language, f"{language} term {n} of part {part}")
            for n in range(families) for part in range(4) for language in ("en", "de")
        ]  # fmt: skip
        path = write_rows(folder / "more.csv", ["concept_id", "family", "language", "term"], rows)
        actions.import_terms(made.project, path)
        pairs = list(TermPair.objects.filter(project=made.project, concept__family="X").order_by("pk"))
        actions.flag_suspects(made.project, DIGEST, [_scored(pair) for pair in pairs])
        for agreed, disagreed, flagged, skipped in zip(*[iter(pairs)] * 4, strict=True):
            for user, said in ((made.reviewer, "equivalent"), (made.second, "related")):
                actions.answer(agreed, user, Answer("equivalent"))
                actions.answer(disagreed, user, Answer(said, note="So I think."))
            actions.answer(flagged, made.reviewer, Answer("flagged"))
            actions.answer(skipped, made.reviewer, Answer("skipped"))
            talk = actions.comment(made.project, made.reviewer, "Is it?", pair=agreed)
            actions.comment(made.project, made.second, "It is.", pair=agreed, reply_to=talk)
            actions.set_gold(skipped, made.lead, Answer("equivalent"), "Plainly.", practice=True)
        return cls(made)

    @property
    def project(self) -> Project:
        return self.scene.project

    def url(self, name: str) -> str:
        pair = TermPair.objects.filter(project=self.project, concept__family="X", state="conflict").order_by("pk")[0]
        own = {"slug": self.project.slug, "pair_id": pair.pk, "concept_id": pair.concept_id}
        route = str(next(pattern for pattern in urlpatterns if pattern.name == name).pattern)
        query = {"terms": "?language=de&q=de", "search": "?q=term", "pairs": "?size=100"}.get(name, "")
        return reverse(name, kwargs={key: value for key, value in own.items() if f":{key}>" in route}) + query


def _scored(pair: TermPair) -> ScoredPair:
    near = [(pair.target_term_id, 0.9), (pair.target_term_id + 1, 0.8)]
    return ScoredPair(pair.pk, 0.5, ["The terms lie apart."], {"cosine": 0.5}, near, [(pair.source_term_id, 0.9)])


@pytest.fixture
def few_and_many(db: None, tmp_path: Path) -> tuple[Busy, Busy]:
    return Busy.of(tmp_path / "few", "few", 1), Busy.of(tmp_path / "many", "many", 2)


def cost(user, send: Callable[[Client], object]) -> int:
    """The second time: the first one signs in, starts practice or takes a claim."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            answer = send(client)
        assert answer.status_code in (200, 302), answer.content[:300]
    return len(asked)


def costs(busy: Busy, user) -> Iterator[tuple[str, int]]:
    for name in PAGES:
        yield name, cost(user, lambda client, name=name: client.get(busy.url(name)))


def test_views_cost_the_same_however_much_there_is(few_and_many: tuple[Busy, Busy]) -> None:
    found = [{**dict(costs(busy, busy.scene.lead)), **dict(_acts(busy))} for busy in few_and_many]
    assert {name: (found[0][name], many) for name, many in found[1].items() if many > found[0][name]} == {}
    assert {name: many for name, many in found[1].items() if many > {**PAGES, **WRITES}[name]} == {}


def _acts(busy: Busy) -> Iterator[tuple[str, int]]:
    slug, client = busy.project.slug, Client()
    client.force_login(busy.scene.reviewer, backend=BACKEND)

    def post(name: str, form: dict[str, object], *ids: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(reverse(name, args=[slug, *ids]), form, headers=FETCH)
        assert answer.status_code in (200, 204, 302), answer.content[:300]
        return len(asked)

    post("next-card", {})
    yield "next-card", post("next-card", {})
    claim = busy.project.claims.get(reviewer=busy.scene.reviewer, answered=False)
    yield "claim-renew", post("claim-renew", {}, claim.pk)
    yield "answer", post("answer", {"decision": "equivalent"}, claim.pair_id)
    yield "undo", post("undo", {})
    yield "claim-release", post("claim-release", {}, claim.pk)
    free = TermPair.objects.filter(project=busy.project, state="queued", verdicts=None).order_by("pk")
    several = list(free.values_list("pk", flat=True)[: len(free) // 2])
    yield "answer-many", post("answer-many", {"decision": "related", "typed": len(several), "pair": several})
    assert Verdict.objects.filter(pair__in=several, decision="related").count() == len(several)
