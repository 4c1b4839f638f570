"""An upload underway: how far it is and where its pieces lie."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Upload(models.Model):
    """One file on its way in. The file's name lies with the pieces, sealed; here are only sizes and ids.

    `pieces` is a list of [key, bytes] in order; the sum of the bytes is `offset`. `intake` is set once the whole file
    is in the archive, `job` is the job that digitizes it. `finishing_until` is set while a request hands the whole file
    to the archive: until then no other request does.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.UUIDField(db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    media_type = models.CharField(max_length=100, blank=True, default="")
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    pieces = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    finishing_until = models.DateTimeField(null=True, default=None)
    intake = models.UUIDField(null=True, default=None)
    job = models.UUIDField(null=True, default=None)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(offset__lte=models.F("size")), name="upload_within_size"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.offset}/{self.size}"

    @property
    def whole(self) -> bool:
        """Whether every byte has come."""
        return self.offset == self.size

    @property
    def done(self) -> bool:
        """Whether the archive has the file: only now may the sender forget it."""
        return self.intake is not None
