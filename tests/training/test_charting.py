"""The map of a project's terms on the tiny encoder: every term has its place, its doubt and its round."""

import gzip
import json
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from annotations.models import Project, Suspicion
from tests.training.conftest import decide
from training import charting, pending, recording, stages, store
from training.ml.mapping import USUAL
from training.models import ConstraintSet, Encoder, Round


@pytest.fixture(autouse=True)
def few_steps(monkeypatch) -> None:
    quick = replace(USUAL, steps=6)
    monkeypatch.setattr(charting, "lay_out", lambda *given, **how: LAY_OUT(*given, settings=quick, **how))


LAY_OUT = charting.lay_out


def drawn(encoder: Encoder) -> dict:
    with gzip.open(store.map_of(encoder.pk), "rt", encoding="utf-8") as file:
        return json.load(file)


def test_each_term_has_its_place_language_category_and_doubt(project: Project) -> None:
    stages.scan(project)
    live = pending.live_encoder(project)

    assert stages.draw_map(live) == pending.terms(project).count() == 120

    found = drawn(live)
    assert found["terms"] == list(pending.terms(project).order_by("pk").values_list("pk", flat=True))
    assert len(found["after"]) == 240
    assert found["before"] is None  # the base encoder follows none
    assert sorted(found["language"]["names"]) == ["de", "en", "fr"]
    assert len(found["category"]["names"]) == 10  # as many families as fit are shown as they are
    doubt = max(Suspicion.objects.filter(pair__source_term=found["terms"][0]).values_list("score", flat=True))
    assert found["suspicion"][0] == pytest.approx(doubt, abs=0.001)
    assert set(found["round"]) == {None}


def test_a_candidate_is_drawn_beside_what_it_was_measured_against(project: Project, lead: User) -> None:
    stages.scan(project)
    live = pending.live_encoder(project)
    pairs = decide(project, lead, 2)
    constraints = ConstraintSet.objects.create(
        project=project, digest="c", attract=2, repel=0, order=0, last_decision_at=timezone.now()
    )
    candidate = Encoder.objects.create(
        project=project, name="next", digest="n", weights_digest=live.weights_digest, space_digest=live.space_digest,
        state=Encoder.States.CANDIDATE, parent=live,
    )  # fmt: skip
    Round.objects.create(
        project=project, number=4, recipe={}, state=Round.States.EVALUATED, parent=live, candidate=candidate,
        constraint_set=constraints,
    )  # fmt: skip

    stages.draw_map(candidate)

    found = drawn(candidate)
    assert len(found["before"]) == len(found["after"]) == 240
    of = dict(zip(found["terms"], found["round"], strict=True))
    assert {of[pairs[0].source_term_id], of[pairs[1].target_term_id]} == {4}
    assert None in of.values()


def test_of_too_many_terms_whole_families_are_left_out(project: Project, monkeypatch) -> None:
    monkeypatch.setattr(charting, "MOST", 50)
    rows = charting._terms(project)
    assert 0 < len(rows) <= 50
    families = {family for *_, family in rows}
    assert len(rows) == pending.terms(project).filter(concept__family__in=families).count()


def test_many_families_are_coloured_by_their_first_letter() -> None:
    families = [f"{letter}{number}" for letter in "EIJ" for number in range(9)] + [
        f"{letter}1" for letter in "KLMNOPQRSTU"
    ]
    found = charting._categories(families)
    assert found[0] == "E"
    assert len(set(found)) == charting.CATEGORIES + 1
    assert "…" in found


def test_registered_alone_an_encoder_has_no_former(project: Project) -> None:
    base = recording.register_base(project, name="b", digest="b", weights_digest="w", space_digest="s")
    assert pending.former_of(base) is None
