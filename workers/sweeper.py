"""The sweeper (`python -m workers.sweeper`): tells the workers again of jobs whose message or worker was lost.

It keeps house too, each duty in a thread of its own: an object store that hangs holds up no message. Any number of
sweepers may run; leases in the database let one at a time do a duty.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import FrameType

import structlog

log = structlog.get_logger("workers.sweeper")

PERIOD = 1.0
"""Seconds between two sweeps."""
LEASE = timedelta(seconds=10)
RESEND = timedelta(seconds=5)
"""A queued job is told of again after this time while nobody works; a message that comes twice does no harm."""
BUSY_RESEND = timedelta(seconds=60)
"""The same while somebody works: the message most likely lies in the broker still, behind others."""
VERIFIED = timedelta(minutes=10)
"""How long a report of the verification page is kept."""
HOUSE = 30.0
"""Seconds between two rounds of housekeeping, and before a duty that failed is tried again."""
ANCHOR = 3600.0
"""Seconds between two anchors of the event log in the locked bucket: a log cut short shows at the next one."""
DAILY = 3600.0
"""Seconds between two questions whether the work of the day is asked for yet."""
BATCH = 50
"""Jobs told of in one sweep, and how far down the line it looks for messages that were lost."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What is done each `period` seconds; two sweepers do duties of the same name by turns."""

    name: str
    period: float
    do: Callable[[], object]


def duties() -> tuple[Duty, ...]:
    """Everything that a sweeper does."""
    import storage
    from workers import renewal

    return (
        Duty("sweeper", PERIOD, sweep),
        Duty("publications", HOUSE, storage.resume),
        Duty("transient", HOUSE, storage.sweep_stash),
        Duty("reports", HOUSE, forget_reports),
        Duty("broker", HOUSE, forget_leftovers),
        Duty("anchor", ANCHOR, storage.anchor),
        Duty("renewals", DAILY, renewal.ask),
    )


def take_lease(name: str, owner: str) -> bool:
    """Whether `owner` may do what `name` stands for during the next seconds."""
    from django.db.models import Q
    from django.utils import timezone

    from workers.models import Lease

    now = timezone.now()
    Lease.objects.get_or_create(name=name, defaults={"owner": "", "until": now})
    free = Q(owner=owner) | Q(until__lte=now)
    return bool(Lease.objects.filter(free, name=name).update(owner=owner, until=now + LEASE))


def sweep() -> int:
    """One round: leases of dead processes lapse, jobs that wait are told of again. Gives how many were."""
    from django.db.models import Max
    from django.utils import timezone

    from workers import bulk
    from workers.ledger import to_do, wake
    from workers.models import Job
    from workers.owner import is_dead

    now = timezone.now()
    running = Job.objects.filter(state=Job.State.RUNNING)
    busy = False
    for job in running.filter(lease_until__gte=now).only("id", "fence", "lease_owner"):
        if is_dead(job.lease_owner):
            running.filter(pk=job.pk, fence=job.fence).update(lease_until=now - timedelta(seconds=1), sent_at=None)
            log.warning("sweeper.owner_dead", job=str(job.pk))
        else:
            busy = True
    waiting = to_do()
    line = waiting.filter(batch=None).order_by("run_at")
    untold = line.filter(sent_at__isnull=True).values_list("id", flat=True)[:BATCH]
    told = line.filter(sent_at__isnull=False).values_list("id", "sent_at")[:BATCH]
    lost = now - (BUSY_RESEND if busy else RESEND)
    sent = sum(wake(job_id) for job_id in [*untold, *(job_id for job_id, at in told if at and at < lost)])
    # One that works takes up the next documents of its batch by itself: a long batch fills no queue.
    worked_on = running.filter(lease_until__gte=now, batch__isnull=False)
    still = waiting.filter(batch__isnull=False).exclude(batch__in=worked_on.values("batch"))
    for batch, at in still.values_list("batch").annotate(told=Max("sent_at"))[:BATCH]:
        if at is None or at < lost:
            sent += bulk.wake_next(batch)
    if sent:
        log.info("sweeper.resent", jobs=sent)
    return sent


def forget_reports() -> None:
    """Reports of files that people had verified, after their ten minutes."""
    from django.utils import timezone

    from workers.models import Job

    Job.objects.filter(kind="verify", finished_at__lt=timezone.now() - VERIFIED).delete()


def forget_leftovers() -> None:
    """What crashes left in the folder of the embedded broker."""
    from django.conf import settings

    from workers import broker

    if not settings.HOSO.broker_url:
        folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"]
        broker.sweep(Path(str(folder)), before=time.time() - broker.LEFT)


def attend(duty: Duty, stopped: Callable[[float], bool]) -> None:
    """Does a duty until `stopped(pause)` says that it is enough. An error costs one round of this duty."""
    from django.db import connection

    from workers.owner import name_owner

    owner, pause = name_owner(), PERIOD
    try:
        while not stopped(pause):
            pause = duty.period
            try:
                if take_lease(duty.name, owner):
                    duty.do()
            except Exception as error:  # the next round tries again; ending here would leave jobs lying
                log.warning("sweeper.failed", duty=duty.name, error=type(error).__name__)
                connection.close()
                pause = min(duty.period, HOUSE)
    finally:
        connection.close()


def main() -> None:
    """Runs until SIGTERM; a duty that hangs then is left alone, it can be repeated."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    threads = [
        threading.Thread(target=attend, args=(duty, stop.wait), name=duty.name, daemon=True) for duty in duties()
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    until = time.monotonic() + 5
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


if __name__ == "__main__":
    main()
