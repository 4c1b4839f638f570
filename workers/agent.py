"""The signing agent (`python -m workers.agent`): the only process that holds opened keys, in memory, for minutes.

It listens on `HOSO_DATA/run/agent.sock` (0600) and answers processes of its own user. A key is opened for one person
and one batch, with the PIN, for at most fifteen minutes; then it is forgotten, as it is when the agent ends. One JSON
line asks, one answers:

    {"do": "open", "user", "batch", "key": {…}, "pin"}   → {"seconds"}
    {"do": "show", "user", "batch"}                      → {"certificate", "chain", "mechanism", "service"}
    {"do": "sign", "user", "batch", "data"}              → {"signature"}
    {"do": "close", "user", "batch"}                     → {}

and what `workers.desks` does for keys at officers' PCs. An error is {"error": code, "context"}. Bytes are base64. A key
is {"demo": role, "name", "organisation"}, or {"person": [names]} or {"agency": code}, as `workers.keyring` knows it.
"""

from __future__ import annotations

import asyncio
import base64
import ctypes
import json
import os
import resource
import signal
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from catalogue import HosoError

log = structlog.get_logger("workers.agent")

LIFE = 15 * 60.0
"""Seconds that an opened key lives at most."""
TRIES = 5
"""Wrong PINs of one person within that time; then none is tried, since a key in a file could be asked for ever."""
WRONG = frozenset({"signing.wrong_passphrase", "signing.wrong_pin"})
UNKNOWN = "signing.outcome_unknown"
AWAY = frozenset({"signing.agent_away", "signing.not_agreed"})
DESK = frozenset({"invite", "session", "dismiss", "at-desk", "admits", "whose", "weigh", "offer", "call"})
THREADS = 64
"""Calls that may wait at the same time: for a PC, for a token, for a remote service."""
LINE = 64 << 20
PR_SET_DUMPABLE = 4


@dataclass(frozen=True, slots=True)
class _Open:
    signer: Any
    until: float
    at_desk: bool = False

    @property
    def service(self) -> str:
        """Who signs with a key that is kept elsewhere; nothing for one of this machine."""
        from signing import CscSigner

        if self.at_desk:
            return "hoso sign-agent"
        return "CSC" if isinstance(self.signer, CscSigner) else ""

    @property
    def over(self) -> bool:
        """Whether the PC that the key is at has ended its session."""
        return self.at_desk and self.signer.over


