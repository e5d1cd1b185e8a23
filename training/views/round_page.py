"""What the page of one round shows, gathered from its row."""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotations.views.members import Member
from training.forms import PLANS
from training.models import Evaluation, Promotion, Round
from training.views.charts import Effect, curves, effects
from training.views.constraints import KINDS
from training.views.names import COUNTS, LOSSES, RECIPE, SHARES
from training.views.radius import radius_part
from training.views.sentences import SENTENCES, rules

States = Round.States
TONES = {
    States.QUEUED: "waits", States.RUNNING: "going", States.EVALUATED: "waits", States.PROMOTED: "good",
    States.REJECTED: "bad", States.CANCELLED: "", States.FAILED: "bad",
}  # fmt: skip
METRICS = (("p@1", _("P@1 with CSLS")), ("p@5", _("P@5 with CSLS")), ("mrr", _("Mean reciprocal rank with CSLS")))
GENERAL = "general "  # before the name of a validation list of general vocabulary


@dataclass(frozen=True)
class Phase:
    label: str
    state: str  # done | now | stopped | open
    seconds: float | None


@dataclass(frozen=True)
class Kind:
    name: str
    label: str | Promise
    count: int


@dataclass(frozen=True)
class Action:
    label: str | Promise
    sentence: str | Promise
    url: str
    tone: str = ""
    asks_reason: bool = False


@dataclass(frozen=True)
class Table:
    caption: str | Promise
    rows: list[Effect]


def live_part(found: Round) -> dict[str, Any]:
    """What changes while the round is open."""
    points = list(found.losses.values_list("step", "values", "metrics"))
    losses = curves([(step, values) for step, values, _metrics in points], found.steps)
    metrics = curves([(step, metrics) for step, _values, metrics in points], found.steps)
    waiting = (timezone.now() - found.created_at).total_seconds() if found.state == States.QUEUED else 0
    return {
        "round": found,
        "open_states": [state.value for state in Round.OPEN],
        "tone": TONES[States(found.state)],
        "phases": _phases(found),
        "losses": [replace(one, name=str(LOSSES.get(one.name, one.name))) for one in losses],
        "metrics": [replace(one, name=_list_name(one.name)) for one in metrics],
        "error": SENTENCES.word(found.error),
        "nobody_came": waiting > 2 * settings.LEASE_SECONDS,
    }


def whole_page(found: Round, member: Member) -> dict[str, Any]:
    evaluation = Evaluation.objects.filter(round=found).first()
    return {
        **live_part(found),
        "evaluation": evaluation,
        "rules": rules(evaluation.gate_reasons) if evaluation else [],
        "tables": _tables(evaluation),
        **radius_part(evaluation, member),
        "constraints": found.constraint_set,
        "kinds": _kinds(found),
        "contradictions": _contradictions(found),
        "freezing": PLANS.get(found.recipe.get("freezing", ""), ""),
        "recipe": _recipe(found),
        "outcome": _outcome(found),
        "possible": possible(found, member),
        "promotion": found.promotions.filter(kind=Promotion.Kinds.PROMOTE).select_related("by").first(),
    }


def _phases(found: Round) -> list[Phase]:
    order = list(Round.Phases)
    at = order.index(Round.Phases(found.phase)) if found.phase else 0
    rows = []
    for index, phase in enumerate(order):
        if found.state in (States.EVALUATED, States.PROMOTED, States.REJECTED) or (index < at):
            state = "done"
        elif index == at and found.state == States.RUNNING:
            state = "now"
        elif index == at and found.phase and found.state in (States.FAILED, States.CANCELLED):
            state = "stopped"
        else:
            state = "open"
        rows.append(Phase(str(phase.label), state, found.seconds.get(phase.value)))
    return rows


def _tables(evaluation: Evaluation | None) -> list[Table]:
    if evaluation is None:
        return []
    tables = [Table(caption, effects(evaluation.cells, metric)) for metric, caption in METRICS]
    return [table for table in tables if table.rows]


def _recipe(found: Round) -> list[tuple[str | Promise, Any]]:
    return [
        (RECIPE.get(name, name), _value(value))
        for name, value in found.recipe.items()
        if name not in ("seed", "freezing")
    ]


def _value(value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return float(f"{value:.3g}") if isinstance(value, float) else value


def _outcome(found: Round) -> list[tuple[str | Promise, str]]:
    """What the trainer told of its run; nothing of rounds from before it told."""
    told = found.outcome
    rows: list[tuple[str | Promise, str]] = []
    if "trained_layers" in told:
        rows.append((_("layers trained"), ", ".join(map(str, told["trained_layers"])) or "–"))
    for name, label in COUNTS.items():
        if name in told:
            rows.append((label, intcomma(told[name])))
    for name, label in SHARES.items():
        if name in told:
            rows.append((label, number_format(told[name], 1)))
    return rows


def _list_name(name: str) -> str:
    """A validation list, as the trainer calls it, for people."""
    if name.startswith(GENERAL):
        return gettext("%(languages)s, general vocabulary") % {"languages": name.removeprefix(GENERAL)}
    return name


def _kinds(found: Round) -> list[Kind]:
    if found.constraint_set is None:
        return []
    return [Kind(name, label, getattr(found.constraint_set, name)) for name, label in KINDS.items()]


def _contradictions(found: Round) -> list[dict[str, Any]]:
    listed = found.constraint_set.contradictions if found.constraint_set else []
    return [{**item, "sentence": SENTENCES.word(item["sentence"])} for item in listed]


def possible(found: Round, member: Member) -> list[Action]:
    """The lead's buttons, each with the sentence that it asks to confirm."""

    def url(name: str) -> str:
        return reverse(name, args=[member.project.slug, found.number])

    if found.state in Round.OPEN and not found.cancel_requested:
        sentence = _("The round stops and changes nothing. What it trained so far is thrown away.")
        return [Action(_("Cancel the round"), sentence, url("round-cancel"), "danger")]
    if found.state == States.EVALUATED:
        return _after_the_gate(found, member, url)
    if found.state == States.PROMOTED and found.candidate and found.candidate.state == "live":
        return [roll_back(member)]
    return []


def _after_the_gate(found: Round, member: Member, url: Any) -> list[Action]:
    passed = found.evaluation.gate_passed
    promise = _("The candidate becomes the live encoder in one step, and the queue is scored anew.")
    overruled = _("The gate did not pass. Promoting overrules it, and the record will say so.")
    sentence, tone = (promise, "primary") if passed else (overruled, "")
    if not member.project.promotion_by_two:
        promoting = [Action(_("Promote"), sentence, url("round-promote"), tone)]
    elif found.proposed_by_id is None:
        promoting = [Action(_("Propose the promotion"), sentence, url("round-propose"), tone)]
    elif found.proposed_by_id != member.user.pk:
        promoting = [Action(_("Confirm the promotion"), sentence, url("round-promote"), tone)]
    else:
        promoting = []
    reject = Action(_("Reject"), _("The live encoder stays. This can’t be taken back."), url("round-reject"), "danger")
    return [*promoting, reject]


def roll_back(member: Member) -> Action:
    return Action(
        _("Roll back"),
        _("The encoder that was live before becomes live again, in one step. The history keeps both."),
        reverse("rollback", args=[member.project.slug]),
        "danger",
        asks_reason=True,
    )


def can_roll_back(member: Member, live_id: int) -> bool:
    return Promotion.objects.filter(
        project=member.project, kind=Promotion.Kinds.PROMOTE, encoder=live_id, former__isnull=False
    ).exists()
