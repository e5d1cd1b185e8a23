"""Why a pair is doubtful, as scans write it: each sentence's template, to be said in the reader's language."""

from django.utils.translation import gettext_noop as _

from workbench.sentences import Sentences

SEARCHES = (
    _("The forward search finds no competitor."),
    _("The reverse search finds no competitor."),
    _("The forward search prefers «%(word)s» (adapted similarity %(its)s against %(own)s)."),
    _("The reverse search prefers «%(word)s» (adapted similarity %(its)s against %(own)s)."),
    _("The forward search comes back to the listed term; next is «%(word)s» (adapted similarity %(own)s to %(its)s)."),
    _("The reverse search comes back to the listed term; next is «%(word)s» (adapted similarity %(own)s to %(its)s)."),
    _("Hubs discounted, the forward search prefers «%(word)s» (CSLS %(its)s against %(own)s)."),
    _("Hubs discounted, the reverse search prefers «%(word)s» (CSLS %(its)s against %(own)s)."),
    _("1 other target fits the source better than the listed one."),
    _("%(n)s other targets fit the source better than the listed one."),
    _("1 other source fits the target better than the listed one."),
    _("%(n)s other sources fit the target better than the listed one."),
)
GEOMETRY = (
    _("The two terms have cosine %(value)s; the middle of this list is %(middle)s."),
    _("Their CSLS, similarity less that of their neighbours, is %(value)s; the middle is %(middle)s."),
    _("Their adapted similarity is %(value)s beside that of the best competitor."),
    _("Their adapted similarity is %(value)s times that of their nearest neighbours."),
    _("No other pair to exchange partners with."),
    _(
        "With partners exchanged, this pair and «%(source)s» – «%(target)s» would fit better "
        "(summed adapted similarity %(after)s for %(now)s)."
    ),
    _(
        "With partners exchanged, this pair and «%(source)s» – «%(target)s» would fit no better "
        "(summed adapted similarity %(after)s for %(now)s)."
    ),
    _("There and back through the other language ends at cosine %(value)s."),
    _("%(share)s of the source's nearest targets belong to the target's nearest sources."),
    _("The target is a nearest neighbour %(n)s times as often as others."),
    _("No other source is listed with this target."),
    _(
        "The target is listed with %(n)s sources; «%(other)s» fits it better "
        "(adapted similarity %(its)s against %(own)s)."
    ),
)
WORDS = (
    _("The source has no words to compare."),
    _("The target has no words to compare."),
    _("«%(word)s», in 1 pair, is explained less well by this source than elsewhere."),
    _("«%(word)s», in 1 pair, is explained less well by this target than elsewhere."),
    _("«%(word)s», in %(n)s pairs, is explained less well by this source than elsewhere."),
    _("«%(word)s», in %(n)s pairs, is explained less well by this target than elsewhere."),
    _("The source says «%(word)s», which goes with «%(usual)s» in %(n)s of its %(all)s pairs; the target lacks it."),
    _("The target says «%(word)s», which goes with «%(usual)s» in %(n)s of its %(all)s pairs; the source lacks it."),
    _("Neither side negates with a word that the list knows."),
    _(
        "The source negates with «%(word)s»; what explains it in its other %(n)s pairs "
        "is lacking here by %(nats)s nats."
    ),
    _(
        "The target negates with «%(word)s»; what explains it in its other %(n)s pairs "
        "is lacking here by %(nats)s nats."
    ),
    _("The target's letters are unusual, most of all «%(part)s»: %(nats)s nats a letter, %(usual)s is usual here."),
    _("The list knows no other form of the target's words that would fit better."),
    _("«%(other)s» stands in 1 pair, «%(word)s» in 1 other."),
    _("«%(other)s» stands in 1 pair, «%(word)s» in %(own)s others."),
    _("«%(other)s» stands in %(n)s pairs, «%(word)s» in 1 other."),
    _("«%(other)s» stands in %(n)s pairs, «%(word)s» in %(own)s others."),
    _("«%(other)s» stands beside «%(company)s» in 1 pair, «%(word)s» in 1 other."),
    _("«%(other)s» stands beside «%(company)s» in 1 pair, «%(word)s» in %(own)s others."),
    _("«%(other)s» stands beside «%(company)s» in %(n)s pairs, «%(word)s» in 1 other."),
    _("«%(other)s» stands beside «%(company)s» in %(n)s pairs, «%(word)s» in %(own)s others."),
)
SPELLING = (
    _("The source says %(source)s, the target says %(target)s."),
    _("1 opposite: the source says «%(source)s», the target says «%(target)s»."),
    _("The source negates %(times)s (%(rest)s), and %(answers)s of the target can answer."),
    _("The target negates %(times)s (%(rest)s), and %(answers)s of the source can answer."),
    _("The target repeats the source's %(words)s; %(share)s of this list's pairs do."),
    _("The target's «%(word)s» is a word of the source language: %(n)s of its terms have it."),
    _("The source's «%(word)s» is a word of the target language: %(n)s of its terms have it."),
    _("Of the source's %(n)s characters none is %(script)s, the script of its list."),
    _("Of the target's %(n)s characters none is %(script)s, the script of its list."),
    _("The target is %(n)s times as long as the source; %(usual)s is usual here."),
    _("The source has %(here)s, the target %(there)s."),
    _("The source alone is written in capitals, all %(n)s letters."),
    _("The target alone is written in capitals, all %(n)s letters."),
    _("Only the source begins with a capital; over %(share)s of this list's pairs begin alike."),
    _("Only the target begins with a capital; over %(share)s of this list's pairs begin alike."),
)
FIGURES = (
    _("%(rest)s Gap %(value)s."), _("%(rest)s Gain %(value)s."), _("%(rest)s Ahead by %(value)s."),
    _("%(rest)s %(nats)s nats are lacking."), _("%(rest)s %(nats)s nats a word are lacking."),
    _("%(rest)s Log-odds %(value)s."),
)  # fmt: skip
PARTS = (
    _("no number"), _("%(first)s and %(rest)s"),
    _("1 time"), _("%(n)s times"), _("1 word"), _("%(n)s words"),
    _("1 abbreviation"), _("%(n)s abbreviations"), _("1 bracket"), _("%(n)s brackets"),
)  # fmt: skip
SENTENCES = Sentences((*SEARCHES, *GEOMETRY, *WORDS, *SPELLING, *FIGURES), PARTS)
