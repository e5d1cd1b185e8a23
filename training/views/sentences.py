"""What rounds, gates and constraints say, each sentence's template: shown in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from workbench.sentences import Sentences

GATE = (
    _("%(what)s; the interval's lower end must lie above %(least)s."),
    _("%(what)s; it may lose at most %(most)s points."),
    _("%(rest)s With fewer than %(n)s queries this is not decidable: only its interval was judged."),
    _("in-domain P@1 was not measured, so no gain is shown: hold out concepts of a reviewed language pair."),
    _("no single reviewed language pair was measured, so none is known to lose."),
    _("no zero-shot list was given, so transfer to languages without verdicts is not measured."),
    _("no control list was given, so nothing warns of general language forgotten: import one."),
    _("%(share)s %% of the constraints are honoured; at least %(least)s %% must be."),
)
FIGURES = (
    _(
        "%(cell)s P@1 %(pair)s went from %(before)s to %(after)s, %(points)s points "
        "(95 %% interval %(low)s to %(high)s, n = %(n)s)"
    ),
    _("in-domain"), _("trained"), _("zero-shot"), _("control"), _("macro"),
)  # fmt: skip
UNMET = (
    _(
        "“%(target)s” for “%(source)s” is rejected, yet only %(near)s of %(n)s other targets are as near "
        "(cosine %(cosine)s)."
    ),
    _(
        "“%(target)s” for “%(source)s” is %(what)s, yet %(near)s of %(n)s other targets are as near "
        "(cosine %(cosine)s; at most %(most)s may be)."
    ),
    _("“%(target)s” for “%(source)s” is %(what)s, yet its cosine %(cosine)s is not below %(other)s, the right target."),
    _(
        "“%(target)s” for “%(source)s” is %(what)s, yet its cosine %(cosine)s is not below %(other)s, "
        "the median accepted pair."
    ),
)
CONTRADICTIONS = (
    _("“%(source)s” is set against itself (%(rest)s): decide it again."),
    _("Pair %(pair)s corrects “%(target)s” to itself beside “%(source)s”: write another term, or decide equivalent."),
    _("“%(source)s” and “%(target)s” are decided in ways that exclude each other (%(rest)s): let only one stand."),
    _(
        "“%(source)s” and “%(target)s” are decided to differ (%(rest)s), yet a chain of equivalents joins them "
        "(%(rest_of)s): one of these decisions is wrong."
    ),
    _("Broader and narrower run in a circle (%(rest)s): one of these decisions is wrong."),
    _("Reviewers disagree on “%(source)s” and “%(target)s” (pair %(pair)s): the lead decides."),
)
DECISIONS = (
    _("“%(source)s” – “%(target)s” %(decision)s, pair %(pair)s"), _("and %(n)s more"), "%(rest)s; %(rest_of)s",
    _("accepted"), _("rejected"), _("related"), _("equivalent"), _("not equivalent"), _("by correction"),
    _("corrected away"), _("broader"), _("narrower"), _("antonym"), _("false friend"),
)  # fmt: skip
FAILURES = (
    _("The round failed with %(kind)s: %(rest)s. The worker's log holds the traceback."),
    _("The scan failed with %(kind)s: %(rest)s. The worker's log holds the traceback."),
    _("The process that scanned was killed: see the worker's log (often too little memory)."),
    _(
        "%(rest)s is not in the store (%(rest_of)s): restore the folder TERTIUM_STORE points to, or roll back to an "
        "encoder that is there."
    ),
    _(
        "Its worker died %(n)s times, the last time in the phase “%(phase)s”: see the worker's log "
        "(often too little memory), then start a new round."
    ),
    _(
        "%(rest)s has no held-out concept to measure a round with: import more terms, or make the project with a "
        "held-out share above 0."
    ),
    _("The training process %(rest)s: its log is %(rest_of)s."),
    _("The round is queued, but no worker could be told. %(rest)s"),
    _(
        "The broker on %(rest)s does not answer: start it, and the worker, with `python manage.py serve`, "
        "or set REDIS_URL to a broker that runs."
    ),
    _("The broker at %(rest)s (REDIS_URL) does not answer: start it or mend REDIS_URL."),
)
REFUSALS = (
    _("No round for %(slot)s: %(rest)s"),
    _("nothing new was decided."),
    _(
        "%(rest)s has no decided pair to make a constraint of: review some pairs first "
        "(wrong forms, wrong languages and unsure answers give none)."
    ),
    _("Another round of %(rest)s was started at the same moment: watch that one."),
    _("Round %(n)s of %(rest)s is still %(state)s: wait until it has ended, or cancel it."),
    _("Round %(n)s is %(state)s: nothing is left to cancel."),
    _("Round %(n)s is %(state)s: it can't be rejected."),
    _("Round %(n)s is %(state)s: only a round that has been measured and waits for the lead can be promoted."),
    _(
        "%(rest)s asks for two leads: one proposes the promotion of round %(n)s on its page, "
        "another one confirms it there."
    ),
    _("%(rest)s asks for one lead alone: promote round %(n)s at once."),
    _("Somebody else has proposed the promotion of round %(n)s already: confirm it."),
    _("Round %(n)s was decided by somebody else at the same moment."),
    _("%(rest)s is what the round was measured against: training changed nothing."),
    _("%(rest)s was measured against %(rest_of)s, but %(rest_now)s is live now: start a new round to compare with it."),
    _("%(rest)s has no live encoder yet: scan it first."),
    _("%(rest)s is the first encoder of %(rest_of)s: there is none to go back to."),
    _("The gate passed."),
    _("Promoted although the gate did not pass."),
)
SENTENCES = Sentences((*GATE, *UNMET, *CONTRADICTIONS, *FAILURES, *REFUSALS), (*FIGURES, *DECISIONS))
VERDICTS = {"Passed: ": "passed", "Failed: ": "failed"}


@dataclass(frozen=True)
class Rule:
    """One rule of the gate."""

    sentence: str
    verdict: str  # passed | failed | empty, where an old round did not say


def rules(reasons: Iterable[str]) -> list[Rule]:
    return [_rule(reason) for reason in reasons]


def _rule(reason: str) -> Rule:
    for beginning, verdict in VERDICTS.items():
        if reason.startswith(beginning):
            return Rule(_raised(SENTENCES.word(reason.removeprefix(beginning))), verdict)
    return Rule(SENTENCES.word(reason), "")


def _raised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
