"""What a drained queue left in the database, against what the reviewers were told: JSON on stdin, JSON on stdout."""

import json
import sys
from collections import Counter, defaultdict
from typing import Any

import django

from benchmarks.load.reviewer import NO_SAY


def compared(told: dict[str, dict[str, str]], overlap: int) -> dict[str, Any]:
    from annotations.models import Claim, TermPair, Verdict  # noqa: PLC0415 - after django.setup

    columns = ("pair_id", "reviewer__username", "decision")
    rows = list(Verdict.objects.filter(undoes=None).order_by("pk").values_list(*columns))
    last = {(pair, name): said for pair, name, said in rows}
    answers = Counter((pair, name) for pair, name, _ in rows)
    judged: dict[int, int] = defaultdict(int)
    for (pair, _), said in last.items():
        judged[pair] += said not in NO_SAY
    reviewed = TermPair.objects.filter(claims__isnull=False).distinct()
    with_lead = set(reviewed.filter(state="flagged").values_list("pk", flat=True))
    wanted = set(reviewed.values_list("pk", flat=True)) - with_lead
    return {
        "lost": [
            f"pair {pair} by {name}: {said}"
            for name, said_yes in told.items()
            for pair, said in said_yes.items()
            if last.get((int(pair), name)) != said
        ],
        "doubled": [f"pair {pair} by {name}" for (pair, name), n in answers.items() if n > 1],
        "beyond_overlap": sorted(pair for pair, people in judged.items() if people > overlap),
        "short": sorted(pk for pk in wanted if judged[pk] < overlap),
        "open_claims": Claim.objects.filter(answered=False, pair__state="queued").count(),
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(compared(**json.load(sys.stdin))))
