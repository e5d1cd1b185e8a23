"""The administrator's view of encoders and rounds: looked at, never changed."""

from django.contrib import admin

from training.models import Encoder, Promotion, Round, Schedule
from workbench.admin import ReadOnly


@admin.register(Encoder)
class EncoderAdmin(ReadOnly):
    list_display = ("name", "project", "state", "digest", "created_at")
    list_filter = ("project", "state")


@admin.register(Round)
class RoundAdmin(ReadOnly):
    list_display = ("project", "number", "state", "phase", "attempt", "created_at", "finished_at")
    list_filter = ("project", "state")


@admin.register(Promotion)
class PromotionAdmin(ReadOnly):
    list_display = ("project", "kind", "encoder", "former", "by", "created_at")
    list_filter = ("project",)


@admin.register(Schedule)
class ScheduleAdmin(ReadOnly):
    list_display = ("project", "enabled", "nightly_hour", "after_decisions")
