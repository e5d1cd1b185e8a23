"""The one door for writing: projects, members, terminology, suspicions, answers. Everything else only reads."""

import re
from collections.abc import Sequence

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction

from annotations.access import NotAllowed, may_lead
from annotations.agreement.settle import UNDECIDED
from annotations.answers import Answer, InvalidAnswer, checked
from annotations.claims import mark_answered, reopen_claim
from annotations.importing.rows import RowError
from annotations.intake import ImportReport, SourceInfo, import_terms
from annotations.models import Decision, Decisions, Membership, Project, TermPair, Verdict
from annotations.queue import standing_verdicts
from annotations.settling import settle_pairs
from annotations.suspicions import ScoredPair, flag_suspects
from annotations.verdict_intake import import_user, import_verdicts

__all__ = [
    "Answer", "ImportReport", "InvalidAnswer", "InvalidProject", "NotAllowed", "RowError", "ScoredPair", "SourceInfo",
    "add_member", "adjudicate", "answer", "create_project", "flag_suspects", "import_terms", "import_user",
    "import_verdicts", "undo_last",
]  # fmt: skip

LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


class InvalidProject(ValueError):
    """A project that can't be made like this; the message says what to change."""


def create_project(
    *,
    slug: str,
    name: str,
    domain: str,
    source_language: str,
    target_languages: Sequence[str],
    zero_shot_languages: Sequence[str] = (),
    overlap: int = 1,
    held_out_share: float = 0.2,
    guidelines: str = "",
) -> Project:
    _check_project(slug, [source_language, *target_languages, *zero_shot_languages], overlap, held_out_share)
    if not target_languages:
        raise InvalidProject(f"Project {slug!r} has no target language: name at least one, e.g. de.")
    return Project.objects.create(
        slug=slug,
        name=name,
        domain=domain,
        source_language=source_language,
        target_languages=list(target_languages),
        zero_shot_languages=list(zero_shot_languages),
        overlap=overlap,
        held_out_share=held_out_share,
        guidelines=guidelines,
    )


def add_member(project: Project, user: User, role: str) -> Membership:
    if role not in Membership.Roles.values:
        raise InvalidProject(f"{role!r} is not a role: choose one of {', '.join(Membership.Roles.values)}.")
    return Membership.objects.update_or_create(project=project, user=user, defaults={"role": role})[0]


@transaction.atomic
def answer(
    pair: TermPair, reviewer: User, given: Answer, *, origin: str = Verdict.Origins.WEB, encoder_digest: str = ""
) -> Verdict:
    """Records one answer and settles the pair. Late answers and those beyond the overlap are kept as well.

    Giving the answer that already stands once more changes nothing and returns the verdict that is there.
    """
    locked = _locked(pair)
    given = checked(given, locked)
    former = standing_verdicts().filter(pair=locked, reviewer=reviewer).order_by("-pk").first()
    if former is not None and Answer(former.decision, former.correction, former.note) == given:
        return former
    verdict = _append(locked, reviewer, given, origin=origin, encoder_digest=encoder_digest)
    mark_answered([verdict])
    settle_pairs([locked])
    pair.state = locked.state
    return verdict


@transaction.atomic
def undo_last(project: Project, reviewer: User) -> Verdict | None:
    """Takes back the reviewer's last verdict that stands: returns the undoing row, or None when there is none.

    The pair is the reviewer's again; a decision that rested on the verdict goes, and the terminology is as it was.
    """
    last = standing_verdicts().filter(pair__project=project, reviewer=reviewer).order_by("-pk").first()
    if last is None:
        return None
    pair = _locked(last.pair)
    if Verdict.objects.filter(undoes=last).exists():
        return None  # the same key, pressed twice
    undoing = _append(pair, reviewer, Answer(last.decision, last.correction), origin=last.origin, undoes=last)
    Decision.objects.filter(
        pair=pair, adjudicated_by=reviewer, outcome=last.decision, correction=last.correction
    ).delete()
    if not standing_verdicts().filter(pair=pair, reviewer=reviewer).exists():
        reopen_claim(undoing)
    settle_pairs([pair])
    return undoing


@transaction.atomic
def adjudicate(pair: TermPair, lead: User, given: Answer) -> Decision:
    """The lead's word, whatever the reviewers said; it stands until the lead undoes it or adjudicates anew."""
    locked = _locked(pair)
    if not may_lead(lead, locked.project):
        raise NotAllowed(f"{lead.get_username()} does not lead {locked.project}: only a lead adjudicates.")
    given = checked(given, locked)
    if given.decision in UNDECIDED or given.decision == Decisions.FLAGGED:
        raise InvalidAnswer(f"{given.decision!r} decides nothing: adjudicate with what the pair is.")
    mark_answered([_append(locked, lead, given)])
    Decision.objects.update_or_create(
        pair=locked,
        defaults={
            "outcome": given.decision,
            "correction": given.correction,
            "weight": 1.0,
            "adjudicated_by": lead,
        },
    )
    settle_pairs([locked])
    pair.state = locked.state
    return Decision.objects.get(pair=locked)


def _locked(pair: TermPair) -> TermPair:
    """One writer a pair at a time: a row lock on PostgreSQL, the write transaction itself on SQLite."""
    return TermPair.objects.select_for_update(of=("self",)).select_related("project", "target_term").get(pk=pair.pk)


def _append(
    pair: TermPair,
    reviewer: User,
    given: Answer,
    *,
    origin: str = Verdict.Origins.WEB,
    encoder_digest: str = "",
    undoes: Verdict | None = None,
) -> Verdict:
    return Verdict.objects.create(
        pair=pair,
        reviewer=reviewer,
        decision=given.decision,
        correction=given.correction,
        note=given.note,
        origin=origin,
        encoder_digest=encoder_digest,
        undoes=undoes,
    )


def _check_project(slug: str, languages: Sequence[str], overlap: int, held_out_share: float) -> None:
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise InvalidProject(f"{slug!r} is no short name: use letters, digits, hyphens and underscores.") from error
    if Project.objects.filter(slug=slug).exists():
        raise InvalidProject(f"There is a project {slug!r} already: leave out --create or choose another short name.")
    if wrong := [language for language in languages if not LANGUAGE.fullmatch(language)]:
        raise InvalidProject(f"{wrong[0]!r} is no language code: write one like en, de or pt-BR.")
    if len({language.casefold() for language in languages}) < len(languages):
        raise InvalidProject(f"A language comes twice among {', '.join(languages)}: name each once, in one place.")
    if overlap < 1:
        raise InvalidProject(f"An overlap of {overlap} asks nobody: it must be at least 1.")
    if not 0 <= held_out_share < 1:
        raise InvalidProject(f"A held-out share of {held_out_share} must lie between 0 and 1.")
