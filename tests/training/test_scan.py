"""The scan on a tiny encoder: what it scores, what it queues, and when it has nothing to do."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from annotations import actions as review
from annotations import suspicions
from annotations.models import Claim, Project, Suspicion, Term, TermPair
from tests.training.conftest import decide, write_terms
from training import actions, encoders, growing, pending, recording, scanning, stages, store, upkeep, vocabulary
from training.ml.scoring import growth
from training.ml.scoring.weighing import Weights
from training.models import Encoder, Promotion, Scan, ScanAttempt


def test_the_first_scan_makes_the_base_live_scores_all_and_fills_the_queue(project: Project) -> None:
    shown: set[str] = set()

    report = stages.scan(project, lambda stage, done, total: shown.add(stage))

    live = pending.live_encoder(project)
    pairs = pending.pairs(project)
    assert report.scored == pairs.count() == Suspicion.objects.filter(encoder_digest=live.digest).count()
    assert report.queued == pairs.filter(state=TermPair.States.QUEUED).count() > 0
    assert {"embed en", "embed de", "embed fr", "suspect de", "suspect fr"} <= shown
    held_out = pairs.filter(concept__held_out=True)
    assert held_out.filter(state=TermPair.States.HELD_OUT).count() == held_out.count() > 0
    assert not Claim.objects.filter(pair__in=held_out).exists()
    assert not Suspicion.objects.filter(pair__target_language="pt").exists()


def test_neighbours_are_terms_of_the_other_language(project: Project) -> None:
    stages.scan(project)

    found = Suspicion.objects.filter(pair__target_language="fr").select_related("pair").first()
    forward = {term for term, _ in found.neighbours["forward"]}
    backward = {term for term, _ in found.neighbours["backward"]}
    assert set(Term.objects.filter(pk__in=forward).values_list("language", flat=True)) == {"fr"}
    assert set(Term.objects.filter(pk__in=backward).values_list("language", flat=True)) == {"en"}


def test_nothing_new_means_nothing_to_do_and_a_decision_is_new(project: Project, lead: User) -> None:
    stages.scan(project)
    assert stages.scan(project).scored == 0
    assert Scan.objects.count() == 1

    [pair] = decide(project, lead, 1, "not_a_term")
    again = stages.scan(project)

    assert again.scored == pending.pairs(project).count() > 0
    last = Suspicion.objects.filter(pair__target_language=pair.target_language).exclude(pair=pair).first()
    assert pair.target_term_id not in {term for term, _ in last.neighbours["forward"]}


class Died(BaseException):
    """A worker's end."""


