"""What a browser may send: checked for shape here, for meaning in `actions`."""

from collections.abc import Mapping
from typing import Any, Protocol

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from annotations.answers import MAX_CORRECTION, MAX_NOTE
from annotations.comments import MAX_COMMENT
from annotations.gold import MAX_EXPLANATION
from annotations.models import Decisions, OverlapPolicies, Project
from annotations.queue import REVIEWED
from annotations.templatetags.terms import language_name

PAGE_SIZES = (10, 25, 50, 100)
DEFAULT_SIZE = 25


class Named(Protocol):
    """An action with its usual key."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> Any: ...


class Spoken(forms.Form):
    def sentences(self) -> str:
        """What is wrong, in one line; a field that the reader does not see by its name is named."""
        return " ".join(
            f"{self.fields[name].label or name}: {error}" if name in self.fields else str(error)
            for name, errors in self.errors.items()
            for error in errors
        )


class AnswerForm(Spoken):
    decision = forms.ChoiceField(choices=Decisions.choices)
    correction = forms.CharField(max_length=MAX_CORRECTION, required=False)
    note = forms.CharField(max_length=MAX_NOTE, required=False)
    confidence = forms.TypedChoiceField(choices=[(1, 1), (2, 2), (3, 3)], coerce=int, empty_value=None, required=False)
    encoder_digest = forms.CharField(max_length=64, required=False)
    seconds = forms.FloatField(min_value=0, required=False)
    saw_model = forms.NullBooleanField(required=False)


class BulkForm(Spoken):
    """One answer for several pairs; `typed` is how many there are, as a person wrote it."""

    decision = forms.ChoiceField(label=_("Answer"), choices=Decisions.choices)
    typed = forms.IntegerField(label=_("Type how many pairs"))
    pair = forms.TypedMultipleChoiceField(label=_("Pairs"), coerce=int)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        pair = self.fields["pair"]
        assert isinstance(pair, forms.TypedMultipleChoiceField)  # noqa: S101
        pair.choices = [(value, value) for value in data.getlist("pair") if value.isdecimal()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = len(set(data.get("pair", [])))
        if "typed" in data and chosen and data["typed"] != chosen:
            self.add_error(None, ngettext(
                "You chose %(n)d pair, but typed another number: nothing was answered.",
                "You chose %(n)d pairs, but typed another number: nothing was answered.", chosen,
            ) % {"n": chosen})  # fmt: skip
        return data


class PairFilter(forms.Form):
    """Which pairs of the queue a list shows; whatever makes no sense falls back to everything."""

    language = forms.ChoiceField(label=_("Language pair"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *((state.value, state.label) for state in REVIEWED)],
    )
    outcome = forms.ChoiceField(label=_("Decision"), required=False, choices=[("", _("All")), *Decisions.choices])
    size = forms.ChoiceField(
        label=_("Rows"), required=False, choices=[(str(n), n) for n in PAGE_SIZES], initial=str(DEFAULT_SIZE)
    )

    def __init__(self, project: Project, data: Mapping[str, Any], size: int = DEFAULT_SIZE) -> None:
        super().__init__({"size": str(size), **{name: data[name] for name in data}})
        source = language_name(project.source_language)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)  # noqa: S101
        language.choices = [("", _("All"))] + [
            (code, f"{source} – {language_name(code)}") for code in project.target_languages
        ]

    def wanted(self, name: str, default: Any = "") -> Any:
        self.is_valid()
        return self.cleaned_data.get(name) or default


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Term"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "autofocus": True}),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, project: Project, data: Any) -> None:
        super().__init__(data)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)  # noqa: S101
        codes = [project.source_language, *project.target_languages, *project.zero_shot_languages]
        language.choices = [("", _("All")), *((code, language_name(code)) for code in codes)]

    def wanted(self, name: str) -> str:
        self.is_valid()
        return " ".join(self.cleaned_data.get(name, "").split())


class CommentForm(Spoken):
    text = forms.CharField(label=_("Your comment"), max_length=MAX_COMMENT)
    reply_to = forms.IntegerField(required=False)


class GoldForm(Spoken):
    decision = forms.ChoiceField(label=_("Decision"), choices=Decisions.choices)
    correction = forms.CharField(label=_("Correction"), max_length=MAX_CORRECTION, required=False)
    explanation = forms.CharField(label=_("Explanation"), max_length=MAX_EXPLANATION)
    practice = forms.BooleanField(required=False)


class FilterNameForm(Spoken):
    name = forms.CharField(label=_("Name"), max_length=60)
    query = forms.CharField(max_length=1000, required=False)


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("As the browser asks")), *settings.LANGUAGES]
    )


class KeysForm(Spoken):
    """One field an action. What is as it was at first is not kept, so that a later default reaches everybody."""

    off = forms.BooleanField(label=_("Switch all single keys off"), required=False)

    def __init__(self, defaults: Mapping[str, Named], now: Mapping[str, str], off: bool, data: Any = None) -> None:
        super().__init__(data, initial={**{f"key_{name}": key for name, key in now.items()}, "off": off})
        self.defaults = {name: choice.key for name, choice in defaults.items()}
        for name, choice in defaults.items():
            self.fields[f"key_{name}"] = forms.CharField(
                label=choice.label, max_length=1,
                widget=forms.TextInput(attrs={"size": 2, "autocapitalize": "none", "autocomplete": "off"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        used: dict[str, Any] = {}
        for name in self.defaults:
            label, key = self.fields[f"key_{name}"].label, data.get(f"key_{name}", "").lower()
            if key in used:
                said = _("%(key)s would do two things, “%(one)s” and “%(other)s”: give one another key.")
                self.add_error(None, said % {"key": key.upper(), "one": used[key], "other": label})
            elif key:
                used[key] = label
        return data

    def key_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith("key_")]

    def changed_keys(self) -> dict[str, str]:
        given = {name: self.cleaned_data[f"key_{name}"].lower() for name in self.defaults}
        return {name: key for name, key in given.items() if key != self.defaults[name]}


class ProjectForm(Spoken):
    name = forms.CharField(label=_("Name"), max_length=200)
    guidelines = forms.CharField(
        label=_("Guidelines"), required=False, help_text=_("Markdown. Reviewers read them below every pair."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )  # fmt: skip
    overlap = forms.IntegerField(label=_("Reviewers for each pair"), min_value=1, max_value=9)
    overlap_policy = forms.ChoiceField(label=_("Who gets a second reviewer"), choices=OverlapPolicies.choices)
    overlap_maximum = forms.IntegerField(
        label=_("Reviewers at most, where they disagree"), min_value=1, max_value=9, required=False,
        help_text=_("Empty: the lead decides every conflict."),
    )  # fmt: skip
    gold_share = forms.FloatField(label=_("Share of hidden gold pairs"), min_value=0, max_value=1)
    random_share = forms.FloatField(label=_("Share of pairs drawn at random"), min_value=0, max_value=1)
    uncertain_share = forms.FloatField(label=_("Share of pairs the model would learn from"), min_value=0, max_value=1)
    blind_first = forms.BooleanField(label=_("Hide the model’s view until the answer is in"), required=False)
    blind_share = forms.FloatField(
        label=_("Share of pairs that are blind"), min_value=0, max_value=1,
        help_text=_("The others are the comparison by which anchoring is measured."),
    )  # fmt: skip
    promotion_by_two = forms.BooleanField(
        label=_("Two leads promote: one proposes, another confirms"), required=False,
        help_text=_(
            "Then no encoder becomes live by itself. One lead is enough to reject or to roll back; "
            "only an administrator can end it."
        ),
    )  # fmt: skip

    @classmethod
    def values(cls, project: Project) -> dict[str, Any]:
        return {name: getattr(project, name) for name in cls.base_fields}

    def changed_values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}
