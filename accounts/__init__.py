"""Users, agencies, desks and roles; who acts (Actor) and what for (Purpose).

Names that need Django's models (`make_demo_accounts`) are imported when they are first asked for, so that this package
can be imported before the apps are loaded. The model itself is reached by `django.contrib.auth.get_user_model()` or
`accounts.models.User`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.actors import STAFF, WORKER, Actor, Purpose, Role

if TYPE_CHECKING:
    from accounts.demo import DemoAccount, make_demo_accounts

__all__ = ["STAFF", "WORKER", "Actor", "DemoAccount", "Purpose", "Role", "make_demo_accounts"]


def __getattr__(name: str) -> object:
    if name in {"DemoAccount", "make_demo_accounts"}:
        from accounts import demo

        return getattr(demo, name)
    raise AttributeError(name)
