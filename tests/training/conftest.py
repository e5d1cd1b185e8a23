"""Projects as users build them, a store of its own for each test, and messages that stay in memory."""

import csv
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from annotations import actions as review
from annotations.models import Membership, Project, TermPair
from tests import tiny_encoder
from training import actions, leases, recording
from training.leases import Lease
from training.ml.records import Cell, Constraints, GateDecision, Recipe
from training.models import Encoder, Round
from workbench.celery import app

app.conf.broker_url = "memory://"  # what a worker does with messages is tested with real workers
ILLS = ("itis", "oma", "osis", "algia")
PARTS = ("gastr", "hepat", "nephr", "cardi", "derm", "neur", "oste", "arthr", "encephal", "my")
ENDINGS = {"en": "{} {}", "de": "{}{} akut", "fr": "{}{} aigu", "pt": "{}{} agudo"}
TINY = Recipe(epochs=2, batch_pairs=8, top_k=1, checkpoint_steps=2, interpolate=False, maps=False, precision="float32")


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path: Path) -> None:
    settings.STORE_DIR = tmp_path / "store"
    settings.VECTORS_DIR = ""


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Path:
    return tiny_encoder.build(tmp_path_factory.mktemp("encoders") / "tiny")


def write_terms(path: Path, *, prefix: str = "") -> Path:
    """40 concepts in ten families, four languages."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["concept_id", "family", "language", "term"])
        for part in PARTS:
            for ill in ILLS:
                for language, shape in ENDINGS.items():
                    writer.writerow([f"{part}-{ill}", part, language, prefix + shape.format(part, ill)])
    return path


@pytest.fixture
def lead(db) -> User:
    return User.objects.create_user("lena")


@pytest.fixture
def project(db, settings, tiny: Path, tmp_path: Path, lead: User) -> Project:
    """Imported, not scanned."""
    settings.DEFAULT_ENCODER = str(tiny)
    made = review.create_project(
        slug="medicine", name="Medicine", domain="medicine", source_language="en",
        target_languages=["de", "fr"], zero_shot_languages=["pt"], held_out_share=0.3,
    )  # fmt: skip
    review.add_member(made, lead, Membership.Roles.LEAD)
    review.import_terms(made, write_terms(tmp_path / "terms.csv"))
    return made


def decide(project: Project, by: User, count: int, decision: str = "equivalent") -> list[TermPair]:
    """The next pairs that nobody has decided."""
    open_pairs = TermPair.objects.filter(project=project, state__in=["listed", "queued"], decision=None)
    pairs = list(open_pairs.order_by("pk")[:count])
    for pair in pairs:
        review.answer(pair, by, review.Answer(decision))
    return pairs


@pytest.fixture
def base(project: Project) -> Encoder:
    return recording.register_base(
        project, name="base", digest="b" * 64, weights_digest="w" * 64, space_digest="s" * 64
    )


@pytest.fixture
def queued(project: Project, lead: User) -> Round:
    decide(project, lead, 3)
    return actions.start_round(project, recipe=TINY, by=lead)


@pytest.fixture
def lease(queued: Round, base: Encoder) -> Lease:
    """A round that has constraints and a parent."""
    found = leases.claim(queued.pk)
    assert found is not None
    recording.record_constraints(found, queued.project, base, Constraints(), "c" * 64, None)
    return found


def measured(
    lease: Lease, base: Encoder, *, passed: bool = True, name: str = "candidate", promote: bool = True
) -> Round:
    """Ends a round as the stages do."""
    Round.objects.filter(pk=lease.round_id).update(auto_promote=promote)
    recording.record_candidate(
        lease, base.project, name=name, digest=name.ljust(64, "d"), weights_digest=name.ljust(64, "w"),
        space_digest=name.ljust(64, "s"), base=base, outcome={},
    )  # fmt: skip
    cell = Cell("trained", "macro", "p@1", 300, 0.5, 0.6, 0.1, (0.05, 0.15))
    recording.record_evaluation(
        lease, cells=[cell], references_digest="r" * 64, left_out={}, satisfaction=0.9, unmet=[],
        gate=GateDecision(passed, ("because",)),
    )  # fmt: skip
    return Round.objects.get(pk=lease.round_id)
