"""Gathers signatures that are asked for one by one into requests for many: what an agent and a remote service want."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

__all__ = ["Gathering"]

PATIENCE = 0.05
"""Seconds without a further digest after which those that came are sent."""


class Gathering:
    """Collects SHA-256 digests, `most` at a time, and hands each caller its own signature.

    A request goes out when it is full or when nothing came for `patience` seconds. What `send` raises is raised to
    everybody whose digest was in it; nothing is sent twice.
    """

    def __init__(
        self,
        send: Callable[[list[bytes]], Awaitable[list[bytes]]],
        *,
        most: int,
        patience: float = PATIENCE,
    ) -> None:
        self._send = send
        self._most = max(1, most)
        self._patience = patience
        self._waiting: list[tuple[bytes, asyncio.Future[bytes]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._sending: set[asyncio.Task[None]] = set()

    async def one(self, digest: bytes) -> bytes:
        """The signature of one digest."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bytes] = loop.create_future()
        self._waiting.append((digest, answer))
        if self._timer is not None:
            self._timer.cancel()
        if len(self._waiting) >= self._most:
            self._go()
        else:
            self._timer = loop.call_later(self._patience, self._go)
        return await answer

    def _go(self) -> None:
        self._timer = None
        batch, self._waiting = [one for one in self._waiting if not one[1].cancelled()], []
        if batch:
            task = asyncio.get_running_loop().create_task(self._ask(batch))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _ask(self, batch: list[tuple[bytes, asyncio.Future[bytes]]]) -> None:
        try:
            values = await self._send([digest for digest, _ in batch])
            pairs = list(zip(batch, values, strict=True))
        except Exception as error:
            # whoever asked is told, whatever it was
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(error)
            return
        for (_, answer), value in pairs:
            if not answer.done():
                answer.set_result(value)
