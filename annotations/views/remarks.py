"""What the product itself remarks on a pair, in a lead's name: stored in English, said in the reader's language."""

from django.utils.translation import gettext_noop as _

from workbench.sentences import Sentences

LOOK_AGAIN = _(
    "Round %(n)s was trained on the decision about this pair and still disagrees with it. Please look again."
)
REMARKS = Sentences((LOOK_AGAIN,))
