"""Small marks that templates share: icons, times as people read them, states as badges."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import permissions
from portal.context import shell_actor

register = template.Library()


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A symbol of the icon sheet; decoration only, so that the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>', extra, static("hoso/icons.svg"), name
    )


@register.filter
def moment(value: datetime | None) -> str:
    """A time as the desk reads it, at +07:00: 09:05 22/11/2026."""
    return timezone.localtime(value).strftime("%H:%M %d/%m/%Y") if value else ""


@register.filter
def day(value: date | datetime | None) -> str:
    """A day as it is written in Vietnam: 22/11/2026."""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return value.strftime("%d/%m/%Y") if value else ""


@register.simple_tag(takes_context=True)
def may_open(context: template.Context, page: str) -> bool:
    """Whether this person may open the page, so that no closed door is shown."""
    return permissions.may_open(shell_actor(context), page)
