"""Free ports on loopback, below the range from which the kernel takes ports for outgoing connections (32768 up)."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterable

from hoso.errors import PortTaken

GRPC = 10_000
"""SeaweedFS adds this to a port for its gRPC twin; its own parts rely on it."""


def free_base(count: int) -> int:
    """A port from which `count` ports, and their gRPC twins, are free. Raises PortTaken."""
    for _ in range(200):
        base = random.SystemRandom().randrange(11_000, 22_000, 10)
        if taken(base + offset + twin for offset in range(count) for twin in (0, GRPC)) is None:
            return base
    raise PortTaken(name="hoso", port="11000-31999", setting="HOSO_DATA")


def taken(ports: Iterable[int], host: str = "127.0.0.1") -> int | None:
    """The first of the ports that somebody holds."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                return port
    return None
