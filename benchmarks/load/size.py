"""How big a measured project is, and who works on it. No framework."""

from dataclasses import asdict, dataclass

REVIEWERS = 20
PASSWORD = "a-long-enough-phrase"
SLUG = "load"
RARE_OUTCOME = "antonym"  # one decision in 5,000


@dataclass(frozen=True)
class Size:
    queued: int  # pairs
    decided: int = 0  # pairs, each with a verdict and a decision
    conflicts: int = 0  # pairs that two reviewers disagree on
    overlap: int = 1

    @property
    def pairs(self) -> int:
        return self.queued + self.decided + self.conflicts

    def words(self) -> list[str]:
        return [f"{name}={value}" for name, value in asdict(self).items()]
