"""How the part that trains calls its encoders. The settings name the function, so that this app needs no other."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.module_loading import import_string

SHORT = 12  # characters of a digest that nobody has named


@dataclass(frozen=True)
class EncoderNames:
    live: str = ""  # digest, empty before the first scan
    names: dict[str, str] = field(default_factory=dict)  # digest → name

    def of(self, digest: str) -> str:
        return self.names.get(digest) or digest[:SHORT]


def encoder_names(project_id: int, digests: Collection[str]) -> EncoderNames:
    """The live encoder's name and those of these digests, in one query."""
    find: Callable[[int, Collection[str]], EncoderNames] = import_string(settings.ENCODER_NAMES)
    return find(project_id, digests)
