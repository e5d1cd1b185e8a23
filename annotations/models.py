"""Projects, terminology, the review queue and what reviewers answered. Rows only: `actions` is the only writer."""

from collections.abc import Iterable
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.decisions import Decisions
from annotations.discussion import Comment, Notification
from annotations.folding import fold, search_key
from annotations.preferences import KeyBindings, SavedFilter
from annotations.quality import GoldPair, KeptFigure, PracticeAnswer, Reliability

__all__ = [
    "Claim", "Comment", "Concept", "Decision", "Decisions", "GoldPair", "ImportRun", "KeptFigure", "KeyBindings",
    "Membership", "Notification", "PracticeAnswer", "Project", "Reliability", "SavedFilter", "Source", "Suspicion",
    "Term", "TermPair", "Verdict", "VerdictRefused",
]  # fmt: skip


class OverlapPolicies(models.TextChoices):
    EVERYONE = "everyone", _("The same number of reviewers for every pair")
    DOUBTFUL = "doubtful", _("A second reviewer only where there is doubt")


class Project(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=100)
    source_language = models.CharField(max_length=16)
    target_languages = models.JSONField(default=list, help_text="Languages whose pairs are reviewed.")
    zero_shot_languages = models.JSONField(
        default=list, blank=True, help_text="Languages that are never reviewed, only measured on held-out concepts."
    )
    guidelines = models.TextField(blank=True, help_text="Markdown shown to reviewers.")
    overlap = models.PositiveSmallIntegerField(default=1, help_text="Reviewers wanted for each pair.")
    overlap_policy = models.CharField(max_length=10, choices=OverlapPolicies, default=OverlapPolicies.EVERYONE)
    overlap_maximum = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Reviewers asked at most, where they disagree. Empty: no more than wanted."
    )
    held_out_share = models.FloatField(default=0.2)
    uncertain_share = models.FloatField(default=0.2, help_text="Of the queue: pairs the model is least sure of.")
    random_share = models.FloatField(default=0.1, help_text="Of the queue: drawn at random, so that rates are honest.")
    gold_share = models.FloatField(default=0.05, help_text="Chance of a gold pair before each pair, while any is left.")
    blind_first = models.BooleanField(default=False, help_text="Hide the model's view until the first answer.")
    blind_share = models.FloatField(default=0.5, help_text="Of the pairs, where blind first is on; the rest compares.")
    promotion_by_two = models.BooleanField(
        default=False, help_text="One lead proposes a promotion, another confirms it."
    )
    order_due_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When a worker puts the open pairs in order anew."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(held_out_share__gte=0) & Q(held_out_share__lt=1), name="project_held_out_share"
            ),
            models.CheckConstraint(condition=Q(overlap__gte=1), name="project_overlap_at_least_one"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{share}__gte": 0}) & Q(**{f"{share}__lte": 1}), name=f"project_{share}_unit"
                )
                for share in ("uncertain_share", "random_share", "gold_share", "blind_share")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    class Roles(models.TextChoices):
        REVIEWER = "reviewer", _("Reviewer")
        LEAD = "lead", _("Lead")
        OBSERVER = "observer", _("Observer")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Roles)
    practised_at = models.DateTimeField(null=True, blank=True, help_text="When practice was finished or passed over.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="one_membership_a_project")]


class Source(models.Model):
    """Where terms come from: shown on the review card, inherited by every export."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sources")
    name = models.CharField(max_length=200)
    version = models.CharField(max_length=50, blank=True)
    sha256 = models.CharField(max_length=64)
    licence = models.CharField(max_length=100, blank=True, help_text="SPDX identifier")
    attribution = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "sha256"], name="one_source_a_file")]


class ImportRun(models.Model):
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=10, choices=[("terms", "Terms"), ("verdicts", "Verdicts")])
    file_name = models.CharField(max_length=255)
    rows = models.PositiveIntegerField(default=0)
    imported = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list, help_text='[{"file": …, "line": …, "reason": …}]')
    created_at = models.DateTimeField(auto_now_add=True)


class Concept(models.Model):
    class Roles(models.TextChoices):
        DOMAIN = "domain", _("Domain")
        CONTROL = "control", _("General-language control")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="concepts")
    external_id = models.CharField(max_length=200)
    family = models.CharField(max_length=200, help_text="The unit that is held out as a whole.")
    role = models.CharField(max_length=10, choices=Roles, default=Roles.DOMAIN)
    held_out = models.BooleanField(help_text="Chosen by a hash of the family; never reviewed, never trained on.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "role", "external_id"], name="one_concept_an_id")]
        indexes = [
            models.Index(fields=["project", "role", "held_out"]),
            models.Index(fields=["project", "family", "role"], name="families_of_a_role"),
        ]


class TermQuerySet(models.QuerySet["Term"]):
    def bulk_create(self, objs: Iterable["Term"], *args: Any, **kwargs: Any) -> list["Term"]:
        terms = list(objs)
        for term in terms:
            term.prepare()
        return super().bulk_create(terms, *args, **kwargs)


class Term(models.Model):
    class States(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUPERSEDED = "superseded", _("Superseded")
        REJECTED = "rejected", _("Rejected for this concept")
        RETIRED = "retired", _("Retired")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="terms", help_text="The concept's.")
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="terms")
    source = models.ForeignKey(Source, on_delete=models.SET_NULL, null=True, related_name="terms")
    language = models.CharField(max_length=16)
    text = models.CharField(max_length=1000)
    part_of_speech = models.CharField(max_length=50, blank=True)
    context = models.TextField(blank=True, help_text="A sentence that uses the term.")
    folded = models.TextField(editable=False, help_text="The text without accents and letter case.")
    search_key = models.TextField(editable=False, help_text="What the trigram index holds: see annotations.folding.")
    state = models.CharField(max_length=10, choices=States, default=States.ACTIVE)

    objects = TermQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["concept", "language", "text"], name="one_term_a_text")]
        indexes = [models.Index(fields=["language", "text"])]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.prepare()
        super().save(*args, **kwargs)

    def prepare(self) -> None:
        """Fills in what follows from other columns."""
        self.folded = fold(self.text)
        self.search_key = search_key(self.folded)
        if self.project_id is None:
            self.project_id = self.concept.project_id


class TermPair(models.Model):
    """A listed pair: a source term and a target term that the terminology calls equivalent."""

    class States(models.TextChoices):
        LISTED = "listed", _("Listed")  # not in the queue: not scored yet
        QUEUED = "queued", _("To review")
        CONFLICT = "conflict", _("Reviewers disagree")
        FLAGGED = "flagged", _("Waits for the lead")
        DECIDED = "decided", _("Decided")
        HELD_OUT = "held_out", _("Held out")
        OBSERVED = "observed", _("Measured only")  # zero-shot language or control: never reviewed

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="pairs")
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="pairs")
    source_term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="pairs_as_source")
    target_term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="pairs_as_target")
    source_language = models.CharField(max_length=16)
    target_language = models.CharField(max_length=16)
    state = models.CharField(max_length=10, choices=States, default=States.LISTED)
    correction_of = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="corrections"
    )
    position = models.PositiveIntegerField(null=True, blank=True, help_text="Place in the queue, for the lists.")
    outcome = models.CharField(max_length=20, choices=Decisions, blank=True, help_text="The decision's, for the lists.")
    judgements_wanted = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="At least, since a lead asked again: one more than there were."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source_term", "target_term"], name="one_pair_two_terms")]
        indexes = [
            # each filter of the lists walks one of these in order, however many pairs there are
            models.Index(fields=["project", "position", "id"], name="pairs_in_order"),
            models.Index(fields=["project", "state", "position", "id"], name="pairs_of_a_state"),
            models.Index(fields=["project", "target_language", "position", "id"], name="pairs_of_a_language"),
            models.Index(
                fields=["project", "target_language", "state", "position", "id"], name="pairs_of_language_and_state"
            ),
            # whole ones: SQLite does not see that a value given as a parameter is in a partial index
            models.Index(fields=["project", "outcome", "position", "id"], name="pairs_of_any_outcome"),
            models.Index(
                fields=["project", "target_language", "outcome", "position", "id"], name="pairs_of_language_and_outcome"
            ),
        ]


class Suspicion(models.Model):
    """What one encoder thinks of one pair: higher score, more doubt."""

    pair = models.ForeignKey(TermPair, on_delete=models.CASCADE, related_name="suspicions")
    encoder_digest = models.CharField(max_length=64)
    score = models.FloatField()
    rank = models.PositiveIntegerField(help_text="1 = most suspicious of its project in this scan")
    reasons = models.JSONField(default=list, help_text="Sentences, the weightiest first.")
    signals = models.JSONField(default=dict, help_text="Signal id → value.")
    neighbours = models.JSONField(
        default=dict, help_text='{"forward": [[term id, cosine], …], "backward": [[term id, cosine], …]}'
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pair", "encoder_digest"], name="one_suspicion_an_encoder"),
            models.CheckConstraint(condition=Q(score__gte=0) & Q(score__lte=1), name="suspicion_score_unit"),
        ]
        indexes = [models.Index(fields=["encoder_digest", "rank"])]


class Claim(models.Model):
    """One answer that a pair still wants: free, held by one reviewer for some minutes, or answered.

    Rows are made when a pair enters the queue (as many as the overlap asks for), so claiming is one conditional UPDATE.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="claims")
    pair = models.ForeignKey(TermPair, on_delete=models.CASCADE, related_name="claims")
    slot = models.PositiveSmallIntegerField()
    position = models.PositiveIntegerField(help_text="Order in the queue, smallest first.")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="claims"
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    answered = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pair", "slot"], name="one_claim_a_slot"),
            models.UniqueConstraint(
                fields=["pair", "reviewer"], condition=Q(reviewer__isnull=False), name="one_claim_a_reviewer"
            ),
        ]
        indexes = [
            # the open queue in its order, so that the next pair is found without sorting tens of thousands
            models.Index(
                fields=["project", "position", "slot"], condition=Q(answered=False), name="open_claims_in_order"
            ),
            # what one holds, without a walk through all that one has answered
            models.Index(
                fields=["reviewer", "project"], condition=Q(answered=False, reviewer__isnull=False), name="held_claims"
            ),
        ]


