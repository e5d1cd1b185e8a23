"""The administrator's view: members and guidelines can be changed, everything else is looked at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from annotations.models import (
    Comment,
    Decision,
    GoldPair,
    ImportRun,
    Membership,
    Project,
    Reliability,
    Source,
    TermPair,
    Verdict,
)
from workbench.admin import ModelAdmin, ReadOnly, TabularInline


class Members(TabularInline):
    model = Membership
    extra = 1
    autocomplete_fields = ("user",)


@admin.register(Project)
class ProjectAdmin(ModelAdmin):
    list_display = ("name", "slug", "domain", "source_language", "overlap")
    fields = (
        "name", "slug", "domain", "guidelines", "source_language", "target_languages", "zero_shot_languages",
        "overlap", "held_out_share",
    )  # fmt: skip
    readonly_fields = (
        "slug", "source_language", "target_languages", "zero_shot_languages", "overlap", "held_out_share",
    )  # fmt: skip
    inlines = (Members,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # `import_terms --create` makes projects, for they need terms

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Source)
class SourceAdmin(ReadOnly):
    list_display = ("name", "version", "licence", "project")


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly):
    list_display = ("file_name", "kind", "rows", "imported", "created_at")


@admin.register(TermPair)
class TermPairAdmin(ReadOnly):
    list_display = ("source_term", "target_term", "target_language", "state", "project")
    list_filter = ("project", "state", "target_language")
    list_select_related = ("source_term", "target_term", "project")
    search_fields = ("source_term__text", "target_term__text")


@admin.register(Verdict)
class VerdictAdmin(ReadOnly):
    list_display = ("pair_id", "reviewer", "decision", "correction", "origin", "created_at")
    list_filter = ("decision", "origin")
    list_select_related = ("reviewer",)


@admin.register(Decision)
class DecisionAdmin(ReadOnly):
    list_display = ("pair_id", "outcome", "correction", "weight", "adjudicated_by", "decided_at")
    list_filter = ("outcome",)
    list_select_related = ("adjudicated_by",)


@admin.register(GoldPair)
class GoldPairAdmin(ReadOnly):
    list_display = ("pair_id", "decision", "correction", "practice", "set_by", "created_at")
    list_filter = ("practice", "decision")
    list_select_related = ("set_by",)


@admin.register(Reliability)
class ReliabilityAdmin(ReadOnly):
    list_display = (
        "reviewer", "project", "target_language", "gold_seen", "gold_right", "accuracy", "rated", "weight", "probation",
    )  # fmt: skip
    list_filter = ("project", "target_language", "probation")
    list_select_related = ("reviewer", "project")


@admin.register(Comment)
class CommentAdmin(ReadOnly):
    list_display = ("author", "project", "concept_id", "created_at", "withdrawn_at")
    list_filter = ("project",)
    list_select_related = ("author", "project")
