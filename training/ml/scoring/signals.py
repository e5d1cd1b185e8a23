"""What the geometry and the list's own words say of each pair: one small signal each, with a sentence for the reviewer.

A signal gives its natural value, for people to read; how doubtful that is in this list, `doubt` says. NaN: no opinion.
"""

from abc import ABC, abstractmethod
from math import inf, isnan
from typing import ClassVar

import numpy as np

from training.ml.scoring.direction import NONE
from training.ml.scoring.evidence import Evidence
from training.ml.scoring.listing import Floats
from training.ml.scoring.phrases import ahead_of_it, counted, lacking, prefers

FADING = 8  # power by which a shared target stops being news, the more targets of the list are shared


class Signal(ABC):
    id: ClassVar[str]
    high_is_doubtful: ClassVar[bool] = False
    silent_up_to: ClassVar[float] = -inf  # deviations that are no doubt yet
    usual_spread: ClassVar[float] = 0.2  # robust standard deviation in the lists that the weights were fitted on
    figure: ClassVar[str] = ""  # what gives the value, where the words don't

    @abstractmethod
    def values(self, evidence: Evidence) -> Floats:
        """(p,) float32"""

    @abstractmethod
    def says(self, evidence: Evidence, row: int, value: float) -> str:
        """Why the value of this row's pair speaks against it."""

    def sentence(self, evidence: Evidence, row: int, value: float) -> str:
        words = self.says(evidence, row, value)
        return words if not self.figure or isnan(value) else f"{words} {self.figure.format(value)}"


class Cosine(Signal):
    id = "cosine"

    def values(self, evidence: Evidence) -> Floats:
        return evidence.geometry.cosine

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        return f"The two terms have cosine {value:.2f}; the middle of this list is {evidence.middle_cosine:.2f}."


class Csls(Signal):
    id = "csls"

    def values(self, evidence: Evidence) -> Floats:
        return evidence.geometry.csls

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        middle = f"the middle is {evidence.middle_csls:.2f}"
        return f"Their CSLS, similarity less that of their neighbours, is {value:.2f}; {middle}."


class ForwardGap(Signal):
    """Own CSLS minus the best competitor's among the targets."""

    id = "forward_gap"
    figure = "Gap {:+.2f}."

    def values(self, evidence: Evidence) -> Floats:
        return evidence.forward_gap

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        geometry = evidence.geometry
        return prefers("forward", geometry, geometry.forward, geometry.listing.target, row)


class ReverseGap(Signal):
    """The same among the sources, from the target."""

    id = "reverse_gap"
    figure = "Gap {:+.2f}."

    def values(self, evidence: Evidence) -> Floats:
        return evidence.reverse_gap

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        geometry = evidence.geometry
        return prefers("reverse", geometry, geometry.backward, geometry.listing.source, row)


class BidirectionalGap(Signal):
    """The worse direction of both gaps."""

    id = "gap"
    figure = "Gap {:+.2f}."

    def values(self, evidence: Evidence) -> Floats:
        return np.fmin(evidence.forward_gap, evidence.reverse_gap)

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        forward, reverse = evidence.forward_gap[row], evidence.reverse_gap[row]
        worse = ForwardGap() if forward < reverse or np.isnan(reverse) else ReverseGap()
        return worse.says(evidence, row, value)


class MeanGap(Signal):
    """The mean of both gaps: how far both searches together are from the listed pair."""

    id = "mean_gap"
    figure = "Gap {:+.2f}."

    def values(self, evidence: Evidence) -> Floats:
        return np.asarray((evidence.forward_gap + evidence.reverse_gap) / 2, dtype=np.float32)

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        return BidirectionalGap().says(evidence, row, value)


class Margin(Signal):
    """Own similarity minus the nearest competitor's, the worse direction, before hubs are discounted."""

    id = "margin"

    def values(self, evidence: Evidence) -> Floats:
        geometry = evidence.geometry
        best = np.fmax(geometry.forward.rival_similarity, geometry.backward.rival_similarity)
        return np.asarray(geometry.similarity - best, dtype=np.float32)

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        return f"Their adapted similarity is {value:+.2f} beside that of the best competitor."


