"""The simulated expert at work, through the same functions as the review page, and what the reviews found."""

from collections.abc import Sequence

from django.contrib.auth.models import User

from annotations import actions, queue
from annotations.models import Project, TermPair, Verdict
from workbench.demo.corrupt import Injected
from workbench.demo.expert import Shown, SimulatedExpert
from workbench.progress import Progress

SIMULATED = Verdict.Origins.SIMULATED


def reviewed(project: Project) -> int:
    return Verdict.objects.filter(pair__project=project, origin=SIMULATED).count()


def review(project: Project, reviewer: User, expert: SimulatedExpert, wanted: int, progress: Progress) -> None:
    """Answers the next pairs of the queue until the reviewer has answered `wanted`, or none is left."""
    for done in range(reviewed(project), wanted):
        progress(f"review {project.name} (simulated)", done, wanted)
        claim = queue.take_next(project, reviewer)
        if claim is None:
            break
        said = expert.answer(_shown(claim.pair))
        actions.answer(claim.pair, reviewer, actions.Answer(said.decision, said.correction), origin=SIMULATED)
    progress(f"review {project.name} (simulated)", wanted, wanted)


def hits(project: Project, injected: Sequence[Injected]) -> list[bool]:
    """In reviewing order: was the pair an injected error?"""
    wrong = _keys(injected)
    verdicts = Verdict.objects.filter(pair__project=project, origin=SIMULATED).order_by("pk")
    pairs = verdicts.values_list("pair__concept__external_id", "pair__target_language", "pair__target_term__text")
    return [key in wrong for key in pairs]


def prevalence(project: Project, injected: Sequence[Injected]) -> float:
    """The share of injected errors among all pairs that could have been reviewed."""
    wrong = _keys(injected)
    never = (TermPair.States.HELD_OUT, TermPair.States.OBSERVED)
    listed = TermPair.objects.filter(project=project, correction_of=None).exclude(state__in=never)
    keys = list(listed.values_list("concept__external_id", "target_language", "target_term__text"))
    return sum(key in wrong for key in keys) / max(1, len(keys))


def _keys(injected: Sequence[Injected]) -> set[tuple[str, str, str]]:
    return {(error.concept_id, error.language, error.term) for error in injected}


def _shown(pair: TermPair) -> Shown:
    return Shown(pair.concept.external_id, pair.source_term.text, pair.target_language, pair.target_term.text)
