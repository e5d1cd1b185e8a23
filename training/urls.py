from django.urls import path

from training.views import constraints, map_page, overview, radius, report, rounds, schedule, trends, words

urlpatterns = [
    path("projects/<slug:slug>/overview/", overview.overview, name="overview"),
    path("projects/<slug:slug>/rounds/", rounds.rounds, name="rounds"),
    path("projects/<slug:slug>/rounds/start/", rounds.start, name="round-start"),
    path("projects/<slug:slug>/rounds/<int:number>/", rounds.round_page, name="round"),
    path("projects/<slug:slug>/rounds/<int:number>/live/", rounds.round_live, name="round-live"),
    path("projects/<slug:slug>/rounds/<int:number>/cancel/", rounds.cancel, name="round-cancel"),
    path("projects/<slug:slug>/rounds/<int:number>/propose/", rounds.propose, name="round-propose"),
    path("projects/<slug:slug>/rounds/<int:number>/promote/", rounds.promote, name="round-promote"),
    path("projects/<slug:slug>/rounds/<int:number>/reject/", rounds.reject, name="round-reject"),
    path(
        "projects/<slug:slug>/rounds/<int:number>/constraints/<slug:kind>/",
        constraints.constraints,
        name="round-constraints",
    ),
    path("projects/<slug:slug>/rounds/<int:number>/again/", radius.ask_again, name="round-ask-again"),
    path("projects/<slug:slug>/rollback/", rounds.rollback, name="rollback"),
    path("projects/<slug:slug>/trends/", trends.trends, name="trends"),
    path("projects/<slug:slug>/map/", map_page.map_page, name="map"),
    path("projects/<slug:slug>/map/<int:encoder_id>/points/", map_page.map_points, name="map-points"),
    path("projects/<slug:slug>/map/<int:encoder_id>/draw/", map_page.map_draw, name="map-draw"),
    path("projects/<slug:slug>/map/<int:encoder_id>/wait/", map_page.map_wait, name="map-wait"),
    path("projects/<slug:slug>/map/<int:encoder_id>/queue/", map_page.map_queue, name="map-queue"),
    path("projects/<slug:slug>/report/", report.report, name="report"),
    path("projects/<slug:slug>/pairs/<int:pair_id>/words/", words.words, name="pair-words"),
    path("projects/<slug:slug>/schedule/", schedule.schedule, name="schedule"),
]
