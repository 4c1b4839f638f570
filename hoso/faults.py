"""What an error that is not ours means to whoever typed the command: a full disk, a path, a setting, the database."""

from __future__ import annotations

import errno

from catalogue import HosoError
from hoso.errors import BadSetting, DatabaseDown, FileTrouble, NoSpace, Unexpected

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def told(error: Exception) -> HosoError:
    """The error in our own words; no value that stood in it is repeated."""
    if isinstance(error, HosoError):
        return error
    if isinstance(error, OSError):
        if error.errno in FULL:
            return NoSpace()
        if error.errno and error.filename:
            return FileTrouble(path=str(error.filename), why=errno.errorcode.get(error.errno, str(error.errno)))
    if type(error).__module__.startswith("pydantic") and hasattr(error, "errors"):
        places = {f"HOSO_{str(one['loc'][0]).upper()}" for one in error.errors() if one["loc"]}
        return BadSetting(names=", ".join(sorted(places)) or "HOSO_*")
    if type(error).__module__ == "django.db.utils":
        # SQLite says so in words only.
        return NoSpace() if "disk is full" in str(error) else DatabaseDown()
    return Unexpected(kind=type(error).__name__)
