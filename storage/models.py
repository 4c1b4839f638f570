"""The index in SQL: rebuilt from the object store and the keys; it never holds a key, an identifier or a file name.

Titles, numbers, issuers, summaries, field values and the folded text are in clear, because people search by them; what
reads as somebody's identifier is left out (`storage.scrub`). Destroying a document deletes its rows.
"""

from __future__ import annotations

import uuid

from django.db import models

from storage.values import Status, VersionRole


class Owner(models.Model):
    """A person or an organisation, known by a random id; who it is stands encrypted in its own archive object."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key_id = models.UUIDField()
    created_at = models.DateTimeField()
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")


class OwnerIndex(models.Model):
    """Identifier → owner: the HMAC-SHA256 of the identifier under the index key of this version, in hex."""

    digest = models.CharField(max_length=64)
    key_version = models.PositiveIntegerField()
    scheme = models.CharField(max_length=20)
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE, related_name="index")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "key_version"], name="owner_index_once")]


class Intake(models.Model):
    """What arrived, before anybody knows what it is or whose: own id, own key, own retention, no owner."""

    id = models.UUIDField(primary_key=True, editable=False)
    key_id = models.UUIDField()
    idempotency_key = models.CharField(max_length=200, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=100)
    retain_until = models.DateTimeField()


class IntakeGrant(models.Model):
    """Which dossier an intake object belongs to, and the agency whose officers may therefore read it."""

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="grants")
    dossier = models.CharField(max_length=60, db_index=True)
    agency = models.CharField(max_length=40)
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["intake", "dossier", "agency"], name="intake_grant_once")]


class Document(models.Model):
    """A document in the archive; `home` is the owner under whose prefix its object lies."""

    id = models.UUIDField(primary_key=True, editable=False)
    key_id = models.UUIDField()
    home = models.ForeignKey(Owner, on_delete=models.PROTECT, related_name="homed")
    owners = models.ManyToManyField(Owner, through="DocumentOwner", related_name="documents")
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    number = models.CharField(max_length=100, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    issuer = models.CharField(max_length=300, blank=True)
    issuer_code = models.CharField(max_length=40, blank=True)
    summary = models.CharField(max_length=500, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    scope = models.CharField(max_length=300, blank=True)
    result_type = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=20, blank=True)
    sensitivity = models.PositiveSmallIntegerField(default=2)
    status = models.CharField(max_length=20, choices=[(s.value, s.value) for s in Status], default=Status.ACTIVE)
    status_reason = models.CharField(max_length=300, blank=True)
    superseded_by = models.UUIDField(null=True, blank=True)
    dossier = models.CharField(max_length=60, blank=True, db_index=True)
    agency = models.CharField(max_length=40, blank=True)
    retain_until = models.DateTimeField()
    created_at = models.DateTimeField()
    verification = models.JSONField(null=True, blank=True)
    """Of a file that came signed: verdict, time, where the reports are (`values.Verification`)."""
    search_text = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="document_newest"),
            models.Index(fields=["agency", "-created_at", "-id"], name="document_agency_newest"),
            models.Index(fields=["number"], name="document_number"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(sensitivity__range=(1, 4)), name="document_sensitivity_1_to_4"),
        ]


class DocumentOwner(models.Model):
    """Whose document it is; a marriage certificate has two owners."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE)
    owner = models.ForeignKey(Owner, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "owner"], name="document_owner_once")]


