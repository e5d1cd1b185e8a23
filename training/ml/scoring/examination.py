"""Everything that is measured of the listed pairs before it is weighed: evidence, signals, doubts. No score."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from training.ml.scoring.evidence import Evidence
from training.ml.scoring.forms import Forms, Norms
from training.ml.scoring.geometry import GeometrySettings, measure
from training.ml.scoring.listing import Floats, Listing
from training.ml.scoring.reading import reading
from training.ml.scoring.signals import SIGNALS
from training.ml.scoring.standard import Standard
from training.ml.scoring.surface import CHECKS

Progress = Callable[[int, int], None]
IDS = (*(signal.id for signal in SIGNALS), *(check.id for check in CHECKS))


@dataclass(frozen=True, eq=False)
class Examined:
    listing: Listing
    evidence: Evidence
    forms: Forms
    norms: Norms
    standards: tuple[Standard, ...]  # of each signal
    values: Floats  # (p, s) in the order of IDS, natural; NaN where a signal has no opinion
    doubts: Floats  # (p, s) deviations towards the doubtful end for signals, 0..1 as they are for surface checks


def examine(
    listing: Listing,
    settings: GeometrySettings,
    progress: Progress | None = None,
    standards: Sequence[Standard] | None = None,
) -> Examined:
    """By the standards of the listing itself, or by those of a longer one that it is a part of."""
    with reading(listing, beside=torch.get_num_threads() > 1) as found:
        geometry = measure(listing, settings, progress)
        read = found()
    evidence = Evidence(geometry, read.lexicon, read.spelling, read.wording)
    natural = [signal.values(evidence) for signal in SIGNALS]
    standards = standards or [
        Standard.of(found, signal.high_is_doubtful, signal.usual_spread)
        for signal, found in zip(SIGNALS, natural, strict=True)
    ]
    doubts = [
        standard.doubt(found, signal.high_is_doubtful, signal.silent_up_to)
        for signal, found, standard in zip(SIGNALS, natural, standards, strict=True)
    ]
    return Examined(
        listing,
        evidence,
        Forms(listing),
        read.norms,
        tuple(standards),
        np.column_stack([*natural, read.surface]),
        np.column_stack([*doubts, read.surface]),
    )
