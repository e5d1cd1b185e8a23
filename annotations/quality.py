"""Rows that tell how far reviewers can be relied on: gold pairs, practice, measured reliability, kept figures."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from annotations.decisions import Decisions


class GoldPair(models.Model):
    """A pair whose answer is known: mixed into the queue unseen, or shown with its explanation to practise on."""

    pair = models.OneToOneField("annotations.TermPair", on_delete=models.CASCADE, related_name="gold")
    decision = models.CharField(max_length=20, choices=Decisions)
    correction = models.CharField(max_length=1000, blank=True)
    explanation = models.TextField(help_text="Why; shown to those who practise.")
    practice = models.BooleanField(default=False, help_text="To practise on, never hidden in the queue.")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="gold_pairs")
    created_at = models.DateTimeField(auto_now_add=True)


class PracticeAnswer(models.Model):
    """What somebody said of a gold pair while practising: counts nowhere else."""

    gold = models.ForeignKey(GoldPair, on_delete=models.CASCADE, related_name="practice_answers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="practice_answers")
    decision = models.CharField(max_length=20, choices=Decisions)
    correction = models.CharField(max_length=1000, blank=True)
    right = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gold", "user"], name="one_practice_answer")]


class KeptFigure(models.Model):
    """What `annotations.kept` counted last of a large project. A migration that changes a value's shape deletes it."""

    project = models.ForeignKey("annotations.Project", on_delete=models.CASCADE, related_name="figures")
    name = models.CharField(max_length=50)
    value = models.JSONField(null=True)
    counted_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_figure_a_name")]


class Reliability(models.Model):
    """How far one reviewer's answers in one language pair can be relied on, as measured."""

    project = models.ForeignKey("annotations.Project", on_delete=models.CASCADE, related_name="reliabilities")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reliabilities")
    target_language = models.CharField(max_length=16)
    gold_seen = models.PositiveIntegerField(default=0, help_text="Among the last gold pairs that count.")
    gold_right = models.PositiveIntegerField(default=0)
    accuracy = models.FloatField(null=True, help_text="Share of right answers by Dawid–Skene; empty: too few shared.")
    rated = models.PositiveIntegerField(default=0, help_text="Answers that the accuracy rests on.")
    weight = models.FloatField(default=1.0, help_text="0..1: what an answer counts when reviewers disagree.")
    probation = models.BooleanField(default=False, help_text="Failed gold pairs: nothing of theirs decides alone.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "reviewer", "target_language"], name="one_reliability"),
            models.CheckConstraint(condition=Q(weight__gte=0) & Q(weight__lte=1), name="reliability_weight_unit"),
            models.CheckConstraint(condition=Q(gold_right__lte=F("gold_seen")), name="reliability_gold_right"),
        ]
