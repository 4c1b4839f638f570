"""Users, agencies, desks and roles; who acts (Actor) and what for (Purpose)."""

from accounts.actors import WORKER, Actor, Purpose, Role

__all__ = ["WORKER", "Actor", "Purpose", "Role"]
