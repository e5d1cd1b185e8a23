"""What a recipe's values, the curves of a round's losses and what its trainer told are called on a page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RECIPE: dict[str, str | Promise] = {
    "top_k": _("layers from the top"),
    "lora_rank": _("rank of the adapters"),
    "epochs": _("epochs"),
    "batch_pairs": _("pairs a batch"),
    "accumulate": _("batches a step"),
    "learning_rate": _("learning rate"),
    "warmup_share": _("warm-up share"),
    "weight_decay": _("weight decay"),
    "clip_norm": _("largest gradient norm"),
    "temperature": _("temperature"),
    "negatives": _("negatives from"),
    "repel_weight": _("weight of repel"),
    "order_weight": _("weight of order"),
    "anchor_weight": _("weight of the anchor"),
    "mixup_weight": _("weight of mixup"),
    "mixup_every": _("batches to one with mixup"),
    "mixup_alpha": _("alpha of mixup"),
    "weak_weight": _("weight of weak pairs"),
    "weak_share": _("share of weak pairs"),
    "silver": _("silver pairs"),
    "silver_margin": _("margin of silver pairs"),
    "geometry_weight": _("weight of the geometry"),
    "replay_share": _("share of replay"),
    "replay_per_pair": _("replay texts a verdict"),
    "known_per_pair": _("known translations a verdict"),
    "general_pairs": _("known translations for general vocabulary's own space"),
    "maps": _("maps"),
    "maps_epochs": _("epochs of the maps"),
    "maps_batch_pairs": _("pairs a batch of the maps"),
    "maps_learning_rate": _("learning rate of the maps"),
    "maps_decay": _("decay of the maps"),
    "interpolate": _("interpolation"),
    "validation_share": _("validation share"),
    "checkpoint_steps": _("steps between checkpoints"),
    "device": _("device"),
    "precision": _("precision"),
    "compile": _("compiled"),
}
LOSSES: dict[str, str | Promise] = {
    "attract": _("attract"),
    "weak": _("weak pairs"),
    "repel": _("repel"),
    "order": _("order"),
    "mixup": _("mixup"),
    "anchor": _("anchor"),
    "geometry": _("geometry"),
}
COUNTS: dict[str, str | Promise] = {
    "trained_parameters": _("parameters trained"),
    "parameters": _("parameters in all"),
    "weak_pairs": _("weak pairs"),
}
SHARES: dict[str, str | Promise] = {
    "child_share": _("share of the child kept"),
    "maps_share": _("share of the maps kept"),
}
