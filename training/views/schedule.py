"""When rounds start by themselves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotations.views.members import LEAD, Member, members_only, page
from training import actions
from training.forms import ScheduleForm
from training.models import Schedule
from training.views.sentences import SENTENCES
from training.views.upcoming import upcoming


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(LEAD)
def schedule(request: HttpRequest, member: Member) -> HttpResponse:
    if request.method == "POST":
        form = ScheduleForm(request.POST)
        if form.is_valid():
            actions.set_schedule(member.project, **form.cleaned_data)
            messages.success(request, _("The schedule is saved."))
            return redirect("schedule", member.project.slug)
    else:
        row = Schedule.objects.filter(project=member.project).first()
        form = ScheduleForm(
            initial={
                "enabled": row.enabled if row else False,
                "nightly_hour": row.nightly_hour if row else None,
                "after_decisions": row.after_decisions if row else None,
            }
        )
    status = 422 if form.is_bound else 200
    row = Schedule.objects.filter(project=member.project).first()
    context = page(member, "schedule", form=form, upcoming=upcoming(member.project))
    context["refusal"] = SENTENCES.word(row.last_refusal) if row and row.last_refusal else ""
    return render(request, "training/schedule.html", context, status=status)
