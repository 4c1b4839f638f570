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


def name_process() -> str:
    """A name for this process that none after it has on this boot of the machine, fit for a file's name."""
    pid = os.getpid()
    return f"{pid}-{_started(pid) or ''}"


def is_running(process: str) -> bool:
    """Whether the process of such a name still is."""
    pid, _, started = process.partition("-")
    return pid.isdigit() and _started(int(pid)) == started


def is_dead(owner: str) -> bool:
    """Whether the owner was a process of this machine that has ended. Not known of other machines: False."""
    pid, started = _process(owner)
    return pid is not None and _started(pid) != started


def is_child(owner: str) -> bool:
    """Whether the owner is a living child of this process."""
    pid, started = _process(owner)
    return pid is not None and _parent(pid) == os.getpid() and _started(pid) == started


def _process(owner: str) -> tuple[int | None, str]:
    """The pid and start of an owner on this machine; no pid for any other."""
    machine, pid, started, _ = owner.rsplit("/", 3) if owner.count("/") >= 4 else ("", "", "", "")
    here = machine == _machine() and pid.isdigit() and started != "-"
    return (int(pid) if here else None), started


def _parent(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[1])
