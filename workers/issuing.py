"""What every paper of ours prints: the system that issues it and the person whose dossier it is."""

from __future__ import annotations

from django.conf import settings

import paper
import storage
from accounts import Actor
from dossiers.models import Dossier
from workers.agencies import public_url
from workers.context import purpose_for

NAME = "hoso"


def system() -> paper.System:
    """The system as the codes name it."""
    return paper.System(name=NAME, public_url=public_url(), demo=settings.HOSO.env == "demo")


def owner_id(dossier: Dossier, actor: Actor) -> str:
    """The applicant's identifier, from the archive: an event of the owner."""
    known = storage.owner_profile(dossier.owner, actor, purpose_for(dossier)).identifiers
    preferred = sorted(known, key=lambda identifier: identifier.scheme != "citizen_id")
    return preferred[0].value if preferred else ""
