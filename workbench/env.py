"""Typed reads of the environment: each refuses a wrong value with a hint. The only place that touches os.environ."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SOCKET_BYTES = 100  # the kernel takes 107


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "") or default


def flag(name: str, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no: write {name}=1 or {name}=0.")


def integer(name: str, default: int) -> int:
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number: write {name}={default}.") from error


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def path(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).expanduser().resolve()


def socket(folder: Path) -> Path:
    """Where a Unix socket of `folder` lies: elsewhere when its name is too long for a socket, or odd in a URL."""
    found = folder / "valkey.sock"
    if len(os.fsencode(found)) < SOCKET_BYTES and re.fullmatch(r"[\w./-]+", str(found), re.ASCII):
        return found
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"tertium-{os.getuid()}-{digest}" / found.name