class ForwardRank(Signal):
    id = "forward_rank"
    high_is_doubtful = True
    usual_spread = 2.0

    def values(self, evidence: Evidence) -> Floats:
        return evidence.geometry.forward.rank.astype(np.float32)

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        return ahead_of_it(int(value), "target", "source")


class ReverseRank(Signal):
    id = "reverse_rank"
    high_is_doubtful = True
    usual_spread = 2.0

    def values(self, evidence: Evidence) -> Floats:
        return evidence.geometry.backward.rank.astype(np.float32)

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        return ahead_of_it(int(value), "source", "target")


class RatioMargin(Signal):
    """Own similarity over the mean of the four nearest each way (Artetxe & Schwenk 2019)."""

    id = "ratio"

    def values(self, evidence: Evidence) -> Floats:
        geometry = evidence.geometry
        around = np.maximum((geometry.forward.near + geometry.backward.near) / 2, np.float32(0.05))
        return np.asarray(geometry.similarity / around, dtype=np.float32)

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        return f"Their adapted similarity is {value:.2f} times that of their nearest neighbours."


class Exchange(Signal):
    """What this pair and a competitor's pair gain in summed similarity by exchanging partners, at best."""

    id = "exchange"
    high_is_doubtful = True
    figure = "Gain {:+.2f}."

    def values(self, evidence: Evidence) -> Floats:
        return np.fmax(evidence.geometry.forward.exchange, evidence.geometry.backward.exchange)

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        geometry, listing = evidence.geometry, evidence.geometry.listing
        there, back = geometry.forward.exchange[row], geometry.backward.exchange[row]
        best = geometry.backward if np.isnan(there) or back > there else geometry.forward
        pair = best.exchange_pair[row]
        if pair == NONE:
            return "No other pair to exchange partners with."
        other = f"«{listing.source.texts[listing.pairs[pair, 0]]}» – «{listing.target.texts[listing.pairs[pair, 1]]}»"
        now = float(geometry.similarity[row] + geometry.similarity[pair])
        after = now + float(best.exchange[row])
        verdict = "better" if after > now else "no better"
        figures = f"(summed adapted similarity {after:.2f} for {now:.2f})"
        return f"With partners exchanged, this pair and {other} would fit {verdict} {figures}."


class Cycle(Signal):
    """From the source to its target and back: the cosine to where that leads; the lower of both sides."""

    id = "cycle"

    def values(self, evidence: Evidence) -> Floats:
        return evidence.geometry.cycle

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        return f"There and back through the other language ends at cosine {value:.2f}."


class Agreement(Signal):
    id = "agreement"

    def values(self, evidence: Evidence) -> Floats:
        return evidence.geometry.agreement

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        return f"{value:.0%} of the source's nearest targets belong to the target's nearest sources."


class Hubness(Signal):
    id = "hubness"
    high_is_doubtful = True
    usual_spread = 1.0

    def values(self, evidence: Evidence) -> Floats:
        return evidence.geometry.popularity

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        return f"The target is a nearest neighbour {value:.1f} times as often as others."


class Colisted(Signal):
    """CSLS by which another source of the same target fits it better, divided among all of them.

    In a list of synonyms, where most targets have several sources, this is no news and fades.
    """

    id = "colisted"
    high_is_doubtful = True
    usual_spread = 0.4

    def values(self, evidence: Evidence) -> Floats:
        geometry = evidence.geometry
        ahead = np.maximum(np.nan_to_num(geometry.colisted), 0)
        shared = geometry.owners > 1
        news = (1 - shared.mean()) ** FADING if len(shared) else 0.0
        return (ahead * news / np.maximum(geometry.owners - 1, 1)).astype(np.float32)

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        geometry, listing = evidence.geometry, evidence.geometry.listing
        pair = geometry.colisted_pair[row]
        if pair == NONE:
            return "No other source is listed with this target."
        other = listing.source.texts[listing.pairs[pair, 0]]
        figures = f"(adapted similarity {geometry.similarity[pair]:.2f} against {geometry.similarity[row]:.2f})"
        owners = f"The target is listed with {geometry.owners[row]} sources"
        return f"{owners}; «{other}» fits it better {figures}. Ahead by {value:.2f}."


