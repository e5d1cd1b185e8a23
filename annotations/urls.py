from django.urls import path

from annotations.views import conflicts, lists, projects, review, saving, terms

urlpatterns = [
    path("", projects.projects, name="projects"),
    path("projects/<slug:slug>/", projects.project, name="project"),
    path("projects/<slug:slug>/review/", review.review, name="review"),
    path("projects/<slug:slug>/review/next/", review.next_card, name="next-card"),
    path("projects/<slug:slug>/review/undo/", saving.undo, name="undo"),
    path("projects/<slug:slug>/review/mine/", lists.mine, name="mine"),
    path("projects/<slug:slug>/review/skipped/", lists.skipped, name="skipped"),
    path("projects/<slug:slug>/pairs/", lists.pairs, name="pairs"),
    path("projects/<slug:slug>/pairs/<int:pair_id>/", review.review_pair, name="review-pair"),
    path("projects/<slug:slug>/pairs/<int:pair_id>/answer/", saving.answer, name="answer"),
    path("projects/<slug:slug>/pairs/<int:pair_id>/adjudicate/", conflicts.adjudicate, name="adjudicate"),
    path("projects/<slug:slug>/claims/<int:claim_id>/renew/", saving.renew, name="claim-renew"),
    path("projects/<slug:slug>/claims/<int:claim_id>/release/", saving.release, name="claim-release"),
    path("projects/<slug:slug>/terms/", terms.terms, name="terms"),
    path("projects/<slug:slug>/conflicts/", conflicts.conflicts, name="conflicts"),
]
