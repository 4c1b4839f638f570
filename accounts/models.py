"""People who sign in and the agencies that they work for."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who signs in; custom from the first migration, so that it can grow."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
