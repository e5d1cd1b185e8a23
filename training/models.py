"""Encoders, constraint sets, rounds and what they measured. Rows only: `actions` is the only writer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models import Project


class Encoder(models.Model):
    """Weights plus a shared space, by digest in the artefact store. One live encoder a project."""

    class States(models.TextChoices):
        LIVE = "live", _("Live")
        CANDIDATE = "candidate", _("Candidate")
        RETIRED = "retired", _("Retired")  # was live once: rollback can bring it back
        REJECTED = "rejected", _("Rejected")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="encoders")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="sha256 over weights digest and space digest")
    weights_digest = models.CharField(max_length=64)
    space_digest = models.CharField(max_length=64)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    state = models.CharField(max_length=10, choices=States)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "digest"], name="one_encoder_a_digest"),
            models.UniqueConstraint(fields=["project"], condition=Q(state="live"), name="one_live_encoder_a_project"),
        ]

    def __str__(self) -> str:
        return self.name


class Scan(models.Model):
    """One way through embed and suspect: what the live encoder has seen of the vocabulary."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="scans")
    encoder = models.ForeignKey(Encoder, on_delete=models.CASCADE, related_name="scans")
    vocabulary_digest = models.CharField(max_length=64, help_text="sha256 over terms and pairs")
    decisions_digest = models.CharField(max_length=64, blank=True)
    last_term = models.PositiveBigIntegerField(default=0, help_text="highest id of what the digest is of")
    last_pair = models.PositiveBigIntegerField(default=0)
    scored = models.PositiveIntegerField()
    queued = models.PositiveIntegerField()
    seconds = models.JSONField(default=dict, help_text="stage → seconds")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]


class ScanAttempt(models.Model):
    """A scan that was begun since the last whole one and has not come to its end: it runs, failed, or was killed."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="scan_attempt")
    attempts = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    error = models.TextField(blank=True, help_text="Why the last one that ended did not come to its end.")


class ConstraintSet(models.Model):
    """What a round was trained on: frozen, hashed, in the store as JSON lines."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="constraint_sets")
    digest = models.CharField(max_length=64)
    attract = models.PositiveIntegerField()
    repel = models.PositiveIntegerField()
    order = models.PositiveIntegerField()
    contradictions = models.JSONField(default=list, help_text='[{"kind": …, "pairs": [pair ids], "sentence": …}]')
    last_decision_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "digest"], name="one_constraint_set_a_digest")]


class Schedule(models.Model):
    """When rounds start by themselves: every night at an hour (UTC), after N new decisions, or both."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="schedule")
    enabled = models.BooleanField(default=True)
    nightly_hour = models.PositiveSmallIntegerField(null=True, blank=True, help_text="0–23, UTC")
    after_decisions = models.PositiveIntegerField(null=True, blank=True)
    last_slot = models.CharField(max_length=40, blank=True, help_text="The night that was last looked at.")
    last_refusal = models.CharField(max_length=500, blank=True, help_text="Why no round was started the last time.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(nightly_hour__isnull=True) | Q(nightly_hour__lte=23), name="schedule_hour"
            )
        ]


class Round(models.Model):
    """One way through constrain → train → evaluate → gate. The row is the truth; a message only carries its id."""

    class States(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        EVALUATED = "evaluated", _("Waits for the lead")  # measured, gate has spoken, not promoted
        PROMOTED = "promoted", _("Promoted")
        REJECTED = "rejected", _("Rejected")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    class Phases(models.TextChoices):
        CONSTRAIN = "constrain", _("Constrain")
        TRAIN = "train", _("Train")
        EVALUATE = "evaluate", _("Evaluate")
        GATE = "gate", _("Gate")

    OPEN = (States.QUEUED, States.RUNNING)

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=States, default=States.QUEUED)
    phase = models.CharField(max_length=10, choices=Phases, blank=True)
    recipe = models.JSONField(help_text="training.ml.records.Recipe, as it was when the round was asked for")
    seed = models.PositiveIntegerField(default=0)
    auto_promote = models.BooleanField(default=True, help_text="Promote when the gate says so.")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="rounds"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The lead who proposed the promotion, where the project asks for two.",
    )  # fmt: skip
    proposed_at = models.DateTimeField(null=True, blank=True)
    slot = models.CharField(max_length=40, null=True, blank=True, help_text="Schedule slot, e.g. night:2026-11-22")
    parent = models.ForeignKey(Encoder, on_delete=models.PROTECT, null=True, related_name="rounds_as_parent")
    candidate = models.ForeignKey(Encoder, on_delete=models.PROTECT, null=True, related_name="rounds_as_candidate")
    constraint_set = models.ForeignKey(ConstraintSet, on_delete=models.PROTECT, null=True, related_name="rounds")
    # lease: one worker at a time, and every write is fenced by `attempt`
    attempt = models.PositiveIntegerField(default=0)
    given_back = models.PositiveIntegerField(default=0, help_text="attempts whose worker was told to stop")
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)
    step = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    seconds = models.JSONField(default=dict, help_text="phase → seconds")
    outcome = models.JSONField(default=dict, help_text="what the trainer told: parameters, layers, shares kept, …")
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="one_round_a_number"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(state__in=["queued", "running"]), name="one_open_round_a_project"
            ),
            models.UniqueConstraint(fields=["project", "slot"], name="one_round_a_slot"),
        ]


class LossPoint(models.Model):
    """One point of a round's live curves; step 0 is the parent."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="losses")
    step = models.PositiveIntegerField()
    values = models.JSONField(default=dict, help_text="loss name → value")
    metrics = models.JSONField(default=dict, help_text="validation list → mean reciprocal rank, once an epoch")

    class Meta:
        ordering = ["step"]
        constraints = [models.UniqueConstraint(fields=["round", "step"], name="one_loss_point_a_step")]


class Evaluation(models.Model):
    """Both encoders of a round on held-out concepts and controls, and what the gate made of it."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="evaluation")
    cells = models.JSONField(help_text="[training.ml.records.Cell, …]")
    references_digest = models.CharField(max_length=64, help_text="sha256 of the retrieval lists and references")
    left_out = models.JSONField(default=dict, help_text="language pair → references that were not asked, and why")
    satisfaction = models.FloatField(help_text="share of constraints that the candidate honours")
    unmet = models.JSONField(default=list, help_text="constraints it does not honour")
    radius = models.JSONField(default=list, help_text="[training.ml.measuring.radius.Radius, …]: what moved")
    gate_passed = models.BooleanField()
    gate_reasons = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)


class Promotion(models.Model):
    """Who made which encoder live, and when. A rollback is one more row."""

    class Kinds(models.TextChoices):
        PROMOTE = "promote", _("Promote")
        ROLLBACK = "rollback", _("Roll back")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="promotions")
    kind = models.CharField(max_length=10, choices=Kinds)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, related_name="promotions")
    former = models.ForeignKey(Encoder, on_delete=models.PROTECT, null=True, related_name="+")
    encoder = models.ForeignKey(Encoder, on_delete=models.PROTECT, related_name="promotions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
