"""What the migrations do to rows that were there before."""

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection

from annotations.actions import Answer, answer
from annotations.models import Term, TermPair
from tests.annotations.builder import make_user, pair_of, queued_project

pytestmark = pytest.mark.django_db


def test_columns_that_follow_from_others_are_filled_in(tmp_path: Path) -> None:
    project = queued_project(tmp_path, [("heart", "Ödem"), ("lung", "Lunge")])
    answer(pair_of(project, "heart"), make_user("ann"), Answer("related"))
    terms, pairs = (
        list(Term.objects.order_by("pk").values_list("pk", "project", "folded", "search_key")),
        list(TermPair.objects.order_by("pk").values_list("pk", "position", "outcome")),
    )
    assert (terms[1][2], pairs[0][2]) == ("odem", "related")
    Term.objects.update(folded="", search_key="")
    TermPair.objects.update(position=None, outcome="")
    import_module("annotations.migrations.0003_several_reviewers").fill_in(None, SimpleNamespace(connection=connection))
    assert list(Term.objects.order_by("pk").values_list("pk", "project", "folded", "search_key")) == terms
    assert list(TermPair.objects.order_by("pk").values_list("pk", "position", "outcome")) == pairs
