"""Talks to the signing agent of this machine over its socket: one question, one answer, errors as they were raised."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from catalogue import HosoError
from signing import errors as signing_errors
from signing.errors import KeyUnusable, SigningServiceDown, WrongPassphrase
from workers.agent import address, short
from workers.errors import KeyClash, NoDeskKey, NoKey, OutcomeUnknown, PinNeeded, PinPaused, Unavailable

SECONDS = 30.0
"""How long the agent may take to come up, and to answer."""


class Unanswered(Unavailable):
    """The agent took a request and did not answer it."""


def ask(request: dict[str, Any], *, seconds: float = SECONDS, patience: float = SECONDS) -> dict[str, Any]:
    """The answer that comes within `seconds`; `patience` is how long an agent that starts is waited for.

    Raises PinNeeded, NoKey, Unavailable, and what the agent raised.
    """
    try:
        link = _connected(patience)
    except OSError as error:
        raise Unavailable(service="signing agent") from error
    try:
        link.settimeout(seconds)
        with link, link.makefile("rwb") as line:
            line.write(json.dumps(request).encode() + b"\n")
            line.flush()
            told: dict[str, Any] = json.loads(line.readline())
    except (OSError, ValueError) as error:
        raise Unanswered(service="signing agent") from error
    if "error" not in told:
        return told
    if told["error"] == "agent.locked":
        raise PinNeeded()
    raise _error(str(told["error"]), told.get("context", {}))


def _error(code: str, context: dict[str, str]) -> HosoError:
    """The agent's error as it was raised there; what a remote key did not answer, in the jobs' own terms."""
    if code == SigningServiceDown.code:
        return Unavailable(service="CSC")
    if code == signing_errors.OutcomeUnknown.code:
        return OutcomeUnknown(service=context.get("service", "CSC"))
    kinds: list[type[HosoError]] = [NoKey, NoDeskKey, KeyClash, PinPaused, WrongPassphrase, *_kinds(KeyUnusable)]
    known = {kind.code: kind for kind in kinds}
    return known[code](**context) if code in known else NoKey(who=code)


def _kinds(root: type[HosoError]) -> Iterator[type[HosoError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _kinds(kind)


def _connected(patience: float) -> socket.socket:
    """The agent may be starting still."""
    path, deadline = address(settings.HOSO.data), time.monotonic() + patience
    while True:
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(SECONDS)
        try:
            with short(path) as name:
                link.connect(name)
        except OSError:
            link.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return link