class Confidence(models.IntegerChoices):
    LOW = 1, "Low"
    MEDIUM = 2, "Medium"
    HIGH = 3, "High"


class VerdictRefused(TypeError):
    """Somebody tried to change or delete a verdict: append an undoing row instead."""


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise VerdictRefused("Verdicts are append-only: undo_last appends a row that takes one back.")

    def delete(self) -> NoReturn:
        raise VerdictRefused("Verdicts are append-only: undo_last appends a row that takes one back.")


class Verdict(models.Model):
    """One reviewer's answer. Append-only: undo is a new row that names the row it takes back."""

    class Origins(models.TextChoices):
        WEB = "web", _("Review page")
        FILE = "file", _("Imported file")
        SIMULATED = "simulated", _("Simulated expert")

    pair = models.ForeignKey(TermPair, on_delete=models.CASCADE, related_name="verdicts")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="verdicts")
    decision = models.CharField(max_length=20, choices=Decisions)
    correction = models.CharField(max_length=1000, blank=True)
    note = models.TextField(blank=True)
    origin = models.CharField(max_length=10, choices=Origins, default=Origins.WEB)
    encoder_digest = models.CharField(max_length=64, blank=True, help_text="The encoder whose view was on screen.")
    confidence = models.PositiveSmallIntegerField(null=True, blank=True, choices=Confidence)
    seconds = models.FloatField(null=True, blank=True, help_text="How long the card was open.")
    saw_model = models.BooleanField(null=True, blank=True, help_text="Whether the model's view was on screen.")
    surplus = models.BooleanField(default=False, help_text="Given when the pair wanted no more: kept and marked.")
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = VerdictQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["reviewer", "-created_at"]),
            models.Index(fields=["pair", "reviewer"], name="verdicts_of_a_pair"),
            models.Index(fields=["reviewer", "decision"], name="verdicts_by_decision"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__gte=1, confidence__lte=3), name="verdict_confidence"
            ),
            models.CheckConstraint(condition=Q(seconds=None) | Q(seconds__gte=0), name="verdict_seconds"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise VerdictRefused("Verdicts are append-only: undo_last appends a row that takes one back.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise VerdictRefused("Verdicts are append-only: undo_last appends a row that takes one back.")


class Decision(models.Model):
    """What a pair's verdicts amount to. One a pair; gone again when the verdicts behind it are undone."""

    pair = models.OneToOneField(TermPair, on_delete=models.CASCADE, related_name="decision")
    outcome = models.CharField(max_length=20, choices=Decisions)
    correction = models.CharField(max_length=1000, blank=True)
    weight = models.FloatField(help_text="0..1: how far the reviewers agree")
    adjudicated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="adjudications"
    )
    decided_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weight__gte=0) & Q(weight__lte=1), name="decision_weight_unit")
        ]
        indexes = [models.Index(fields=["decided_at"], name="decisions_by_time")]
