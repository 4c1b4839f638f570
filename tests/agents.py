"""The program on an officer's PC, in a thread of the test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from signing import Agent


@contextmanager
def working(agent: Agent) -> Iterator[list[Exception]]:
    """The agent at work until its session ends; what it ended with."""
    raised: list[Exception] = []

    def run() -> None:
        try:
            agent.run()
        except Exception as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield raised
    thread.join(60)
    assert not thread.is_alive()
