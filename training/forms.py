"""What the lead's pages send: how a round trains, and when rounds start by themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.models import Project
from training.ml.records import FREEZING_PLANS, MIXUP_WEIGHT, Recipe

PLANS = {
    "top_k": _("Top layers only (the rest is frozen)"),
    "embeddings_frozen": _("All layers, word embeddings frozen"),
    "layernorm_and_bias": _("Layer norms and biases only"),
    "lora": _("Low-rank adapters on the top layers"),
    "auto": _("Layers chosen by their gradients"),
}
assert set(PLANS) == set(FREEZING_PLANS)  # noqa: S101
MOST_EPOCHS = 50


class StartForm(forms.Form):
    freezing = forms.ChoiceField(label=_("Freezing plan"), choices=list(PLANS.items()), initial=Recipe.freezing)
    top_k = forms.IntegerField(label=_("Layers trained, from the top"), min_value=1, max_value=48, initial=Recipe.top_k)
    epochs = forms.IntegerField(label=_("Epochs"), min_value=1, max_value=MOST_EPOCHS, initial=Recipe.epochs)
    mixup = forms.BooleanField(
        label=_("Mixup across languages"), required=False, initial=bool(Recipe.mixup_weight),
        help_text=_("Blends terms with their translations inside the encoder, in one batch of four."),
    )  # fmt: skip
    auto_promote = forms.BooleanField(label=_("Promote by itself when the gate passes"), required=False, initial=True)

    def __init__(self, project: Project, data: Any = None) -> None:
        super().__init__(data)
        if project.promotion_by_two:
            del self.fields["auto_promote"]

    def recipe(self) -> Recipe:
        """Of a valid form."""
        data = self.cleaned_data
        chosen = {name: data[name] for name in ("freezing", "top_k", "epochs")}
        return Recipe(**chosen, mixup_weight=MIXUP_WEIGHT if data["mixup"] else 0.0)


class ScheduleForm(forms.Form):
    enabled = forms.BooleanField(label=_("Rounds start by themselves"), required=False)
    nightly_hour = forms.IntegerField(
        label=_("Every night at this hour (UTC)"), min_value=0, max_value=23, required=False,
        help_text=_("0 to 23; empty: no nightly round."),
    )  # fmt: skip
    after_decisions = forms.IntegerField(
        label=_("After this many new decisions"), min_value=1, max_value=1_000_000, required=False,
        help_text=_("Empty: the number of decisions starts nothing."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("enabled") and data.get("nightly_hour") is None and data.get("after_decisions") is None:
            self.add_error(None, _("Give an hour or a number of decisions, or switch the schedule off."))
        return data
