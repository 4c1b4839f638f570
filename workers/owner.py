"""Who holds a lease: a process of one boot of one machine, so that its death can be noticed there at once."""

from __future__ import annotations

import os
import platform
import uuid
from functools import cache
from pathlib import Path


@cache
def _machine() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id")
    return f"{platform.node()[:60]}/{boot.read_text().strip()[:8] if boot.exists() else '-'}"


def _started(pid: int) -> str | None:
    """When a process started, in ticks since boot; None when it is gone. Tells a pid from its next holder."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, *rest = stat.rpartition(")")[2].split()
    return None if state in "ZX" else rest[18]


def name_owner() -> str:
    """A name for one claim by this process: machine, boot, pid, start, a random part."""
    pid = os.getpid()
    return f"{_machine()}/{pid}/{_started(pid) or '-'}/{uuid.uuid4().hex[:12]}"


def is_dead(owner: str) -> bool:
    """Whether the owner was a process of this machine that has ended. Not known of other machines: False."""
    machine, pid, started, _ = owner.rsplit("/", 3) if owner.count("/") >= 4 else ("", "", "", "")
    if machine != _machine() or not pid.isdigit() or started == "-":
        return False
    return _started(int(pid)) != started
