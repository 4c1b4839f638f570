"""The job ledger, the outbox, and the leases of what must run once in the whole installation."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from dossiers.sealed import SealedJSONField


class Batch(models.Model):
    """Documents that somebody asked to sign or to seal by one press; each is a job of its own.

    What a pause holds back is in the row: it outlives every process.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    """The kind of its jobs."""
    key = models.CharField(max_length=200, unique=True)
    """Idempotency key: the same form sent twice is the same batch."""
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)
    paused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["created_by", "created_at"], name="batch_by")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Job(models.Model):
    """One piece of work and the truth about it. Messages only carry its id."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        UNKNOWN = "unknown"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200, unique=True)
    """Idempotency key: asking twice for the same thing gives the same job."""
    payload = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    stage = models.CharField(max_length=40, default="", blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    crashes = models.PositiveIntegerField(default=0)
    run_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=200, default="", blank=True)
    fence = models.PositiveBigIntegerField(default=0)
    """Counts the claims; whoever holds an older number can publish nothing."""
    error_code = models.CharField(max_length=80, default="", blank=True)
    error = models.JSONField(default=dict)
    """The error as people see it (`HosoError.as_dict`)."""
    dossier = models.CharField(max_length=80, default="", blank=True)
    created_by = models.CharField(max_length=80, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    tried_since = models.DateTimeField(null=True, blank=True)
    """The first attempt since it was last asked for; the patience of its kind counts from here."""
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    batch = models.ForeignKey(Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="jobs")

    class Meta:
        indexes = [
            models.Index(fields=["run_at"], name="job_queued", condition=Q(state="queued")),
            models.Index(fields=["lease_until"], name="job_running", condition=Q(state="running")),
            models.Index(fields=["dossier", "created_at"], name="job_dossier"),
            models.Index(fields=["kind", "created_at"], name="job_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id} {self.state}"

    @property
    def over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in (self.State.DONE, self.State.FAILED, self.State.UNKNOWN)


class RemoteCall(models.Model):
    """One request to a remote key to sign, written before it went out.

    `asked` means that nobody knows whether the service has signed; then the job is `unknown`. `waived`: the person who
    signs has looked there and asked again.
    """

    class Outcome(models.TextChoices):
        ASKED = "asked"
        ANSWERED = "answered"
        WAIVED = "waived"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="remote_calls")
    name = models.CharField(max_length=80)
    """Which document of the job: the name under which it is staged."""
    service = models.CharField(max_length=40, default="CSC")
    """Who was asked, as its signer is told."""
    fence = models.PositiveBigIntegerField()
    attempt = models.PositiveIntegerField()
    document = models.CharField(max_length=64)
    """SHA-256 of the document before it is signed."""
    digest = models.CharField(max_length=64)
    """SHA-256 that the service was asked to sign; its own log names it too."""
    signer = models.CharField(max_length=64)
    """SHA-256 of the signer's certificate."""
    profile = models.CharField(max_length=40)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["job", "name"], name="remote_call_open", condition=Q(outcome="asked"))]

    def __str__(self) -> str:
        return f"{self.profile} {self.job_id} {self.outcome}"


class OutboxMessage(models.Model):
    """Something to tell somebody outside, written in the transaction of the change that it tells of.

    A job of the ledger delivers it, so attempts and the next time are that job's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=200, unique=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="messages")
    created_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.topic} {self.id}"

    @property
    def attempts(self) -> int:
        """How often delivery was tried."""
        return self.job.attempts


class Subscription(models.Model):
    """A system's wish to be told: which events, of which agency and kinds, up to which sensitivity, at which address.

    `agency` covers the agencies below it, no `kinds` means all. `secret` (`{"key": "whsec_…"}`) signs what is sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.CharField(max_length=100, db_index=True)
    url = models.URLField(max_length=500)
    events = models.JSONField(default=list)
    agency = models.CharField(max_length=40)
    kinds = models.JSONField(default=list)
    clearance = models.PositiveSmallIntegerField(default=1)
    secret = SealedJSONField(default=dict)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"webhook {self.id}"

    def covers(self, agency: str, kind: str, sensitivity: int) -> bool:
        """Whether the system may hear of such a document."""
        ours = agency == self.agency or agency.startswith(f"{self.agency}.")
        return ours and sensitivity <= self.clearance and (not self.kinds or kind in self.kinds)


class Lease(models.Model):
    """Who may do something that must run once in the whole installation, and until when."""

    name = models.CharField(max_length=40, primary_key=True)
    owner = models.CharField(max_length=200, default="", blank=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.owner}"
