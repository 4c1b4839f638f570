"""People who sign in and the agencies that they work for."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models

from accounts.actors import Actor, Role


class User(AbstractUser):
    """A person who signs in; custom from the first migration, so that it can grow.

    `roles` and `agencies` are lists of text: a handful a person, always read together with the user.
    """

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    full_name = models.CharField("họ và tên", max_length=200, blank=True)
    roles = models.JSONField("vai trò", default=list, blank=True)
    agencies = models.JSONField("mã cơ quan", default=list, blank=True)
    desk = models.CharField("quầy", max_length=40, blank=True)
    clearance = models.PositiveSmallIntegerField("mức được xem", default=1)
    owner = models.UUIDField("chủ giấy tờ trong kho", null=True, blank=True, unique=True)
    language = models.CharField("ngôn ngữ", max_length=5, default="vi")
    certificate = models.CharField("chứng thư số", max_length=200, blank=True)
    must_change_password = models.BooleanField("phải đổi mật khẩu", default=False)

    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"
        constraints = [
            models.CheckConstraint(condition=models.Q(clearance__range=(1, 4)), name="user_clearance_1_to_4"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        """The name as it is printed: family name first, as Vietnamese names are."""
        return self.full_name

    def get_short_name(self) -> str:
        """The given name, the last word of a Vietnamese name."""
        return self.full_name.rsplit(" ", 1)[-1]

    def actor(self, channel: str = "", address: str = "") -> Actor:
        """The person as the archive and the event log know them."""
        return Actor(
            id=str(self.id),
            name=str(self),
            roles=frozenset(Role(role) for role in self.roles),
            agencies=frozenset(self.agencies),
            clearance=self.clearance,
            owner=str(self.owner) if self.owner else None,
            channel=channel,
            desk=self.desk,
            certificate=self.certificate,
            address=address,
        )
