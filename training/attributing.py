"""Which words carry the pairs that come up for review next: computed ahead of the reviewer, kept with the suspicion."""

from annotations.actions import keep_attributions
from annotations.models import Project, Suspicion
from training import pending, store
from training.encoding import Encoding
from training.ml.attribution import PairText
from workbench.progress import Progress, no_progress

TOGETHER = 8  # pairs looked at in one go
DECIMALS = 3


def attribute(project: Project, progress: Progress = no_progress) -> int:
    """How many pairs were looked at; 0 where all that comes next is known, or nothing was scanned yet."""
    with store.lock(f"attribute-{project.pk}"):
        encoder = pending.live_encoder(project)
        rows = pending.unattributed(project, encoder) if encoder else []
        if encoder is None or not rows:
            return 0
        encode = Encoding.of(encoder, progress)
        for start in range(0, len(rows), TOGETHER):
            _keep(rows[start : start + TOGETHER], encode)
            progress("attribute", min(start + TOGETHER, len(rows)), len(rows))
        return len(rows)


def attribute_pair(pair_id: int, progress: Progress = no_progress) -> bool:
    """For a reviewer who asks; whether there was anything left to find."""
    row = pending.latest_suspicion(pair_id)
    encoder = pending.encoder_of(row) if row else None
    if row is None or encoder is None or "attribution" in row.signals:
        return False
    _keep([row], Encoding.of(encoder, progress))
    return True


def _keep(rows: list[Suspicion], encode: Encoding) -> None:
    pairs = (row.pair for row in rows)
    texts = [
        PairText(pair.source_language, pair.source_term.text, pair.target_language, pair.target_term.text)
        for pair in pairs
    ]
    found = zip(rows, encode.attribution(texts), strict=True)
    keep_attributions({row.pk: {"source": _rows(one.source), "target": _rows(one.target)} for row, one in found})


def _rows(tokens: tuple[tuple[str, float], ...]) -> list[list[str | float]]:
    return [[token, round(share, DECIMALS)] for token, share in tokens]
