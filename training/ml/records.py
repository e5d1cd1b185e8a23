"""Values that the stages of `training.ml` exchange: frozen, checked where they are made. No computation, no I/O."""

from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Literal

Decision = Literal[
    "equivalent", "not_equivalent", "corrected", "broader", "narrower", "related",
    "antonym", "false_friend", "wrong_form", "wrong_language", "not_a_term", "unsure",
]  # fmt: skip
NEGATIVES = ("vocabulary", "batch")
MIXUP_WEIGHT = 0.5  # of mixed pairs beside pairs as they are, in a recipe that mixes
DEVICES = ("auto", "cpu", "cuda")
PRECISIONS = ("auto", "float32", "bfloat16")
FREEZING_PLANS = ("top_k", "embeddings_frozen", "layernorm_and_bias", "lora", "auto")


class InvalidConfiguration(ValueError):
    """A configuration that makes no sense; the message says which field and what to write instead."""


@dataclass(frozen=True)
class TermText:
    """A text in a language: what an encoder embeds and a space centres."""

    language: str
    text: str


@dataclass(frozen=True)
class DecisionRecord:
    """One decided pair, as the constrain stage reads it."""

    pair_id: int
    concept_id: str
    family: str
    source: TermText
    target: TermText
    decision: Decision
    correction: str = ""  # in the target's language
    weight: float = 1.0  # 0..1, agreement of the reviewers
    disputed: bool = False  # two reviewers disagree and nobody has adjudicated


@dataclass(frozen=True)
class Attract:
    source: TermText
    target: TermText
    concept_id: str
    family: str
    weight: float = 1.0
    pair_id: int = 0


@dataclass(frozen=True)
class Repel:
    source: TermText
    target: TermText
    family: str
    hard: bool = False  # antonym, false friend: the larger margin
    better: TermText | None = None  # the known right target, where one is known
    weight: float = 1.0
    pair_id: int = 0


@dataclass(frozen=True)
class Order:
    """Closer than unrelated, farther than an equivalent."""

    source: TermText
    target: TermText
    relation: Literal["broader", "narrower", "related"]
    family: str
    weight: float = 1.0
    pair_id: int = 0


@dataclass(frozen=True)
class Contradiction:
    """Decisions that cannot all hold; left out of training until somebody solves it."""

    kind: Literal["transitive", "disputed", "relation_cycle", "opposite"]
    pair_ids: tuple[int, ...]
    sentence: str


