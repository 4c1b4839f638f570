"""Words for codes: what roles, states and kinds are called on the pages (Vietnamese; English by the catalogue)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import Role

ROLE_NAMES: dict[Role, str | Promise] = {
    Role.OFFICER: _("Cán bộ một cửa"),
    Role.LEADER: _("Lãnh đạo"),
    Role.SEAL_CLERK: _("Văn thư"),
    Role.AUDITOR: _("Kiểm tra viên"),
    Role.ADMIN: _("Quản trị viên"),
    Role.CITIZEN: _("Công dân"),
    Role.SYSTEM: _("Hệ thống"),
}
