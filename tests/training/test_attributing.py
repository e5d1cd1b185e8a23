"""Words of the pairs that come next, on the tiny encoder: kept with the suspicion, computed once, due in time."""

from annotations.models import Claim, Project, Suspicion
from training import pending, stages, upkeep


def test_what_comes_next_is_looked_at_once(project: Project) -> None:
    assert stages.attribute(project) == 0
    stages.scan(project)
    ahead = set(Claim.objects.filter(project=project, answered=False).values_list("pair", flat=True))

    assert stages.attribute(project) == len(ahead) > 0

    for row in Suspicion.objects.select_related("pair__source_term"):
        known = row.signals.get("attribution")
        assert (known is not None) == (row.pair_id in ahead)
        if known:
            text = "".join(f" {token}" for token, _ in known["source"]).replace(" ##", "").strip()
            assert text == row.pair.source_term.text
            assert all(isinstance(share, float) for _, share in known["target"])
        assert "cosine" in row.signals
    assert stages.attribute(project) == 0


def test_it_is_due_when_half_of_what_comes_next_is_unknown(project: Project, monkeypatch) -> None:
    assert upkeep.projects_to_attribute() == []
    stages.scan(project)
    waiting = len(pending.unattributed(project, pending.live_encoder(project)))
    monkeypatch.setattr(pending, "AHEAD", 2 * waiting + 2)
    assert upkeep.projects_to_attribute() == []
    monkeypatch.setattr(pending, "AHEAD", waiting)
    assert upkeep.projects_to_attribute() == [project]
    stages.attribute(project)
    assert upkeep.projects_to_attribute() == []


def test_one_pair_is_looked_at_when_somebody_asks(project: Project) -> None:
    stages.scan(project)
    row = Suspicion.objects.order_by("rank").last()

    assert stages.attribute_pair(row.pair_id)

    known = Suspicion.objects.get(pk=row.pk).signals["attribution"]
    assert [len(known[side]) > 0 for side in ("source", "target")] == [True, True]
    assert Suspicion.objects.filter(signals__has_key="attribution").count() == 1
    assert not stages.attribute_pair(row.pair_id)  # known already: a doubled message costs nothing


def test_a_pair_that_no_encoder_has_scored_is_left_alone(project: Project) -> None:
    assert not stages.attribute_pair(project.pairs.first().pk)
