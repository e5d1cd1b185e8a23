"""Keeps each reviewer's measured reliability, in each language pair, in step with gold pairs and with the others."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from annotations.agreement.dawid_skene import dawid_skene
from annotations.agreement.gold import MINIMUM, Standing, is_right, standing, weight
from annotations.agreement.settle import FLAGGED, UNDECIDED
from annotations.batches import batches
from annotations.composed import composed
from annotations.models import Decision, GoldPair, Project, Reliability, TermPair, Verdict
from annotations.notifications import tell_of_failed_gold
from annotations.settling import settle_pairs
from annotations.verdicts import gold_of, standing_verdicts

SMOOTHING = 1.0  # answers
LOT = 400  # pairs settled in one transaction


def judge_by_gold(pairs: Sequence[TermPair], reviewer: User) -> None:
    """After answers that may be to gold pairs, or their undoing."""
    found = {pair.pk: pair for pair in pairs}
    judged = [found[pair_id] for pair_id in _hidden_gold(list(found), reviewer.pk)]
    for pair in {pair.target_language: pair for pair in judged}.values():
        _judge(pair.project, reviewer, pair.target_language)


@composed
def _hidden_gold(pairs: list[int], judge: int) -> QuerySet[GoldPair, int]:
    hidden = GoldPair.objects.filter(pair__in=pairs, practice=False)
    return hidden.exclude(set_by=judge).values_list("pair", flat=True)


def _judge(project: Project, reviewer: User, language: str) -> None:
    """Whoever falls on probation decides nothing alone any more.

    The decisions that rest on nobody else wait for a second reviewer, and the leads are told.
    """
    with transaction.atomic():
        row, _ = Reliability.objects.select_for_update().get_or_create(
            project=project, reviewer=reviewer, target_language=language
        )
        was_on_probation = row.probation
        _rate(row, _gold_standing(project, reviewer, language))
        row.save()
        if row.probation and not was_on_probation:
            tell_of_failed_gold(project, reviewer)
    if row.probation and not was_on_probation:
        _settle_again(project, reviewer, language)


def weigh_reviewers(project: Project) -> int:
    """Measures everybody anew against everybody else (Dawid–Skene) and the known answers; returns rows written."""
    written = 0
    for language, found in _answers_by_language(project).items():
        estimate = dawid_skene(found.answers, known=found.known, smoothing=SMOOTHING)
        for reviewer_id, accuracy in estimate.accuracy.items():
            rated = estimate.answers[reviewer_id]
            with transaction.atomic():
                row, _ = Reliability.objects.select_for_update().get_or_create(
                    project=project, reviewer_id=reviewer_id, target_language=language
                )
                row.accuracy, row.rated = (accuracy, rated) if rated >= MINIMUM else (None, rated)
                _rate(row, Standing(row.gold_seen, row.gold_right, row.probation))
                row.save()
            written += 1
    return written


@dataclass
class _Found:
    answers: list[tuple[int, int, str]] = field(default_factory=list)  # pair, reviewer, decision
    known: dict[int, str] = field(default_factory=dict)


def _answers_by_language(project: Project) -> dict[str, _Found]:
    """Judgements of pairs that several people judged, or whose answer is known from a lead, whose own is left out."""
    known = {
        pair_id: (outcome, lead)
        for pair_id, outcome, lead in Decision.objects.filter(pair__project=project, adjudicated_by__isnull=False)
        .values_list("pair_id", "outcome", "adjudicated_by_id")
    }  # fmt: skip
    said: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
    rows = standing_verdicts().filter(pair__project=project).exclude(decision__in=[*UNDECIDED, FLAGGED]).order_by("pk")
    for language, pair_id, reviewer_id, decision in rows.values_list(
        "pair__target_language", "pair_id", "reviewer_id", "decision"
    ):
        if pair_id not in known or known[pair_id][1] != reviewer_id:
            said[language, pair_id][reviewer_id] = decision
    found: dict[str, _Found] = defaultdict(_Found)
    for (language, pair_id), given in said.items():
        if len(given) > 1 or pair_id in known:
            found[language].answers += [(pair_id, reviewer, decision) for reviewer, decision in given.items()]
            if pair_id in known:
                found[language].known[pair_id] = known[pair_id][0]
    return found


def _gold_standing(project: Project, reviewer: User, language: str) -> Standing:
    expected = {
        gold.pair_id: gold
        for gold in gold_of(project).filter(pair__target_language=language, practice=False).exclude(set_by=reviewer)
    }
    last: dict[int, Verdict] = {}
    for verdict in standing_verdicts().filter(reviewer=reviewer, pair__in=list(expected)).order_by("pk"):
        last.pop(verdict.pair_id, None)
        last[verdict.pair_id] = verdict
    judged = (
        is_right(expected[pk].decision, expected[pk].correction, verdict.decision, verdict.correction)
        for pk, verdict in last.items()
    )
    return standing([result for result in judged if result is not None])


def _rate(row: Reliability, gold: Standing) -> None:
    row.gold_seen, row.gold_right, row.probation = gold.seen, gold.right, gold.probation
    row.weight = weight(gold, row.accuracy, row.rated)


def _settle_again(project: Project, reviewer: User, language: str) -> None:
    alone = TermPair.objects.filter(
        project=project, target_language=language, state=TermPair.States.DECIDED, decision__adjudicated_by=None,
        pk__in=standing_verdicts().filter(reviewer=reviewer).values("pair"),
    )  # fmt: skip
    for ids in batches(list(alone.order_by("pk").values_list("pk", flat=True)), LOT):
        with transaction.atomic():
            rows = TermPair.objects.select_for_update(of=("self",)).select_related("project", "target_term")
            settle_pairs(list(rows.filter(pk__in=ids).order_by("pk")))
