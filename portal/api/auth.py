"""Who calls: a bearer token of a registered system (RFC 6750), with the scope that the operation needs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.throttling import SimpleRateThrottle
from oauth2_provider.models import AccessToken

from portal.api.errors import ScopeMissing, TokenMissing
from portal.api.models import ApiClient
from portal.api.scopes import SCOPES

RATE = "600/min"
"""Calls of one client in one web process."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The system behind a request."""

    client_id: str
    name: str
    client: ApiClient


class OAuth2(AuthBase):
    """Looks the token up by its digest (tokens are kept hashed) and checks its scope; sessions are not asked."""

    openapi_type = "oauth2"
    openapi_description = "OAuth 2 client credentials; the token goes into the header Authorization: Bearer."
    openapi_flows = {"clientCredentials": {"tokenUrl": "/oauth/token/", "scopes": SCOPES}}

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Caller:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise TokenMissing
        digest = hashlib.sha256(token.strip().encode()).hexdigest()
        found = AccessToken.objects.select_related("application__api_client").filter(token_checksum=digest).first()
        client = getattr(found.application, "api_client", None) if found is not None else None
        if found is None or client is None or found.is_expired():
            raise TokenMissing
        # The client's grant rules too: a scope that was taken away ends with the next call, not with the token.
        if not found.allow_scopes([self.scope]) or self.scope not in client.scopes:
            raise ScopeMissing(scope=self.scope)
        return Caller(found.application.client_id, found.application.name, client)


class PerClient(SimpleRateThrottle):
    """Counts the calls of each client."""

    def get_cache_key(self, request: HttpRequest) -> str | None:
        caller = getattr(request, "auth", None)
        return f"api-rate-{caller.client_id}" if isinstance(caller, Caller) else None


def needs(scope: str) -> dict[str, Any]:
    """The arguments of an operation that needs a scope."""
    return {"auth": OAuth2(scope), "openapi_extra": {"security": [{"OAuth2": [scope]}]}}


def caller_of(request: HttpRequest) -> Caller:
    """The system behind a request that passed `OAuth2`."""
    caller = getattr(request, "auth", None)
    assert isinstance(caller, Caller)
    return caller
