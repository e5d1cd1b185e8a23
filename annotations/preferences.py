"""Rows of what a person has set up for themselves."""

from django.conf import settings
from django.db import models


class SavedFilter(models.Model):
    project = models.ForeignKey("annotations.Project", on_delete=models.CASCADE, related_name="saved_filters")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    page = models.CharField(max_length=30, help_text="Name of the list that it filters.")
    name = models.CharField(max_length=60)
    query = models.JSONField(default=dict, help_text="Field → value, as in the page's address.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["project", "user", "page", "name"], name="one_saved_filter_a_name")
        ]


class KeyBindings(models.Model):
    """The keys that somebody has moved from their defaults, or all of them off."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="key_bindings")
    keys = models.JSONField(default=dict, help_text="Action → key; what is missing has its default.")
    off = models.BooleanField(default=False)
