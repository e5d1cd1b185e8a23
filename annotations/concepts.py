"""What one concept's page shows, in a bounded number of queries: terms, pairs, family, history, comments."""

from collections import defaultdict
from collections.abc import Sized
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from annotations.access import may_lead
from annotations.composed import composed
from annotations.models import Comment, Concept, Project, Term, TermPair, Verdict
from annotations.verdicts import answers, judgements, without_coming_gold, without_gold_corrections

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
    cut: frozenset[str]  # pairs, family, history, comments: where something was left out


def other_terms(pair: TermPair, viewer: User, *, judged: bool) -> list[Term]:
    """What else the pair's concept is called, in any language; its own correction only once the viewer has judged."""
    shown = [pair.source_term_id, pair.target_term_id]
    return _terms_but(pair.concept_id, shown, 0 if judged else pair.pk, viewer.pk)


@composed
def _terms_but(concept: int, shown: list[int], unjudged: int, viewer: int) -> QuerySet[Term]:
    brought = TermPair.objects.filter(target_term=OuterRef("pk"), correction_of=unjudged)
    terms = _in_use(viewer).filter(~Exists(brought), concept=concept)
    return terms.exclude(pk__in=shown).order_by("language", "pk")


def sibling_terms(pair: TermPair, viewer: User) -> list[Term]:
    """In the pair's two languages, of the other concepts of its family; SIBLING_TERMS at most."""
    own = pair.concept
    languages = pair.source_language, pair.target_language
    return terms_in_family(own.project_id, own.family, own.role, own.pk, *languages, viewer.pk)


@composed
def terms_in_family(
    project: int, family: str, role: str, but: int, source: str, target: str, viewer: int
) -> QuerySet[Term]:
    terms = _in_use(viewer).filter(concept__in=_rest_of_family(project, family, role, but))
    in_both = terms.filter(language__in=(source, target))
    return in_both.select_related("concept").order_by("concept__external_id", "language", "pk")[:SIBLING_TERMS]


def _in_use(viewer: int) -> QuerySet[Term]:
    """Active terms, as they would be were the gold undecided that the viewer has yet to judge."""
    return without_gold_corrections(Term.objects.all(), viewer).filter(Q(state=Term.States.ACTIVE) | Q(veiled=True))


def _rest_of_family(project: int, family: str, role: str, but: int) -> QuerySet[Concept]:
    """The other concepts that are held out, or not, together with this one.

    To be asked for within another query: put in order at once, SQLite would walk through all concepts in that order.
    """
    return Concept.objects.filter(project=project, family=family, role=role).exclude(pk=but)


def page(project: Project, concept: Concept, viewer: User) -> ConceptPage:
    """Of the history a reviewer sees only pairs that they have judged, and no gold before that; a lead sees all."""
    leads = may_lead(viewer, project)
    terms = _by_language(project, _terms_of(concept, None if leads else viewer))
    rows = TermPair.objects.filter(concept=concept).select_related("source_term", "target_term", "decision")
    pairs = list((rows if leads else without_coming_gold(rows, viewer)).order_by("pk")[: PAIRS + 1])
    for pair in pairs:
        pair.decision_or_none = getattr(pair, "decision", None)  # type: ignore[attr-defined]
    family = _family(project, concept, viewer)
    history = _history(concept, None if leads else viewer)
    comments = _threads(concept)
    parts: dict[str, tuple[Sized, int]] = {
        "pairs": (pairs, PAIRS),
        "family": (family, FAMILY),
        "history": (history, HISTORY),
        "comments": (comments, THREADS),
    }
    cut = frozenset(name for name, (found, most) in parts.items() if len(found) > most)
    return ConceptPage(concept, terms, pairs[:PAIRS], family[:FAMILY], history[:HISTORY], comments[:THREADS], cut)


def _terms_of(concept: Concept, reviewer: User | None) -> list[Term]:
    """Those too that are not in use; the target of a gold pair that the reviewer has yet to judge seems to be."""
    rows = Term.objects.filter(concept=concept).order_by("pk")
    if reviewer is None:
        return list(rows)
    terms = list(without_gold_corrections(rows, reviewer))
    for term in terms:
        if term.veiled:  # type: ignore[attr-defined]
            term.state = Term.States.ACTIVE
    return terms


def _by_language(project: Project, terms: list[Term]) -> dict[str, list[Term]]:
    found: dict[str, list[Term]] = defaultdict(list)
    for term in terms:
        found[term.language].append(term)
    order = [project.source_language, *project.target_languages, *project.zero_shot_languages]
    return {language: found[language] for language in [*order, *sorted(set(found) - set(order))] if language in found}


def _family(project: Project, concept: Concept, viewer: User) -> list[FamilyMember]:
    others = _rest_of_family(project.pk, concept.family, concept.role, concept.pk)
    shown = list(Concept.objects.filter(pk__in=others).order_by("external_id")[: FAMILY + 1])
    in_use = _in_use(viewer.pk).filter(concept__in=shown).order_by("pk")
    terms: dict[int, list[Term]] = defaultdict(list)
    for term in in_use[:FAMILY_TERMS]:
        terms[term.concept_id].append(term)
    return [FamilyMember(other, _by_language(project, terms[other.pk])) for other in shown]


def _history(concept: Concept, reviewer: User | None) -> list[Verdict]:
    rows = answers().filter(pair__concept=concept)
    if reviewer is not None:
        own = judgements(reviewer).filter(pair__concept=concept)
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
