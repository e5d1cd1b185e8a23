"""What one concept's page shows, in a bounded number of queries: terms, pairs, family, history, comments."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet

from annotations.access import may_lead
from annotations.composed import composed
from annotations.models import Comment, Concept, Project, Term, TermPair, Verdict
from annotations.queue import UNDECIDED, answers, standing_verdicts, without_coming_gold

SIBLING_TERMS = 60  # that a card reads at most
FAMILY = 50  # concepts shown of a family
FAMILY_TERMS = 1000
PAIRS = 200
HISTORY = 100
THREADS = 100
REPLIES = 1000


@dataclass(frozen=True)
class FamilyMember:
    concept: Concept
    terms: dict[str, list[Term]]  # by language


@dataclass(frozen=True)
class Thread:
    comment: Comment
    replies: list[Comment]


@dataclass(frozen=True)
class ConceptPage:
    concept: Concept
    terms: dict[str, list[Term]]  # by language, the source language first, rejected ones too
    pairs: list[TermPair]  # with `decision` joined; ask for `decision_or_none`
    family: list[FamilyMember]
    history: list[Verdict]  # the newest first; `.taken_back`
    comments: list[Thread]
    truncated: bool  # whether anything was left out


def other_terms(pair: TermPair) -> list[Term]:
    """What else the pair's concept is called, in any language."""
    return _terms_but(pair.concept_id, [pair.source_term_id, pair.target_term_id])


@composed
def _terms_but(concept: int, terms: list[int]) -> QuerySet[Term]:
    active = Term.objects.filter(concept=concept, state=Term.States.ACTIVE)
    return active.exclude(pk__in=terms).order_by("language", "pk")


def sibling_terms(pair: TermPair) -> list[Term]:
    """In the pair's two languages, of the other concepts of its family; SIBLING_TERMS at most."""
    own = pair.concept
    languages = pair.source_language, pair.target_language
    return terms_in_family(own.project_id, own.family, own.role, own.pk, *languages)


@composed
def terms_in_family(project: int, family: str, role: str, but: int, source: str, target: str) -> QuerySet[Term]:
    others = _rest_of_family(project, family, role, but)
    terms = Term.objects.filter(concept__in=others, language__in=(source, target), state=Term.States.ACTIVE)
    return terms.select_related("concept").order_by("concept__external_id", "language", "pk")[:SIBLING_TERMS]


def _rest_of_family(project: int, family: str, role: str, but: int) -> QuerySet[Concept]:
    """The other concepts that are held out, or not, together with this one.

    To be asked for within another query: put in order at once, SQLite would walk through all concepts in that order.
    """
    return Concept.objects.filter(project=project, family=family, role=role).exclude(pk=but)


def page(project: Project, concept: Concept, viewer: User) -> ConceptPage:
    """Of the history a reviewer sees only pairs of which one's own answer is in; a lead sees all."""
    terms = _by_language(project, list(concept.terms.select_related("source").order_by("pk")))
    leads = may_lead(viewer, project)
    rows = TermPair.objects.filter(concept=concept).select_related("source_term", "target_term", "decision")
    pairs = list((rows if leads else without_coming_gold(rows, viewer)).order_by("pk")[: PAIRS + 1])
    for pair in pairs:
        pair.decision_or_none = getattr(pair, "decision", None)  # type: ignore[attr-defined]
    family = _family(project, concept)
    history = _history(concept, None if leads else viewer)
    comments = _threads(concept)
    truncated = len(pairs) > PAIRS or len(family) > FAMILY or len(history) > HISTORY or len(comments) > THREADS
    return ConceptPage(concept, terms, pairs[:PAIRS], family[:FAMILY], history[:HISTORY], comments[:THREADS], truncated)


def _by_language(project: Project, terms: list[Term]) -> dict[str, list[Term]]:
    found: dict[str, list[Term]] = defaultdict(list)
    for term in terms:
        found[term.language].append(term)
    order = [project.source_language, *project.target_languages, *project.zero_shot_languages]
    return {language: found[language] for language in [*order, *sorted(set(found) - set(order))] if language in found}


def _family(project: Project, concept: Concept) -> list[FamilyMember]:
    others = _rest_of_family(project.pk, concept.family, concept.role, concept.pk)
    shown = list(Concept.objects.filter(pk__in=others).order_by("external_id")[: FAMILY + 1])
    active = Term.objects.filter(concept__in=shown, state=Term.States.ACTIVE).order_by("pk")
    terms: dict[int, list[Term]] = defaultdict(list)
    for term in active[:FAMILY_TERMS]:
        terms[term.concept_id].append(term)
    return [FamilyMember(other, _by_language(project, terms[other.pk])) for other in shown]


def _history(concept: Concept, reviewer: User | None) -> list[Verdict]:
    rows = answers().filter(pair__concept=concept)
    if reviewer is not None:
        judged = standing_verdicts().exclude(decision__in=UNDECIDED)  # a skip is no ticket to what others said
        own = judged.filter(reviewer=reviewer, pair__concept=concept)
        rows = rows.filter(pair__in=own.values("pair"))
    rows = rows.annotate(taken_back=Exists(Verdict.objects.filter(undoes=OuterRef("pk"))))
    related = ("reviewer", "pair__source_term", "pair__target_term")
    return list(rows.select_related(*related).order_by("-pk")[: HISTORY + 1])


def _threads(concept: Concept) -> list[Thread]:
    """The newest threads first, each in the order it was written."""
    roots = concept.comments.filter(parent=None).select_related("author", "pair__source_term", "pair__target_term")
    shown = list(roots.order_by("-pk")[: THREADS + 1])
    replies: dict[int | None, list[Comment]] = defaultdict(list)
    for reply in Comment.objects.filter(parent__in=shown).select_related("author").order_by("pk")[:REPLIES]:
        replies[reply.parent_id].append(reply)
    return [Thread(comment, replies[comment.pk]) for comment in shown]
