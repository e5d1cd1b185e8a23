"""Why something that people sent was refused: each sentence's template, to be said in their language."""

from django.utils.translation import gettext_noop as _

from workbench.sentences import Sentences

ANSWERS = (
    _("The note has %(n)s characters: shorten it to %(most)s."),
    _("The note holds a NUL character: take it out."),
    _("A correction does not go with “%(what)s”: choose “%(right)s” or leave it out."),
    _("The decision “%(what)s” needs the right term: write it as the correction."),
    _("The correction has %(n)s characters: a term has at most %(most)s."),
    _("The correction has %(n)s bytes in UTF-8: a term has at most %(most)s."),
    _("The correction holds a control character: write it again without."),
    _("The correction is the listed term itself: choose “%(what)s” or write another term."),
    _("%(n)s pairs are too many at once: answer at most %(most)s."),
    _("This project has no such pair."),
    _("This pair is held out to measure the encoder: it is never reviewed."),
    _("This pair is only measured, not reviewed."),
    _("This is no pair to practise on."),
    _("“%(what)s” decides nothing: say what the pair is."),
    _("The comment is empty: write something."),
    _("A gold pair needs an explanation: say in a sentence why the answer is right."),
    _("The explanation has %(n)s characters: shorten it to %(most)s."),
)
SETTINGS = (
    _("A filter needs a name of at most %(most)s characters."),
    _("You have %(n)s filters in this project: delete one first."),
    _("A project needs a name."),
    _("At most %(most)s reviewers, but %(n)s are wanted: choose %(rest)s to %(limit)s."),
    _("The random and the uncertain share together are more than the whole queue."),
    _("Two leads promote here, and one alone can't end that: ask an administrator."),
    _("Two leads can agree on promotions only where there are two: make somebody else a lead."),
    _("An overlap of %(n)s asks nobody: it must be at least 1."),
    _("An overlap of %(n)s asks too many: it may be at most %(most)s."),
)
REFUSALS = Sentences((*ANSWERS, *SETTINGS))
