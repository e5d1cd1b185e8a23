"""What the lead sets of a project: guidelines, overlap, what is mixed into the queue, blind first."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotations import actions
from annotations.forms import ProjectForm
from annotations.views.members import LEAD, Member, members_only, page
from annotations.views.refusals import REFUSALS


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(LEAD)
def project_settings(request: HttpRequest, member: Member) -> HttpResponse:
    form = ProjectForm(request.POST if request.method == "POST" else None, initial=ProjectForm.values(member.project))
    if form.is_bound and form.is_valid():
        try:
            actions.change_project(member.project, member.user, **form.changed_values())
        except ValueError as error:  # users' errors are its subclasses, each with a sentence
            form.add_error(None, REFUSALS.word(str(error)))
        else:
            messages.success(request, _("The project’s settings are saved."))
            return redirect("project-settings", member.project.slug)
    status = 422 if form.is_bound else 200
    return render(request, "annotations/project_settings.html", page(member, "settings", form=form), status=status)
