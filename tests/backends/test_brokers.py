"""Brokers that are down, that forget, that come back: every job is done, every effect happens once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.backends.plant import Plant
from tests.servers import RabbitMQ, Redis, Server

BROKERS: dict[str, Callable[[], Server]] = {"redis": Redis, "rabbitmq": RabbitMQ}


def run(plant: Plant, *, jobs: int, hits: str, seconds: float) -> None:
    """Asks while the broker is down, then hits (w: worker, b: broker) as the work goes on."""
    # Sixty waits for a broker that is not there would take minutes: nobody at the desk may feel it.
    plant.ask(jobs, seconds=60)
    assert plant.done() == 0
    if plant.broker is not None:
        plant.broker.start()
    plant.start()
    try:
        deadline = time.monotonic() + seconds
        for number, what in enumerate(hits, start=1):
            plant.finish(jobs * number // (len(hits) + 1), deadline)
            plant.hit_broker() if what == "b" else plant.hit_worker()
        plant.finish(jobs, deadline)
    finally:
        plant.stop()
    assert plant.done() == jobs
    assert plant.effects() == (jobs, jobs)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", BROKERS)
def test_a_broker_that_is_down_and_one_that_forgets_lose_and_double_nothing(
    name: str, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    broker = BROKERS[name]()
    request.addfinalizer(broker.stop)
    run(Plant(tmp_path, broker=broker, database=database, seed=7), jobs=60, hits="wbw", seconds=180)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("name", "on"), [("folder", "sqlite"), ("redis", "sqlite"), ("rabbitmq", "postgresql")])
def test_many_kills(name: str, on: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    database = request.getfixturevalue("database") if on == "postgresql" else ""
    broker = BROKERS[name]() if name in BROKERS else None
    if broker is not None:
        request.addfinalizer(broker.stop)
    run(Plant(tmp_path, broker=broker, database=database, seed=1), jobs=200, hits="wbwwbwbw", seconds=600)
