"""Who signs: the key of a person or of an agency, and the services that a signature may use.

In DEMO keys come from the local demo authority. `HOSO_ENV=production` refuses it.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from django.conf import settings

import signing
from accounts import Actor
from signing.demo import Authority, home
from workers.agencies import agency_name


@cache
def authority() -> Authority:
    """The DEMO authority of this installation. Raises `signing.errors.AuthorityRefused` in production."""
    return Authority(home(settings.HOSO.data), env=settings.HOSO.env)


def services() -> signing.Services:
    """Time stamps, OCSP, CRL and trust."""
    return authority().services


def trust() -> signing.Trust:
    """The roots that verification believes."""
    return authority().trust


def person(actor: Actor, role: Literal["officer", "leader"], agency_code: str) -> signing.Signer:
    """The key of somebody who signs for an agency."""
    return authority().issue(actor.name, role, organisation=agency_name(agency_code))


def seal(agency_code: str) -> signing.Signer:
    """The key of an agency's seal."""
    return authority().issue(agency_name(agency_code), "agency")
