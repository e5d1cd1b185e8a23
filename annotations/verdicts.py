"""What was said of pairs and stands, and what nobody sees before they have judged the pair themselves."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, F, Func, OuterRef, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from annotations.agreement.settle import UNDECIDED
from annotations.composed import composed
from annotations.models import GoldPair, Project, Term, TermPair, Verdict


def standing_verdicts() -> QuerySet[Verdict]:
    """Verdicts that take nothing back and were not taken back themselves."""
    return _STANDING.all()


@composed
def standing_on(pairs: list[int]) -> QuerySet[Verdict]:
    """In the order in which they were given."""
    return standing_verdicts().filter(pair__in=pairs).order_by("pk")


def answers() -> QuerySet[Verdict]:
    """Verdicts that take nothing back; some are taken back themselves."""
    return _ANSWERS.all()


def last_words(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Each reviewer's newest, of the standing verdicts on one pair in the order in which they were given."""
    return list({verdict.reviewer_id: verdict for verdict in verdicts}.values())


def judgements(viewer: User | int) -> QuerySet[Verdict]:
    """Of the pairs that the viewer has judged: only that shows others' answers, gold and a blind pair's model view.

    A skip is no ticket.
    """
    return standing_verdicts().filter(reviewer=viewer).exclude(decision__in=UNDECIDED)


def judges(verdict: Verdict) -> bool:
    """Of a loaded one, what `judgements` asks the database."""
    return verdict.decision not in UNDECIDED


def without_coming_gold(rows: QuerySet[TermPair], viewer: User) -> QuerySet[TermPair]:
    """Leaves out hidden gold pairs that the viewer hasn't judged, and the pairs that their corrections have listed.

    A list would tell the answer.
    """
    coming = _coming_gold(viewer)
    its_own, its_correction = coming.filter(pair=OuterRef("pk")), coming.filter(pair=OuterRef("correction_of"))
    return rows.filter(~Exists(its_own), ~Exists(its_correction))


def without_gold_corrections(rows: QuerySet[Term], viewer: User | int) -> QuerySet[Term]:
    """Leaves out terms that corrections of such pairs have brought. `.veiled`: whether it is the target of one."""
    # few tables: PostgreSQL looks for the best order of eight, and walks through all terms where there are more
    coming = _coming_gold(viewer)
    brought = TermPair.objects.filter(target_term=OuterRef("pk"), correction_of__in=coming.values("pair"))
    return rows.filter(~Exists(brought)).annotate(veiled=Exists(coming.filter(pair__target_term=OuterRef("pk"))))


def gold_of(project: Project) -> QuerySet[GoldPair]:
    """Asked for from the few gold pairs: of a table that is empty SQLite knows no size, and walks all pairs instead."""
    return GoldPair.objects.filter(Exists(TermPair.objects.filter(pk=OuterRef("pair"), project=project)))


def _coming_gold(viewer: User | int) -> QuerySet[GoldPair]:
    return GoldPair.objects.filter(~Exists(judgements(viewer).filter(pair=OuterRef("pair"))), practice=False)


class _Unindexed(Func):
    """`undoes IS NULL` would make SQLite walk the unique index of that column, through every verdict there is."""

    template = "%(expressions)s"

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **extra)


_ANSWERS = Verdict.objects.alias(takes_back=_Unindexed(F("undoes_id"))).filter(takes_back=None)
_STANDING = _ANSWERS.filter(~Exists(Verdict.objects.filter(undoes=OuterRef("pk"))))
