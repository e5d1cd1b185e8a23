"""One page for somebody who has not followed the work: what was done, what came of it, failures, limits, model card."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from annotations.figures import reviewed, work
from annotations.models import Decisions, Project, Source
from annotations.views.members import Member, members_only, page
from training import pending
from training.forms import PLANS
from training.models import Encoder, Evaluation, Promotion
from training.remaining import remaining
from training.views.charts import effects
from training.views.sentences import rules

DECIDABLE = 200  # queries
FAILURES = 8  # of each list


@require_safe
@members_only()
def report(request: HttpRequest, member: Member) -> HttpResponse:
    project = member.project
    live = pending.live_encoder(project)
    measured = Evaluation.objects.filter(round__project=project, round__candidate=live) if live else None
    evaluation = measured.select_related("round__constraint_set").order_by("-pk").first() if measured else None
    context = page(member, "rounds", live=live, evaluation=evaluation, today=timezone.now(), **_work(project))
    context |= {"sources": Source.objects.filter(project=project).exclude(name="").order_by("name")}
    context |= {"limits": _limits(project, evaluation), "base": _base(live)}
    if evaluation is not None:
        context |= _results(evaluation)
    return render(request, "training/report.html", context)


def _work(project: Project) -> dict[str, Any]:
    found = reviewed(project)
    counted = found.value.outcomes
    return {
        "reviewed": found,
        "outcomes": [(choice.label, counted[choice.value]) for choice in Decisions if choice.value in counted],
        "decided": sum(counted.values()),
        "faults": sum(counted.values()) - counted.get(Decisions.EQUIVALENT, 0),
        "remaining": remaining(project),
        "work": work(project),
    }


def _results(evaluation: Evaluation) -> dict[str, Any]:
    promotion = Promotion.objects.filter(round=evaluation.round).order_by("-pk").first()
    recipe = evaluation.round.recipe
    return {
        "scores": effects(evaluation.cells, "p@1"),
        "rules": rules(evaluation.gate_reasons),
        "promotion": promotion,
        "failures": [
            {**row, "moves": [*row["lost"][: FAILURES // 2], *row["failing"]][:FAILURES]}
            for row in evaluation.radius
            if row["lost"] or row["failing"]
        ],
        "freezing": PLANS.get(recipe.get("freezing", ""), ""),
        "recipe": recipe,
    }


def _base(live: Encoder | None) -> Encoder | None:
    found = live
    while found is not None and found.parent is not None:
        found = found.parent
    return found


def _limits(project: Project, evaluation: Evaluation | None) -> list[str]:
    said = [_("The figures are of single terms of this terminology, not of sentences, documents or other fields.")]
    if project.overlap == 1:
        said.append(_("As a rule one person judged each pair; where nobody else did, agreement is not known."))
    if evaluation is None:
        return [*said, _("The live encoder was trained by no round that measured it.")]
    cells = [cell for cell in evaluation.cells if cell["metric"] == "p@1" and cell["language_pair"] != "macro"]
    said += [
        _("%(pair)s: only %(n)d queries, too few to decide on a difference of a few points.")
        % {"pair": cell["language_pair"], "n": cell["n"]}
        for cell in cells
        if cell["n"] < DECIDABLE
    ]
    if not any(cell["cell"] == "zero-shot" for cell in cells):
        said.append(_("Transfer to languages that nobody reviewed was not measured."))
    if not any(cell["cell"] == "control" for cell in cells):
        said.append(_("Whether general language was forgotten was not measured."))
    elif evaluation.round.outcome.get("general_space"):
        said.append(
            _("General language was measured with maps of its own: placed as terms of the domain, it is found less.")
        )
    return [*said, *_counted_limits(project, evaluation)]


def _counted_limits(project: Project, evaluation: Evaluation) -> list[str]:
    said = []
    same = Evaluation.objects.filter(round__project=project, references_digest=evaluation.references_digest).count()
    if same > 1:
        said.append(
            _("%(n)d rounds were measured on the same held-out concepts: the best of several looks better than it is.")
            % {"n": same}
        )
    alike = sum(n for what, n in evaluation.left_out.items() if what.endswith("identical_pairs"))
    if alike:
        said.append(
            ngettext(
                "%(n)d pair whose two sides are the same text was left out.",
                "%(n)d pairs whose two sides are the same text were left out.",
                alike,
            )
            % {"n": alike}
        )
    if evaluation.unmet:
        said.append(
            ngettext(
                "%(n)d constraint from the verdicts is not honoured.",
                "%(n)d constraints from the verdicts are not honoured.",
                len(evaluation.unmet),
            )
            % {"n": len(evaluation.unmet)}
        )
    return said
