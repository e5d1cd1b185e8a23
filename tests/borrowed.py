"""A copy of the demo's database to look at: `python -m tests.borrowed` makes the copy fit to be photographed.

Every figure on it is one that the demo measured. Two things are added to the copy alone: a password that is known
here, and an expert who repeats some of the simulated answers and disagrees with others, so that there are conflicts
and agreement to show.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import django

from tests.browser.server import PASSWORD

DATABASE = "tertium.sqlite3"
DISAGREED, AGREED = 3, 17  # pairs
NO_DEMO = "There is no finished demo in {folder}: run `make demo SERVE=0` first, then `make screenshots`."


class NoDemo(ValueError):
    """Nothing to photograph; the message says what to do."""


def copy(folder: Path, target: Path) -> None:
    """By SQLite's own backup, so that a database in use is copied whole and never written to."""
    if not (folder / DATABASE).is_file():
        raise NoDemo(NO_DEMO.format(folder=folder))
    source = f"file:{folder / DATABASE}?mode=ro"
    with closing(sqlite3.connect(source, uri=True)) as demo, closing(sqlite3.connect(target / DATABASE)) as found:
        if not _measured_rounds(demo):
            raise NoDemo(NO_DEMO.format(folder=folder))
        demo.backup(found)


def _measured_rounds(demo: sqlite3.Connection) -> int:
    try:
        return int(demo.execute("SELECT COUNT(*) FROM training_evaluation").fetchone()[0])
    except sqlite3.OperationalError:  # no tables: the demo has not got that far
        return 0


def prepare() -> None:
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 (models need django.setup)
    from django.contrib.auth.models import User  # noqa: PLC0415

    from annotations import actions  # noqa: PLC0415
    from annotations.models import TermPair, Verdict  # noqa: PLC0415

    User.objects.filter(username__in=("expert", "lead")).update(password=make_password(PASSWORD))
    expert = User.objects.get(username="expert")
    other = {"equivalent": "not_equivalent"}
    answered = Verdict.objects.filter(pair__project__slug="medicine", pair__state=TermPair.States.DECIDED)
    chosen = list(answered.order_by("pk")[: DISAGREED + AGREED])
    for verdict in chosen[:DISAGREED]:
        given = actions.Answer(other.get(verdict.decision, "equivalent"), note="Not so sure: see the guidelines.")
        actions.answer(verdict.pair, expert, given)
    for verdict in chosen[DISAGREED:]:
        actions.answer(verdict.pair, expert, actions.Answer(verdict.decision, verdict.correction))


if __name__ == "__main__":
    django.setup()
    prepare()
