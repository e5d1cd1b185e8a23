"""All that the signals look at, gathered once for a list of pairs."""

from dataclasses import dataclass
from functools import cached_property

from training.ml.scoring.geometry import Geometry
from training.ml.scoring.lexicon import Lexicon
from training.ml.scoring.listing import Floats
from training.ml.scoring.spelling import Spelling
from training.ml.scoring.standard import median
from training.ml.scoring.wording import Wording


@dataclass(frozen=True, eq=False)
class Evidence:
    geometry: Geometry
    lexicon: Lexicon
    spelling: Spelling  # of the targets
    wording: Wording  # of the targets

    @cached_property
    def forward_gap(self) -> Floats:
        return self.geometry.csls - self.geometry.forward.rival_csls

    @cached_property
    def reverse_gap(self) -> Floats:
        return self.geometry.csls - self.geometry.backward.rival_csls

    @cached_property
    def middle_cosine(self) -> float:
        return median(self.geometry.cosine)

    @cached_property
    def surprise(self) -> Floats:
        return self.spelling.surprise[self.geometry.listing.pairs[:, 1]]

    @cached_property
    def middle_surprise(self) -> float:
        return median(self.surprise)

    @cached_property
    def middle_csls(self) -> float:
        return median(self.geometry.csls)

    def source(self, row: int) -> str:
        return self.geometry.listing.source.texts[int(self.geometry.listing.pairs[row, 0])]

    def target(self, row: int) -> str:
        return self.geometry.listing.target.texts[int(self.geometry.listing.pairs[row, 1])]