class Version(models.Model):
    """A version of a document: which bytes, what they were made from, with what, and who signed them.

    `content` is the number of the version whose content file holds the bytes: its own, except for METADATA.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.PositiveIntegerField()
    role = models.CharField(max_length=20, choices=[(r.value, r.value) for r in VersionRole])
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    page_count = models.PositiveIntegerField(null=True, blank=True)
    deposit_key = models.CharField(max_length=200)
    source_intake = models.UUIDField(null=True, blank=True, db_index=True)
    source_sha256 = models.CharField(max_length=64, blank=True)
    source_pages = models.JSONField(default=list)
    made_from = models.PositiveIntegerField(null=True, blank=True)
    software = models.CharField(max_length=200, blank=True)
    settings = models.JSONField(default=dict)
    signature_level = models.CharField(max_length=10, blank=True)
    signature_wanted = models.CharField(max_length=10, blank=True)
    signer = models.CharField(max_length=300, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signature_demo = models.BooleanField(default=False)
    sealed = models.BooleanField(default=False)
    lapse_looked_at = models.DateTimeField(null=True, blank=True)
    """When somebody looked until when the file proves itself. Not in the object: it can be read off the file again."""
    lapses_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["document", "role", "sha256", "deposit_key"], name="version_deposit_once"),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="version_sha256"),
            models.Index(fields=["lapses_at"], name="version_lapses", condition=models.Q(lapses_at__isnull=False)),
            models.Index(
                fields=["created_at"],
                name="version_unlooked",
                condition=models.Q(lapse_looked_at__isnull=True) & ~models.Q(signature_level=""),
            ),
        ]


class Field(models.Model):
    """A type-specific field of a document; `hidden` when the value is an identifier and stands only encrypted."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="fields")
    name = models.CharField(max_length=60)
    value = models.TextField(blank=True)
    hidden = models.BooleanField(default=False)
    origin = models.CharField(max_length=10)
    confidence = models.FloatField(null=True, blank=True)
    verified_by = models.CharField(max_length=100, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    page = models.PositiveIntegerField(null=True, blank=True)
    box = models.JSONField(null=True, blank=True)


class Tombstone(models.Model):
    """What is left of a destroyed document; kept in the owner's archive object too, so that it survives a rebuild."""

    document = models.UUIDField(primary_key=True)
    owner = models.ForeignKey(Owner, on_delete=models.PROTECT, related_name="tombstones")
    ground = models.CharField(max_length=300)
    approved_by = models.JSONField(default=list)
    destroyed_at = models.DateTimeField()
    keys_gone = models.BooleanField(default=False)
    """Whether its keys were destroyed after it; until then `resume` does it again."""

    class Meta:
        indexes = [
            models.Index(fields=["document"], name="tombstone_open", condition=models.Q(keys_gone=False)),
        ]


class ArchiveObject(models.Model):
    """Who may write the next version of an OCFL object.

    `head` is the newest published version, `fence` grows with each writer that takes the lease. `plan` names what the
    winner staged: set by the commit, cleared when it lies in its place, finished by whoever comes next after a crash.
    """

    path = models.CharField(primary_key=True, max_length=100)
    head = models.PositiveIntegerField(default=0)
    fence = models.PositiveBigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    plan = models.JSONField(null=True, blank=True)


class EventHead(models.Model):
    """The end of the event log: one row, locked by whoever appends."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField(null=True, blank=True)


class Event(models.Model):
    """One record of the append-only log; the database refuses to change or delete it."""

    seq = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField(unique=True)
    action = models.CharField(max_length=60)
    result = models.CharField(max_length=60)
    actor = models.CharField(max_length=100)
    actor_name = models.CharField(max_length=200, blank=True)
    roles = models.JSONField(default=list)
    agencies = models.JSONField(default=list)
    desk = models.CharField(max_length=40, blank=True)
    certificate = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=60, blank=True)
    on_behalf_of = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=60, blank=True)
    legal_basis = models.CharField(max_length=100, blank=True)
    dossier = models.CharField(max_length=60, blank=True, db_index=True)
    purpose = models.CharField(max_length=300, blank=True)
    document = models.UUIDField(null=True, blank=True, db_index=True)
    version = models.PositiveIntegerField(null=True, blank=True)
    intake = models.UUIDField(null=True, blank=True)
    owners = models.JSONField(default=list)
    sensitivity = models.PositiveSmallIntegerField(null=True, blank=True)
    fields = models.JSONField(default=list)
    details = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)


class EventSubject(models.Model):
    """Finds the events that concern an owner; the owners themselves are in the hashed record."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="subjects")
    owner = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["owner", "-event"], name="event_subject_newest")]
