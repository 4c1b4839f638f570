"""Who acts and what for: the two things that every read and write of a person's document carries."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a signed-in person may do; a person may have several."""

    OFFICER = "officer"
    LEADER = "leader"
    SEAL_CLERK = "seal_clerk"
    AUDITOR = "auditor"
    ADMIN = "admin"
    CITIZEN = "citizen"
    SYSTEM = "system"


STAFF = frozenset({Role.OFFICER, Role.LEADER, Role.SEAL_CLERK})
"""The roles whose work is other people's documents."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, another system or one of our own workers.

    `id` is the user's UUID as text, `client:<oauth client id>` or `worker`; never a citizen ID. `agencies` are agency
    codes. `clearance` is the highest sensitivity label, 1 to 4, that the actor may open (QCVN 12:2026/BCA 2.2.5.3).
    `owner` is the archive's owner id of a signed-in citizen. `on_behalf_of` is who a system or a worker acts for
    (a user's id, an officer's name from `X-Officer`). `certificate` is the subject of the client certificate or of the
    officer's signing certificate, `address` the IP address; both are for the event log only.
    """

    id: str
    name: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)
    agencies: frozenset[str] = field(default_factory=frozenset)
    clearance: int = 1
    owner: str | None = None
    on_behalf_of: str | None = None
    channel: str = ""
    desk: str = ""
    certificate: str = ""
    address: str = ""

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds one of the roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_worker(self) -> bool:
        """Whether this is one of our own workers, whoever it works for (`dataclasses.replace(WORKER, …)`)."""
        return self.id == "worker" and Role.SYSTEM in self.roles


@dataclass(frozen=True, slots=True)
class Purpose:
    """What for (Law 91/2025/QH15: specific and clear): the legal basis, the dossier that asks, words for people.

    `legal_basis` is `TTHC:<procedure code>`, `CONSENT:<id>`, `LAW:<reference>`, `OWNER` (the citizen reads their own)
    or `EMERGENCY`.
    """

    legal_basis: str
    dossier: str = ""
    text: str = ""


WORKER = Actor(id="worker", name="hoso", roles=frozenset({Role.SYSTEM}), clearance=4, channel="worker")
"""Our own workers; the only actor that may open everything, always for a stated purpose."""
