"""What a browser may send: checked for shape here, for meaning in `actions`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.models import Decisions, Project, TermPair
from annotations.templatetags.terms import language_name

CORRECTION_LENGTH = 1000
NOTE_LENGTH = 4000
PAGE_SIZES = (25, 50, 100)
LISTED_STATES = (
    TermPair.States.QUEUED,
    TermPair.States.CONFLICT,
    TermPair.States.FLAGGED,
    TermPair.States.DECIDED,
)


class AnswerForm(forms.Form):
    decision = forms.ChoiceField(choices=Decisions.choices)
    correction = forms.CharField(max_length=CORRECTION_LENGTH, required=False)
    note = forms.CharField(max_length=NOTE_LENGTH, required=False)
    encoder_digest = forms.CharField(max_length=64, required=False)

    def sentences(self) -> str:
        return " ".join(f"{name}: {error}" for name, errors in self.errors.items() for error in errors)


class PairFilter(forms.Form):
    """Which pairs of the queue a list shows; whatever makes no sense falls back to everything."""

    language = forms.ChoiceField(label=_("Language pair"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *((state.value, state.label) for state in LISTED_STATES)],
    )
    outcome = forms.ChoiceField(label=_("Decision"), required=False, choices=[("", _("All")), *Decisions.choices])
    size = forms.ChoiceField(label=_("Rows"), required=False, choices=[(str(n), n) for n in PAGE_SIZES])

    def __init__(self, project: Project, data: Any) -> None:
        super().__init__(data)
        source = language_name(project.source_language)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)  # noqa: S101
        language.choices = [("", _("All"))] + [
            (code, f"{source} – {language_name(code)}") for code in project.target_languages
        ]

    def wanted(self, name: str, default: Any = "") -> Any:
        self.is_valid()
        return self.cleaned_data.get(name) or default
