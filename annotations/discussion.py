"""Rows of what people say to each other about pairs and concepts, and of what they are told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Comment(models.Model):
    """A remark on a concept, or on one pair of it; a reply names the remark that began the thread."""

    project = models.ForeignKey("annotations.Project", on_delete=models.CASCADE, related_name="comments")
    concept = models.ForeignKey("annotations.Concept", on_delete=models.CASCADE, related_name="comments")
    pair = models.ForeignKey(
        "annotations.TermPair", on_delete=models.CASCADE, null=True, blank=True, related_name="comments"
    )
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]


class Notification(models.Model):
    class Kinds(models.TextChoices):
        CONFLICT = "conflict", _("Reviewers disagree")
        REPLY = "reply", _("Reply to a comment")
        FLAG = "flag", _("Flagged for the lead")
        GOLD = "gold", _("Gold pairs failed")
        ADJUDICATED = "adjudicated", _("The lead has decided")
        PROPOSED = "proposed", _("A promotion waits for you")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    project = models.ForeignKey("annotations.Project", on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=12, choices=Kinds)
    pair = models.ForeignKey(
        "annotations.TermPair", on_delete=models.CASCADE, null=True, blank=True, related_name="notifications"
    )
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="notifications")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="notified"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["user", "-id"], condition=models.Q(read_at=None), name="unread_notifications"),
        ]
