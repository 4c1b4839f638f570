"""What every page's frame needs: the menu of this person, the language, the size of the text."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import Actor, Role
from portal import permissions
from portal.account import TEXT_SIZE_COOKIE, TEXT_SIZES
from portal.labels import ROLE_NAMES


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu: the page's name, its label, its icon, the key that opens it."""

    page: str
    label: str | Promise
    icon: str
    key: str

    @property
    def href(self) -> str:
        """The page's address."""
        return reverse(self.page)


MENU = (
    Entry("desk:home", _("Việc của tôi"), "inbox", "h"),
    Entry("desk:receive", _("Tiếp nhận"), "plus", "r"),
    Entry("desk:dossiers", _("Hồ sơ"), "folder", "d"),
    Entry("desk:results", _("Ký, đóng dấu"), "sign", "g"),
    Entry("desk:numbers", _("Số liệu"), "chart", "b"),
    Entry("desk:log", _("Nhật ký"), "log", "l"),
    Entry("people:list", _("Tài khoản"), "person", "t"),
    Entry("citizen:home", _("Hồ sơ"), "folder", "h"),
    Entry("citizen:documents", _("Giấy tờ"), "file", "g"),
    Entry("citizen:events", _("Ai đã xem"), "eye", "x"),
)
PUBLIC_MENU = (
    Entry("verify:home", _("Kiểm tra"), "shield", "k"),
    Entry("citizen:follow", _("Theo dõi"), "search", "t"),
    Entry("login", _("Đăng nhập"), "person", "n"),
)
"""For those who have not signed in."""


def shell(request: HttpRequest) -> dict[str, object]:
    """The frame's context."""
    actor = getattr(request, "actor", None) or Actor(id="visitor")
    size = request.COOKIES.get(TEXT_SIZE_COOKIE, "1")
    match = request.resolver_match
    return {
        "actor": actor,
        "menu": [entry for entry in MENU if permissions.may_open(actor, entry.page)] if actor.roles else PUBLIC_MENU,
        "roles_text": ", ".join(str(ROLE_NAMES[role]) for role in Role if role in actor.roles),
        "here": match.view_name if match is not None else "",
        "text_size": size if size in TEXT_SIZES else "1",
        "text_sizes": TEXT_SIZES,
        "demo": settings.HOSO.env == "demo",
        "public_url": settings.HOSO.public_url,
    }


def shell_actor(context: Context) -> Actor:
    """The actor of the page that is being written."""
    actor = context.get("actor")
    return actor if isinstance(actor, Actor) else Actor(id="visitor")
