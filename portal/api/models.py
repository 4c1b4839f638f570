"""The systems that may call, what each may ask for, and the national codes of documents."""

from __future__ import annotations

import uuid

from django.db import models
from oauth2_provider.models import Application


class ApiClient(models.Model):
    """What a registered system may do, beside its OAuth 2 application (which keeps the hashed secret).

    `agency` covers the agencies below it. No `kinds` means every kind up to `clearance`; no `procedures` means every
    procedure of the catalogue. `bases` are the first words of the legal bases it may state. `webhooks` are the
    addresses that it may subscribe, exactly as registered.
    """

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="api_client")
    agency = models.CharField(max_length=40)
    scopes = models.JSONField(default=list)
    kinds = models.JSONField(default=list)
    procedures = models.JSONField(default=list)
    bases = models.JSONField(default=list)
    webhooks = models.JSONField(default=list)
    clearance = models.PositiveSmallIntegerField(default=2)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(clearance__range=(1, 4)), name="api_client_clearance_1_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.application.name} ({self.agency})"


class CodeSequence(models.Model):
    """The last number given to a document of an agency and a kind's abbreviation in `MCQ_LV_STT_PB`."""

    agency = models.CharField(max_length=40)
    kind = models.CharField(max_length=4)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "kind"], name="code_sequence_once")]

    def __str__(self) -> str:
        return f"{self.agency}_{self.kind} {self.last}"


class CodedDocument(models.Model):
    """DocCode ↔ document of the archive, and the request that brought it: the same key brings the same document.

    `digest` is the SHA-256 of what was sent, so that a key that comes with something else is found out.
    """

    code = models.CharField(max_length=30, unique=True)
    document = models.UUIDField(unique=True, default=uuid.uuid4)
    agency = models.CharField(max_length=40)
    client = models.CharField(max_length=100)
    key = models.CharField(max_length=128)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="coded_document_key_once")]

    def __str__(self) -> str:
        return self.code
