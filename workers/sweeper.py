"""The sweeper (`python -m workers.sweeper`): tells the workers again of jobs whose message or worker was lost.

Any number may run; a lease in the database lets one work at a time.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

import structlog

log = structlog.get_logger("workers.sweeper")

PERIOD = 1.0
"""Seconds between two sweeps."""
LEASE = timedelta(seconds=10)
RESEND = timedelta(seconds=5)
"""A queued job is told of again after this time; a message that comes twice does no harm."""
VERIFIED = timedelta(minutes=10)
"""How long a report of the verification page is kept."""
HOUSE = 30
"""Sweeps between two rounds of housekeeping."""
ANCHOR = 3600
"""Sweeps between two anchors of the event log in the locked bucket: a log cut short shows at the next one."""
BATCH = 50
"""Jobs told of in one sweep: enough to keep the workers busy, too few to flood a broker behind a long queue."""


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
    from django.db.models import Q
    from django.utils import timezone

    from workers.ledger import wake
    from workers.models import Job
    from workers.owner import is_dead

    now = timezone.now()
    running = Job.objects.filter(state=Job.State.RUNNING)
    for job in running.filter(lease_until__gte=now).only("id", "fence", "lease_owner"):
        if is_dead(job.lease_owner):
            running.filter(pk=job.pk, fence=job.fence).update(lease_until=now - timedelta(seconds=1), sent_at=None)
            log.warning("sweeper.owner_dead", job=str(job.pk))
    untold = Q(sent_at__isnull=True) | Q(sent_at__lt=now - RESEND)
    waiting = Q(state=Job.State.QUEUED, run_at__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    due = list(Job.objects.filter(waiting & untold).order_by("run_at").values_list("id", flat=True)[:BATCH])
    sent = sum(wake(job_id) for job_id in due)
    if sent:
        log.info("sweeper.resent", jobs=sent)
    return sent


def keep_house() -> None:
    """What a crash left half published is finished; what must vanish goes: transient objects, reports of files."""
    from django.utils import timezone

    import storage
    from workers.models import Job

    storage.resume()
    storage.sweep_stash()
    Job.objects.filter(kind="verify", finished_at__lt=timezone.now() - VERIFIED).delete()


def run(stopped: Callable[[float], bool]) -> None:
    """Sweeps until `stopped(pause)` says so. An error of the database costs one round."""
    from django.db import connection

    import storage
    from workers.owner import name_owner

    owner, rounds = name_owner(), 0
    while not stopped(PERIOD):
        try:
            if take_lease("sweeper", owner):
                sweep()
                if rounds % HOUSE == 0:
                    keep_house()
                if rounds % ANCHOR == 0:
                    storage.anchor()
                rounds += 1
        except Exception as error:  # the next round tries again; ending here would leave jobs lying
            log.warning("sweeper.failed", error=type(error).__name__)
            connection.close()


def main() -> None:
    """Runs until SIGTERM."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    run(stop.wait)


if __name__ == "__main__":
    main()
