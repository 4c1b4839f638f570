"""Secrets of one installation: made at random once, kept in files that only the owner may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_file(data: Path, name: str, size: int = 32) -> str:
    """The secret `name` of the installation under `data` as hex, made with `size` random bytes at the first call.

    Written whole and linked into place, so that two processes that start together read the same secret.
    """
    folder = data / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    data.chmod(0o700)
    target = folder / name
    if not target.exists():
        fresh = folder / f".{name}.{os.getpid()}"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(size))
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(fresh, target)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return target.read_text(encoding="ascii")


def secret_key(data: Path) -> str:
    """Django's signing key of this installation."""
    return secret_file(data, "django", 50)