@dataclass(frozen=True)
class Constraints:
    attract: tuple[Attract, ...] = ()
    repel: tuple[Repel, ...] = ()
    order: tuple[Order, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    def __len__(self) -> int:
        return len(self.attract) + len(self.repel) + len(self.order)


@dataclass(frozen=True)
class Recipe:
    """How a round trains. One frozen value: stored, hashed, compared, shown."""

    freezing: str = "top_k"  # one of FREEZING_PLANS
    top_k: int = 6  # encoder layers trained, counted from the top; used by top_k, lora and auto
    lora_rank: int = 16  # rank of each adapter; used by lora
    epochs: int = 4  # passes over the attract pairs; 0 leaves the encoder as it is and trains the maps alone
    batch_pairs: int = 64  # attract pairs a step
    accumulate: int = 1  # batches a step
    learning_rate: float = 2e-4  # peak, AdamW, linear warm-up then decay
    warmup_share: float = 0.1  # of all steps
    weight_decay: float = 0.01  # AdamW
    clip_norm: float = 1.0  # largest gradient norm of a step
    temperature: float = 0.05  # InfoNCE
    negatives: str = "vocabulary"  # of the maps: all texts of the language, the hardest too; or "batch", as for layers
    repel_weight: float = 0.5
    order_weight: float = 0.25
    anchor_weight: float = 0.3  # pull towards the parent's geometry on replay texts
    mixup_weight: float = 0.0  # 0 mixes nothing; MIXUP_WEIGHT where it is wanted
    mixup_every: int = 4  # batches to one that is mixed, which takes twice as long as another
    mixup_alpha: float = 0.4  # Beta(alpha, alpha), folded above one half
    weak_weight: float = 0.5  # known translations of general vocabulary, and silver pairs
    weak_share: float = 0.375  # weak pairs a batch, as a share of batch_pairs
    silver: bool = True  # replay texts of two languages that choose each other under the parent attract, too
    silver_margin: float = 0.05  # how far ahead of the next, in units of CSLS
    geometry_weight: float = 0.15  # keeps the similarities among replay texts as they were
    replay_share: float = 0.25  # replay texts a batch, as a share of batch_pairs
    replay_per_pair: float = 4.0  # replay texts a verdict
    known_per_pair: float = 2 / 3  # known translations of general vocabulary a verdict
    general_pairs: int = 20_000  # known translations that general vocabulary's own space is fitted on, at most; 0: none
    maps: bool = True  # linear maps after the encoder, one a judged language and one for all, fitted and then trained
    maps_epochs: int = 12  # passes over the pairs in which the maps train, on the vectors of the encoder that was tuned
    maps_batch_pairs: int = 256  # attract pairs a step of these passes
    maps_learning_rate: float = 1e-3  # AdamW
    maps_decay: float = 1.0  # AdamW's weight decay, towards the maps' start
    interpolate: bool = True  # keep a share of the child and of its maps: the usual, or what validation is sure of
    validation_share: float = 0.05  # of the training families: they train nothing, judge shares, and are watched
    checkpoint_steps: int = 20  # steps between checkpoints
    seed: int = 0
    device: str = "auto"  # auto, cpu, cuda
    precision: str = "auto"  # auto, float32, bfloat16
    compile: bool = False  # torch.compile

    def __post_init__(self) -> None:
        if self.freezing not in FREEZING_PLANS:
            raise InvalidConfiguration(
                f"freezing={self.freezing!r} is not a plan: choose one of {', '.join(FREEZING_PLANS)}."
            )
        if self.negatives not in NEGATIVES:
            raise InvalidConfiguration(f"negatives={self.negatives!r}: write {' or '.join(NEGATIVES)}.")
        for name, choices in (("device", DEVICES), ("precision", PRECISIONS)):
            if getattr(self, name) not in choices:
                raise InvalidConfiguration(f"{name}={getattr(self, name)!r}: choose one of {', '.join(choices)}.")
        for name, value in vars(self).items():
            if isinstance(value, float) and not isfinite(value):
                raise InvalidConfiguration(f"{name}={value} must be a number.")
        for name in (
            "top_k", "lora_rank", "batch_pairs", "maps_batch_pairs", "accumulate", "mixup_every", "checkpoint_steps",
        ):  # fmt: skip
            if getattr(self, name) < 1:
                raise InvalidConfiguration(f"{name}={getattr(self, name)} must be at least 1.")
        for name in ("learning_rate", "maps_learning_rate", "temperature", "mixup_alpha", "clip_norm"):
            if getattr(self, name) <= 0:
                raise InvalidConfiguration(f"{name}={getattr(self, name)} must be above 0.")
        for name in (
            "epochs", "maps_epochs", "maps_decay", "repel_weight", "order_weight", "anchor_weight", "geometry_weight",
            "mixup_weight", "weak_weight", "weak_share", "replay_share", "replay_per_pair", "known_per_pair",
            "silver_margin", "weight_decay", "general_pairs",
        ):  # fmt: skip
            if getattr(self, name) < 0:
                raise InvalidConfiguration(f"{name}={getattr(self, name)} must not be negative.")
        if not 0 <= self.validation_share < 1:
            raise InvalidConfiguration(f"validation_share={self.validation_share} must lie in 0..1.")
        if not 0 <= self.warmup_share <= 1:
            raise InvalidConfiguration(f"warmup_share={self.warmup_share} must lie in 0..1.")


@dataclass(frozen=True)
class TestPair:
    """One held-out reference: any listed target of the concept counts as right."""

    __test__ = False  # not a pytest class

    concept_id: str
    family: str
    source: TermText
    target: TermText


@dataclass(frozen=True)
class TestList:
    """The references of one cell of the evaluation, and with them its retrieval list."""

    __test__ = False

    cell: Literal["trained", "zero-shot", "control"]
    source_language: str
    target_language: str
    pairs: tuple[TestPair, ...]

    @property
    def language_pair(self) -> str:
        return f"{self.source_language}-{self.target_language}"


@dataclass(frozen=True)
class Cell:
    """One metric of one language pair, both encoders; `language_pair` is "macro" for the mean."""

    cell: Literal["trained", "zero-shot", "control"]
    language_pair: str
    metric: Literal["p@1", "p@5", "mrr"]
    n: int  # queries
    before: float
    after: float
    difference: float
    interval: tuple[float, float]  # 95 % paired bootstrap over concepts, of the difference


@dataclass(frozen=True)
class GatePolicy:
    """What a candidate must show before it may go live. Shares, 0..1."""

    min_gain: float = 0.0  # in-domain macro P@1: the interval's lower end must lie above
    max_language_loss: float = 0.01  # no trained or zero-shot language pair may lose more P@1
    max_control_loss: float = 0.01  # nor the control
    min_satisfaction: float = 0.7  # share of constraints honoured


@dataclass(frozen=True)
class GateDecision:
    passed: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)  # millions of them
class Neighbour:
    index: int  # row in the searched list
    score: float  # cosine in the shared space


@dataclass(frozen=True)
class PairSuspicion:
    """What the geometry says of one listed pair."""

    score: float  # 0..1, higher is more doubtful
    reasons: tuple[str, ...]  # sentences, the weightiest first
    signals: dict[str, float] = field(default_factory=dict)
    forward: tuple[Neighbour, ...] = ()  # nearest targets of the source
    backward: tuple[Neighbour, ...] = ()  # nearest sources of the target
    log_odds: tuple[tuple[str, float], ...] = ()  # what adds up to the score: start, each reason in order, rest


Event = dict[str, Any]  # one JSON object a line: {"event": "progress"|"loss"|"metric"|"checkpoint"|"done", …}
