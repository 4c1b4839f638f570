"""Sessions of signing that a batch's documents share: trust read once, one validation context, calls side by side.

An event loop in a thread of its own serves all threads of the process; tasks wait for it as for any other call. A
session lives no longer than an opened key does.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import signing
from workers import keys

LIFE = 15 * 60.0
"""Seconds after which a session is begun anew, and with it the roots are read again."""
MOST = 8
"""Sessions kept at the same time; the oldest goes first."""
THREADS = 32
"""Calls to keys that may wait at the same time."""


@dataclass(frozen=True, slots=True)
class _Open:
    session: signing.Session
    services: signing.Services
    until: float


class _Loop:
    """The event loop of this process, and its sessions."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.loop = asyncio.new_event_loop()
        self.loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="signing"))
        self._sessions: dict[str, _Open] = {}
        self._lock = threading.Lock()
        threading.Thread(target=self.loop.run_forever, name="signing", daemon=True).start()

    def session(self, name: str) -> _Open:
        """The open session of that name; a new one reads the settings."""
        with self._lock:
            now = time.monotonic()
            found = self._sessions.get(name)
            if found is None or found.until < now:
                services = keys.services()
                found = _Open(signing.Session.open(services), services, now + LIFE)
                self._sessions.pop(name, None)
                self._sessions[name] = found
                while len(self._sessions) > MOST:
                    del self._sessions[next(iter(self._sessions))]
            return found


_lock = threading.Lock()
_loop: _Loop | None = None


def _ours() -> _Loop:
    """This process's; a forked one has the object of its parent but not the thread."""
    global _loop
    with _lock:
        if _loop is None or _loop.process != os.getpid():
            _loop = _Loop()
        return _loop


def sign(
    session: str,
    pdf: bytes,
    *,
    profile: signing.Profile,
    signer: signing.Signer,
    mark: signing.Mark,
    place: signing.Place | None = None,
    origin: str = "",
) -> signing.Signed:
    """`signing.sign` in the session of that name; `origin` as `signing.sign_async` has it. Raises what it raises."""
    ours = _ours()
    held = ours.session(session)
    work = signing.sign_async(
        pdf,
        profile=profile,
        signer=signer,
        services=held.services,
        mark=mark,
        place=place,
        session=held.session,
        origin=origin,
    )
    return asyncio.run_coroutine_threadsafe(work, ours.loop).result()
