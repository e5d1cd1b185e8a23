"""One concept: its terms in every language, its family, what was said of its pairs, and the discussion."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotations import actions, concepts
from annotations.forms import CommentForm
from annotations.models import Comment, Concept
from annotations.queue import REVIEWED
from annotations.views.members import LEAD, REVIEWER, Member, members_only, page


@require_safe
@members_only()
def concept_page(request: HttpRequest, member: Member, concept_id: int) -> HttpResponse:
    concept = get_object_or_404(Concept, pk=concept_id, project=member.project)
    shown = concepts.page(member.project, concept, viewer=member.user)
    context = page(member, "search", shown=shown, concept=concept, reviewed=REVIEWED)
    return render(request, "annotations/concept.html", context)


@require_POST
@members_only(REVIEWER, LEAD)
def comment(request: HttpRequest, member: Member, concept_id: int) -> HttpResponse:
    concept = get_object_or_404(Concept, pk=concept_id, project=member.project)
    form = CommentForm(request.POST)
    if form.is_valid():
        parent = form.cleaned_data["reply_to"]
        reply_to = get_object_or_404(Comment, pk=parent, concept=concept) if parent else None
        actions.comment(member.project, member.user, form.cleaned_data["text"], concept=concept, reply_to=reply_to)
    else:
        messages.error(request, form.sentences())
    return redirect("concept", member.project.slug, concept.pk)


@require_POST
@members_only(REVIEWER, LEAD)
def withdraw(request: HttpRequest, member: Member, comment_id: int) -> HttpResponse:
    found = get_object_or_404(Comment, pk=comment_id, project=member.project, author=member.user)
    actions.withdraw_comment(found, member.user)
    return redirect("concept", member.project.slug, found.concept_id)