class Agent:
    """The opened keys and what may be asked of them."""

    def __init__(self, data: Path, env: str) -> None:
        from workers.desks import DeskKeys

        self.data = data
        self.env = env
        self.desks = DeskKeys(data)
        self._keys: dict[tuple[str, str], _Open] = {}
        self._wrong: dict[str, list[float]] = {}
        self._opening: dict[tuple[str, str], asyncio.Lock] = {}

    async def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Does what a request asks; what goes wrong becomes a code."""
        self.forget()
        what = (str(asked.get("user", "")), str(asked.get("batch", "")))
        try:
            if asked["do"] in DESK:
                return await self.desks.do(asked)
            return await self._answer(what, asked)
        except _Locked:
            return {"error": "agent.locked"}
        except HosoError as error:
            held = self._keys.get(what)
            if error.code in (UNKNOWN, *AWAY):  # its key answers nothing more: it is opened anew
                self._keys.pop(what, None)
            if error.code in AWAY:
                return {"error": "agent.locked"}
            context = {name: str(value) for name, value in error.context.items()}
            if held is not None and held.service:
                context["service"] = held.service
            return {"error": error.code, "context": context}
        except (KeyError, TypeError, ValueError, OSError) as error:
            log.warning("agent.refused", kind=type(error).__name__)
            return {"error": "agent.refused"}

    async def _answer(self, what: tuple[str, str], asked: dict[str, Any]) -> dict[str, Any]:
        """What is asked of opened keys."""
        match asked["do"]:
            case "open":
                return await self._open(what, asked["key"], asked.get("pin", ""))
            case "show":
                held = self._held(what)
                return {
                    "certificate": _text(held.signer.certificate),
                    "chain": [_text(one) for one in held.signer.chain],
                    "mechanism": str(held.signer.mechanism),
                    "service": held.service,
                }
            case "sign":
                return {"signature": _text(await self._held(what).signer.sign(base64.b64decode(asked["data"])))}
            case "close":
                self._keys.pop(what, None)
                return {}
        return {"error": "agent.unknown"}

    def forget(self) -> None:
        """Lets go of keys whose time is over."""
        now = time.monotonic()
        for what in [what for what, held in self._keys.items() if held.until <= now or held.over]:
            del self._keys[what]
            log.info("agent.forgot")
        recent = {user: [at for at in times if at > now - LIFE] for user, times in self._wrong.items()}
        self._wrong = {user: times for user, times in recent.items() if times}

    async def _open(self, what: tuple[str, str], key: dict[str, Any], pin: str) -> dict[str, Any]:
        """Opens a key once, however many documents of a batch ask for it at the same time."""
        lock = self._opening.setdefault(what, asyncio.Lock())
        try:
            async with lock:
                held = self._keys.get(what)
                if held is None:
                    held = self._at_desk(what, key) if "demo" not in key else None
                    if held is None:
                        held = _Open(await self._tried(what[0], key, pin), time.monotonic() + LIFE)
                    self._keys[what] = held
                    log.info("agent.opened", demo="demo" in key, at_desk=held.at_desk)
        finally:
            if not lock.locked():
                self._opening.pop(what, None)
        return {"seconds": held.until - time.monotonic()}

    def _at_desk(self, what: tuple[str, str], key: dict[str, Any]) -> _Open | None:
        """A key at its owner's PC; None for another kind of key. Raises _Locked until the PC is connected and its
        officer has agreed to the batch."""
        settings_of = self.desks.key(key)
        if settings_of is None:
            return None
        found = self.desks.signer(*what, settings_of)
        if found is None:
            raise _Locked
        return _Open(found[0], time.monotonic() + found[1], at_desk=True)

    async def _tried(self, user: str, key: dict[str, Any], pin: str) -> Any:
        """The key, unless this person has given too many wrong PINs. Raises PinPaused."""
        from workers.errors import PinPaused

        if pin and len(self._wrong.get(user, ())) >= TRIES:
            raise PinPaused
        try:
            return await asyncio.to_thread(self._load, key, pin)
        except HosoError as error:
            if error.code in WRONG:
                self._wrong.setdefault(user, []).append(time.monotonic())
            raise

    def _load(self, key: dict[str, Any], pin: str) -> Any:
        if "demo" in key:
            from signing.demo import Authority, home

            authority = Authority(home(self.data), env=self.env)
            return authority.issue(key["name"], key["demo"], organisation=key["organisation"])
        from signing import open_key
        from workers.desks import key_path
        from workers.errors import NoKey

        path = key_path(self.data, key)
        if path is None:
            raise NoKey(who=str(key.get("agency") or key["person"][0]))
        if not pin:
            raise _Locked
        return open_key(path, pin)

    def _held(self, what: tuple[str, str]) -> _Open:
        held = self._keys.get(what)
        if held is None:
            raise _Locked
        return held


class _Locked(Exception):
    """No key is open for this person and batch."""


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


@contextmanager
def short(path: Path) -> Iterator[str]:
    """A name for a socket that is short enough for the kernel (107 bytes), however deep its folder lies."""
    folder = os.open(path.parent, os.O_DIRECTORY | os.O_PATH)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def address(data: Path) -> Path:
    """Where the agent of an installation listens."""
    return data / "run" / "agent.sock"


async def serve(agent: Agent, path: Path) -> None:
    """Answers until the process is told to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(THREADS))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if _peer(writer) == os.getuid():
                while line := await reader.readline():
                    writer.write(json.dumps(await agent.answer(json.loads(line))).encode() + b"\n")
                    await writer.drain()
        except (ConnectionError, ValueError, asyncio.LimitOverrunError) as error:
            log.warning("agent.connection", kind=type(error).__name__)
        finally:
            writer.close()

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        with short(path) as name:
            door.bind(name)
    finally:
        os.umask(before)
    async with await asyncio.start_unix_server(connected, sock=door, limit=LINE):
        while not stop.is_set():
            agent.forget()
            try:
                await asyncio.wait_for(stop.wait(), 5)
            except TimeoutError:
                continue
    path.unlink(missing_ok=True)


def _peer(writer: asyncio.StreamWriter) -> int:
    """The user id of the process at the other end."""
    told = writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", told)[1])


def main() -> None:
    """Serves; leaves no core file and lets no other process read its memory."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0)
    data = settings.HOSO.data
    asyncio.run(serve(Agent(data, settings.HOSO.env), address(data)))


if __name__ == "__main__":
    main()
