"""The sessions of a server with the agents on officers' PCs: tickets that are used once, and who may call what."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from signing.desk import LIFE, Desk
from signing.errors import SigningError

__all__ = ["TICKET_SECONDS", "Desks"]

TICKET_SECONDS = 5 * 60.0
"""How long a ticket waits for its agent."""
LINGER = 5 * 60.0
"""How long a session that is over is remembered: an agent may still bring what it signed."""


@dataclass(slots=True)
class _Place:
    desk: Desk
    until: float
    session: bytes = b""


class Desks:
    """Tickets and sessions; only digests of their names are kept. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._guard = threading.RLock()
        self._tickets: dict[bytes, _Place] = {}
        self._sessions: dict[bytes, _Place] = {}

    def open(self, desk: Desk) -> str:
        """The ticket of a new session, to be shown to the officer once."""
        ticket = secrets.token_hex(16)
        with self._guard:
            self.forget()
            self._tickets[_hidden(ticket)] = _Place(desk, self.clock() + TICKET_SECONDS)
        return ticket

    def close(self, desk: Desk) -> None:
        """Ends a session; its ticket opens nothing more."""
        desk.close()
        with self._guard:
            self._tickets = {name: place for name, place in self._tickets.items() if place.desk is not desk}

    def waits(self, desk: Desk) -> float:
        """Seconds that the ticket of this session can still be used by somebody; 0 once it was."""
        with self._guard:
            self.forget()
            found = [place for place in self._tickets.values() if place.desk is desk and not place.session]
        return found[0].until - self.clock() if found else 0.0

    def of(self, session: str) -> Desk | None:
        """The desk of a session."""
        with self._guard:
            self.forget()
            place = self._sessions.get(_hidden(session))
        return place.desk if place else None

    def admits(self, method: str, bearer: str) -> bool:
        """Whether whoever calls has a ticket, for `hello`, or a session: told before what they say is read."""
        with self._guard:
            self.forget()
            return _hidden(bearer) in (self._tickets if method == "hello" else self._sessions)

    def answer(self, method: str, bearer: str, told: object) -> tuple[int, dict[str, Any]]:
        """What an agent is answered: a status as in HTTP, and the body as JSON takes it. `next` may block."""
        try:
            if not isinstance(told, dict):
                raise TypeError
            if method == "hello":
                with self._guard:
                    self.forget()
                    return self._hello(bearer, told)
            desk = self.of(bearer)
            if desk is None:
                return 401, {"error": "session"}
            methods = {"next": desk.next, "agree": desk.agree, "done": desk.done}
            if method not in methods:
                return 404, {"error": "method"}
            return 200, methods[method](told)
        except SigningError as error:
            return 409, {"error": error.code, "context": {name: str(value) for name, value in error.context.items()}}
        except (ValueError, KeyError, TypeError, AttributeError):
            return 400, {"error": "request"}

    def _hello(self, ticket: str, told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Redeems a ticket. The same agent may say it again: its answer may have been lost."""
        place, session = self._tickets.get(_hidden(ticket)), str(told["session"])
        if place is None or place.desk.closed or place.session not in (b"", _hidden(session)):
            return 401, {"error": "ticket"}
        if len(session) < 32:
            return 400, {"error": "request"}
        answer = place.desk.hello(told)
        place.session = _hidden(session)
        self._sessions.setdefault(place.session, _Place(place.desk, self.clock() + LIFE + LINGER))
        return 200, answer

    def forget(self) -> None:
        """Lets go of tickets and sessions whose time is over."""
        now = self.clock()
        with self._guard:
            self._tickets = {name: place for name, place in self._tickets.items() if place.until > now}
            self._sessions = {name: place for name, place in self._sessions.items() if place.until > now}


def _hidden(name: str) -> bytes:
    """Names are looked up by digest: the time of a look-up tells nothing of them."""
    return hashlib.sha256(name.encode()).digest()