class TargetWords(Signal):
    """What the target's words lack of the explanation that they find elsewhere in the list, in nats a word."""

    id = "target_words"
    high_is_doubtful = True
    figure = "{:.1f} nats a word are lacking."

    def values(self, evidence: Evidence) -> Floats:
        return evidence.lexicon.target.mean

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        words = evidence.lexicon.target_pieces, evidence.lexicon.source_pieces
        return lacking(evidence.lexicon.target, words, evidence.target(row), ("target", "source"), row)


class SourceWords(Signal):
    """The same of the source's words."""

    id = "source_words"
    high_is_doubtful = True
    figure = "{:.1f} nats a word are lacking."

    def values(self, evidence: Evidence) -> Floats:
        return evidence.lexicon.source.mean

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        words = evidence.lexicon.source_pieces, evidence.lexicon.target_pieces
        return lacking(evidence.lexicon.source, words, evidence.source(row), ("source", "target"), row)


class TargetWord(TargetWords):
    """Of the target's words the one that lacks most."""

    id = "target_word"
    usual_spread = 1.2
    figure = "{:.1f} nats are lacking."

    def values(self, evidence: Evidence) -> Floats:
        return evidence.lexicon.target.worst


class SourceWord(SourceWords):
    id = "source_word"
    usual_spread = 1.2
    figure = "{:.1f} nats are lacking."

    def values(self, evidence: Evidence) -> Floats:
        return evidence.lexicon.source.worst


class UnansweredNegation(Signal):
    """What a negating word of either side lacks of the explanation that it finds elsewhere in the list, in nats."""

    id = "unanswered"
    high_is_doubtful = True
    usual_spread = 2.0

    def values(self, evidence: Evidence) -> Floats:
        return np.maximum(evidence.lexicon.target.negation, evidence.lexicon.source.negation)

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        lexicon = evidence.lexicon
        sides = (lexicon.target, lexicon.target_pieces, "target"), (lexicon.source, lexicon.source_pieces, "source")
        missing, pieces, side = max(sides, key=lambda one: float(one[0].negation[row]))
        if missing.negator[row] == NONE:
            return "Neither side negates with a word that the list knows."
        word = pieces[missing.negator[row]]
        others = f"its other {missing.negated[row] - 1} pairs"
        return f"The {side} negates with «{word}»; what explains it in {others} is lacking here by {value:.1f} nats."


class UnusualSpelling(Signal):
    """How far the letters of the target surprise a model of the list's letters: other languages, slips, scraps."""

    id = "spelling"
    high_is_doubtful = True
    silent_up_to = 2.5
    usual_spread = 0.4

    def values(self, evidence: Evidence) -> Floats:
        return evidence.surprise

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        strangest = evidence.spelling.strangest[evidence.geometry.listing.pairs[row, 1]]
        usual = f"{evidence.middle_surprise:.1f} is usual here"
        return f"The target's letters are unusual, most of all «{strangest}»: {value:.1f} nats a letter, {usual}."


class OtherForm(Signal):
    """Log-odds that in such company the list writes a word of the target with another ending."""

    id = "form"
    high_is_doubtful = True
    usual_spread = 4.0
    figure = "Log-odds {:.1f}."

    def values(self, evidence: Evidence) -> Floats:
        return evidence.wording.odds

    def says(self, evidence: Evidence, row: int, value: float) -> str:
        found = evidence.wording
        if found.word[row] == NONE:
            return "The list knows no other form of the target's words that would fit better."
        word, other = found.words[found.word[row]], found.words[found.other[row]]
        beside = f" beside «{found.company[row]}»" if found.company[row] else ""
        theirs, own = counted(found.other_seen[row], "pair"), counted(found.seen[row], "other")
        return f"«{other}» stands{beside} in {theirs}, «{word}» in {own}."


SIGNALS: tuple[Signal, ...] = (
    Cosine(), Csls(), ForwardGap(), ReverseGap(), BidirectionalGap(), MeanGap(), Margin(), ForwardRank(), ReverseRank(),
    RatioMargin(), Exchange(), Cycle(), Agreement(), Hubness(), Colisted(), TargetWords(), SourceWords(), TargetWord(),
    SourceWord(), UnansweredNegation(), UnusualSpelling(), OtherForm(),
)  # fmt: skip
