"""Keys at officers' PCs, as the signing agent holds them: one session a person, in memory only (`signing.Desks`)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from signing import Desk, DeskKey, Desks, DeskSigner, desk_key
from workers import keyring
from workers.errors import NoDeskKey

log = structlog.get_logger("workers.desks")


def key_path(data: Path, key: dict[str, Any]) -> Path | None:
    """The file of a key: {"person": [names]} or {"agency": code}. Raises KeyClash."""
    if "agency" in key:
        return keyring.agency(data, str(key["agency"]))
    return keyring.person(data, *(str(name) for name in key["person"]))


class DeskKeys:
    """The sessions by person, and the batches that each has been told of. `clock` gives seconds."""

    def __init__(self, data: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.data, self.clock = data, clock
        self._desks = Desks(clock)
        self._of: dict[str, Desk] = {}

    async def do(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answers the pages, and for them the agents on the PCs. Raises NoDeskKey, KeyClash, BadKeySettings."""
        match asked["do"]:
            case "invite":
                return self._invite(str(asked["user"]), asked["keys"])
            case "session":
                return self._session(str(asked["user"]))
            case "dismiss":
                self._dismiss(str(asked["user"]))
                return {}
            case "at-desk":
                return {"at_desk": self.key(asked["key"]) is not None}
            case "admits":
                return {"admits": self._desks.admits(str(asked["method"]), str(asked["bearer"]))}
            case "whose":
                return {"user": self._user(str(asked["bearer"]))}
            case "weigh":
                return self._weigh(str(asked["user"]), asked["waiting"])
            case "offer":
                if desk := self._of.get(str(asked["user"])):
                    desk.offer(str(asked["batch"]), int(asked["count"]), tuple(map(str, asked["titles"])))
                return {}
        method, bearer = str(asked["method"]), str(asked["bearer"])
        status, told = await asyncio.to_thread(self._desks.answer, method, bearer, asked["told"])
        return {"status": status, "told": told}

    def key(self, key: dict[str, Any]) -> DeskKey | None:
        """The settings of a key at a PC; None for one that is opened by a PIN here, and where there is none."""
        path = key_path(self.data, key)
        return desk_key(path) if path else None

    def signer(self, user: str, batch: str, key: DeskKey) -> tuple[DeskSigner, float] | None:
        """The signer of a batch that its person has agreed to, and for how many seconds; None while there is none."""
        desk = self._of.get(user)
        return (desk.signer(batch), desk.seconds) if desk and self._ready(desk, batch, key) else None

    def _invite(self, user: str, keys: list[dict[str, Any]]) -> dict[str, Any]:
        """A ticket for whoever has a key at a PC: of their own or of an agency whose seal they hold."""
        found = [key for key in map(self.key, keys) if key is not None]
        if not found:
            raise NoDeskKey
        self._dismiss(user)
        desk = self._of[user] = Desk(lambda der: any(key.suits(der) for key in found), clock=self.clock)
        ticket, first = self._desks.open(desk), found[0]
        log.info("desk.invited")
        return {
            "ticket": ticket,
            "seconds": self._desks.waits(desk),
            "options": {"module": first.module, "token": first.token, "key": first.key},
            "pkcs1": first.legacy_padding,
        }

    def _session(self, user: str) -> dict[str, Any]:
        """Where a person's session stands."""
        desk = self._of.get(user)
        if desk is None:
            return {"state": "none"}
        told = {"signed": desk.signed, "name": desk.name, "why": desk.ended}
        if desk.closed:
            return told | {"state": "ended"}
        if desk.certificate is not None:
            return told | {"state": "connected", "seconds": desk.seconds, "silent": desk.silent}
        seconds = self._desks.waits(desk)
        return told | {"state": "invited" if seconds else "none", "seconds": seconds}

    def _dismiss(self, user: str) -> None:
        if desk := self._of.pop(user, None):
            self._desks.close(desk)

    def _user(self, bearer: str) -> str:
        desk = self._desks.of(bearer)
        return next((user for user, own in self._of.items() if own is desk), "") if desk else ""

    def _weigh(self, user: str, waiting: list[dict[str, Any]]) -> dict[str, Any]:
        """Of the batches that wait for a person's PIN: those that the PC's key suits and the person was not told of,
        and those that can go on."""
        told: dict[str, list[str]] = {"new": [], "go": []}
        desk = self._of.get(user)
        if desk is None or desk.certificate is None or desk.closed:
            return told
        for one in waiting:
            batch, key = str(one["batch"]), self.key(one["key"])
            if key is None or not key.suits(desk.certificate):
                continue
            if not desk.offered(batch):
                told["new"].append(batch)
            elif self._ready(desk, batch, key):
                told["go"].append(batch)
        return told

    @staticmethod
    def _ready(desk: Desk, batch: str, key: DeskKey) -> bool:
        known = desk.certificate is not None and not desk.closed and desk.offered(batch)
        return known and bool(desk.agreed(batch)) and key.suits(desk.certificate or b"")
