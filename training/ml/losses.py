"""Losses on unit vectors. They take tensors and know neither models, nor texts, nor steps."""

import torch
import torch.nn.functional as F
from torch import Tensor

MASKED = -1e9  # a logit that softmax turns into zero and that stays finite when multiplied by a zero target


def weighted_mean(values: Tensor, weights: Tensor | None = None) -> Tensor:
    """Mean of (b,) values; 0 where nothing carries weight."""
    if weights is None:
        return values.mean() if len(values) else values.sum()
    return (values * weights).sum() / weights.sum().clamp_min(1e-12)


def soft_info_nce(
    similarities: Tensor,
    targets: Tensor,
    excluded: Tensor | None = None,
    *,
    temperature: float,
    weights: Tensor | None = None,
) -> Tensor:
    """InfoNCE in one direction (van den Oord et al. 2018, eq. 4) with soft targets, less their own entropy.

    KL(targets ‖ softmax): the same gradient, and 0 is as good as it gets for two targets, too.
    similarities (b, n) cosines; targets (b, n) whose rows sum to one; excluded (b, n) bool: candidates that are no
    negatives, such as other terms of the same concept; temperature in cosine units; weights (b,).
    """
    logits = similarities / temperature
    if excluded is not None:
        logits = logits.masked_fill(excluded & (targets == 0), MASKED)
    least = torch.special.xlogy(targets, targets)
    return weighted_mean((least - targets * F.log_softmax(logits, dim=1)).sum(dim=1), weights)


def bidirectional_info_nce(
    sources: Tensor, targets: Tensor, same: Tensor, *, temperature: float, weights: Tensor | None = None
) -> Tensor:
    """Symmetric InfoNCE within a batch: row i of both (b, d) unit matrices is a pair.

    same (b, b) bool marks pairs of one concept, which are masked out of the negatives (the diagonal may be either).
    """
    similarities, hot = sources @ targets.T, torch.eye(len(sources), dtype=sources.dtype, device=sources.device)
    forward = soft_info_nce(similarities, hot, same, temperature=temperature, weights=weights)
    backward = soft_info_nce(similarities.T, hot, same.T, temperature=temperature, weights=weights)
    return (forward + backward) / 2


def repel(to_wrong: Tensor, reference: Tensor, *, margin: Tensor | float, weights: Tensor | None = None) -> Tensor:
    """Hinge: the cosine (b,) to a rejected term stays `margin` below the reference.

    reference (b,): the cosine to the known right term, or a ceiling for the domain where none is known.
    """
    return weighted_mean(F.relu(to_wrong - reference + margin), weights)


def order(
    to_related: Tensor, to_equal: Tensor, to_unrelated: Tensor, *, margin: float, weights: Tensor | None = None
) -> Tensor:
    """Equivalent above related above unrelated, each by `margin` (two hinges on (b,) cosines)."""
    above = F.relu(to_related - to_equal + margin)
    below = F.relu(to_unrelated - to_related + margin)
    return weighted_mean(above + below, weights)


def anchor_cosine(child: Tensor, parent: Tensor) -> Tensor:
    """Mean of 1 − cosine between (b, d) unit vectors of the same texts under both encoders."""
    return (1 - (child * parent).sum(dim=1)).mean()


def anchor_geometry(child: Tensor, parent: Tensor, *, temperature: float) -> Tensor:
    """KL(parent ‖ child) between the row-softmaxes of the batch's own similarities, each text to all others.

    child, parent (b, d) unit vectors; relational distillation as in Park et al. 2019, with softmax rows.
    """
    own = torch.eye(len(child), dtype=torch.bool, device=child.device)
    wanted = F.log_softmax((parent @ parent.T / temperature).masked_fill(own, MASKED), dim=1)
    given = F.log_softmax((child @ child.T / temperature).masked_fill(own, MASKED), dim=1)
    return F.kl_div(given, wanted, log_target=True, reduction="batchmean")