def broken_off(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its suspicions are written, its queue isn't."""

    def die(*_: object) -> None:
        raise Died

    with monkeypatch.context() as worker:
        worker.setattr(suspicions, "_requeue", die)
        with pytest.raises(Died):
            stages.scan(project)
    assert not pending.unscored(project, pending.live_encoder(project)).exists()


def scanned_once_more(project: Project) -> None:
    """It is due, it scores all anew, and then there is nothing left to do."""
    assert upkeep.projects_to_scan() == [project]
    assert stages.scan(project).scored == pending.pairs(project).count()
    assert upkeep.projects_to_scan() == []
    assert not pending.pairs(project).filter(state=TermPair.States.LISTED).exists()
    assert stages.scan(project).scored == 0


def test_a_first_scan_that_was_broken_off_is_taken_up_again(project: Project, monkeypatch) -> None:
    broken_off(project, monkeypatch)

    scanned_once_more(project)


def test_a_later_scan_that_was_broken_off_is_taken_up_again(project: Project, monkeypatch, tmp_path) -> None:
    stages.scan(project)
    review.import_terms(project, write_terms(tmp_path / "more.csv", prefix="x"))
    broken_off(project, monkeypatch)

    scanned_once_more(project)


def failing(project: Project, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """When the beat asks again."""

    def fail(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as worker:
        worker.setattr(scanning, "flag_suspects", fail)
        with pytest.raises(OSError, match="no space left"):
            stages.scan(project)
    assert ScanAttempt.objects.get().error.startswith("The scan failed with OSError: no space left.")
    return pending.next_scan_at(pending.scan_attempt(project))


def test_a_scan_that_fails_is_asked_for_ever_more_rarely_until_one_comes_to_its_end(
    project: Project, monkeypatch
) -> None:
    stages.ensure_live_encoder(project)
    waits = []
    for _ in range(3):
        began = timezone.now()
        asked = failing(project, monkeypatch)
        waits.append(round((asked - began) / timedelta(minutes=1)))
        assert upkeep.projects_to_scan(asked - timedelta(seconds=1)) == []
        assert upkeep.projects_to_scan(asked) == [project]
    assert waits == [1, 2, 4]
    ScanAttempt.objects.update(attempts=60)
    assert failing(project, monkeypatch) - timezone.now() < timedelta(hours=5)

    assert stages.scan(project).scored

    assert not ScanAttempt.objects.exists()
    assert pending.next_scan_at(pending.scan_attempt(project)) is None


def test_a_scan_that_killed_its_process_says_so_and_one_told_to_stop_does_not(project: Project) -> None:
    with pytest.raises(Died), recording.scan_attempt(project):
        raise Died
    assert pending.next_scan_at(pending.scan_attempt(project)) is None

    killed = recording.scan_attempt(project)
    killed.__enter__()
    assert ScanAttempt.objects.get().error == ""
    with pytest.raises(Died), recording.scan_attempt(project):
        raise Died
    told = ScanAttempt.objects.get()
    assert (told.error, told.attempts) == (recording.KILLED, 1)


def test_a_rollback_that_no_worker_heard_of_is_followed_by_a_scan(project: Project) -> None:
    stages.scan(project)
    base = pending.live_encoder(project)
    Encoder.objects.filter(pk=base.pk).update(state=Encoder.States.RETIRED)
    child = Encoder.objects.create(
        project=project, name="child", digest="c" * 64, weights_digest=base.weights_digest,
        space_digest=base.space_digest, parent=base, state=Encoder.States.LIVE,
    )  # fmt: skip
    Promotion.objects.create(project=project, kind=Promotion.Kinds.PROMOTE, former=base, encoder=child)
    scanned_once_more(project)

    actions.rollback(project)  # whose nudge waits for a commit that never comes here

    scanned_once_more(project)


def test_a_queue_that_a_change_of_settings_left_half_in_order_is_followed_by_a_scan(
    project: Project, lead: User, monkeypatch
) -> None:
    place = suspicions._place

    def change_meanwhile(positions: dict[int, int]) -> None:
        place(positions)
        review.change_project(project, lead, overlap=2)

    monkeypatch.setattr(suspicions, "AT_ONCE", 0)
    monkeypatch.setattr(suspicions, "LOT", 5)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(suspicions, "_place", change_meanwhile)
        stages.scan(project)

    scanned_once_more(project)


def test_terms_with_the_same_text_share_a_vector(project: Project) -> None:
    first, second = pending.terms(project).filter(language="de").order_by("pk")[:2]
    Term.objects.filter(pk=second.pk).update(text=f"  {first.text} ")

    words = vocabulary.WordList.of(project, "de")

    assert words.rows[first.pk] == words.rows[second.pk]
    assert len(words.texts) == len(set(words.texts)) == len(words.first) == len(words.rows) - 1


def test_centring_knows_every_language_and_nothing_held_out(project: Project) -> None:
    live = stages.ensure_live_encoder(project)

    assert set(store.space(live.space_digest).means) == {"en", "de", "fr", "pt"}
    assert stages.ensure_live_encoder(project, "package:none") == live


def test_a_project_without_terms_says_how_they_come_in(project: Project) -> None:
    Term.objects.all().delete()

    with pytest.raises(encoders.NothingToEmbed, match="import some with `import_terms FILE --project medicine`"):
        stages.scan(project)
    assert not Encoder.objects.exists()


def test_encoders_by_name(project: Project) -> None:
    live = stages.ensure_live_encoder(project)
    child = Encoder.objects.create(
        project=project,
        name="child",
        digest="abcdef0123".ljust(64, "0"),
        weights_digest=live.weights_digest,
        space_digest=live.space_digest,
        parent=live,
        state="candidate",
    )

    assert encoders.chosen(project, "live") == encoders.chosen(project, "base") == live
    assert encoders.chosen(project, str(child.pk)) == encoders.chosen(project, "abcdef01") == child
    assert encoders.base_of(child) == live
    with pytest.raises(encoders.UnknownEncoder, match="choose live, base or one of"):
        encoders.chosen(project, "abc")


def test_vectors_are_what_the_scan_searches_with(project: Project) -> None:
    stages.scan(project)
    pair = pending.pairs(project).filter(target_language="de").select_related("source_term", "target_term").first()
    [source] = stages.embed_texts(project, [pair.source_term.text], "en")
    [target] = stages.embed_texts(project, [pair.target_term.text], "de")

    assert Suspicion.objects.get(pair=pair).signals["cosine"] == pytest.approx(float(source @ target), abs=1e-4)


@pytest.fixture
def grown(project: Project, monkeypatch, tmp_path) -> Project:
    """Scanned, then two more families came; two of a new family's German terms are exchanged."""
    monkeypatch.setattr(growing, "GROWN_FROM", 1)
    monkeypatch.setattr(growing, "GROWN_BY", 1.0)
    stages.scan(project)
    rows = ["concept_id,family,language,term"]
    for part in ("pulmon", "splen"):
        for ill, other in (("itis", "oma"), ("oma", "itis"), ("osis", "osis"), ("algia", "algia")):
            german = other if part == "pulmon" else ill
            rows += [f"{part}-{ill},{part},{language},{text}" for language, text in (
                ("en", f"{part} {ill}"), ("de", f"{part}{german} akut"), ("fr", f"{part}{ill} aigu"))]  # fmt: skip
    (tmp_path / "more.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    review.import_terms(project, tmp_path / "more.csv")
    return project


def test_what_only_grew_is_scored_alone_and_nearly_as_all_would_be(grown: Project, monkeypatch) -> None:
    monkeypatch.setattr(scanning, "neighbourhood", partial(growth.neighbourhood, around=10, at_random=40))
    before = {row.pair_id: row for row in Suspicion.objects.all()}

    report = stages.scan(grown)

    found = {row.pair_id: row for row in Suspicion.objects.all()}
    new = found.keys() - before.keys()
    rescored = {pair for pair, row in before.items() if found[pair].signals != row.signals}
    assert len(new) == 16
    assert report.scored == len(new) + len(rescored) < len(found)
    assert all(found[pair].score > before[pair].score for pair in rescored)
    assert sorted(row.rank for row in found.values()) == list(range(1, len(found) + 1))
    assert set(store.doubts(grown.pk).pairs.tolist()) == set(found)
    assert stages.scan(grown).scored == 0

    monkeypatch.setattr(growing, "GROWN_FROM", 10**6)
    Scan.objects.all().delete()
    assert stages.scan(grown).scored == len(found)
    every = {row.pair_id: row.score for row in Suspicion.objects.all()}
    assert max(abs(found[pair].score - every[pair]) for pair in new) < 0.15
    assert np.median([abs(found[pair].score - score) for pair, score in every.items()]) < 0.02


@pytest.mark.parametrize("what", ["text", "retired", "weights", "encoder"])
def test_anything_but_growth_means_scoring_all(grown: Project, what: str) -> None:
    known = Suspicion.objects.count()
    if what == "text":
        term = pending.terms(grown).filter(language="de").order_by("pk").first()
        Term.objects.filter(pk=term.pk).update(text="etwas anderes")
    elif what == "retired":
        Term.objects.filter(pk=pending.terms(grown).filter(language="fr").first().pk).update(state="retired")
    elif what == "weights":
        kept = store.gauge(grown.pk)
        store.keep_gauge(grown.pk, replace(kept, weights=Weights(-4.0, kept.weights.of)))
    else:
        digests = dict.fromkeys(("digest", "weights_digest", "space_digest"), "0" * 64)
        Scan.objects.update(encoder=Encoder.objects.create(project=grown, name="other", state="retired", **digests))

    assert stages.scan(grown).scored == pending.pairs(grown).count() >= known


def test_after_pairs_are_measured_otherwise_all_are_and_nothing_kept_is_read(grown: Project, monkeypatch) -> None:
    assert store.gauge(grown.pk) is not None
    assert len(store.doubts(grown.pk).pairs)

    monkeypatch.setattr(store, "SCORING", store.SCORING + 1)

    assert store.gauge(grown.pk) is None
    assert not len(store.doubts(grown.pk).pairs)
    assert stages.scan(grown).scored == pending.pairs(grown).count()
    assert stages.scan(grown).scored == 0
    monkeypatch.undo()
    assert stages.scan(grown).scored == pending.pairs(grown).count()


def test_a_verdict_that_moves_no_weight_is_no_reason_to_score_all(grown: Project, lead: User, monkeypatch) -> None:
    monkeypatch.setattr(scanning, "neighbourhood", partial(growth.neighbourhood, around=10, at_random=40))
    decide(grown, lead, 1)

    assert 0 < stages.scan(grown).scored < pending.pairs(grown).count()

    decide(grown, lead, 1)
    assert stages.scan(grown).scored == 0
    assert Scan.objects.count() == 3


def test_a_term_without_a_pair_does_not_end_growth(project: Project, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(growing, "GROWN_FROM", 1)
    alone = "concept_id,family,language,term\nsplen-itis,splen,de,splenitis akut\n"
    (tmp_path / "alone.csv").write_text(alone, encoding="utf-8")
    review.import_terms(project, tmp_path / "alone.csv")
    stages.scan(project)
    (tmp_path / "one.csv").write_text(alone.replace("splen", "pulmon") + "pulmon-itis,pulmon,en,pulmon itis\n")
    review.import_terms(project, tmp_path / "one.csv")

    assert 0 < stages.scan(project).scored < pending.pairs(project).count()
