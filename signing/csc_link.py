"""How a remote signing service is spoken to: an OAuth 2 access token while it lasts, JSON there and back, bounded."""

from __future__ import annotations

import ipaddress
import json
import re
import ssl
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from signing.errors import BadKeySettings, OutcomeUnknown, SigningServiceDown, SigningServiceRefused, WrongPin

__all__ = ["CscService", "Link", "secure_address", "word"]

MOST_BYTES = 8 * 1024 * 1024
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)


@dataclass(frozen=True, slots=True)
class CscService:
    """A credential at a remote signing service. `url` is the API's base (`https://…/csc/v2`), `token_url` its OAuth 2
    token endpoint; without a `refresh_token` the client's own credentials ask for the token, for `scope`.

    `most` limits the signatures of one request below what the service allows, `seconds` each call. `asynchronous`: the
    service works on an order in its own time (`operationMode` A) and is asked for the signatures during `patience`
    seconds."""

    url: str
    credential: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    token_url: str = ""
    refresh_token: str = field(default="", repr=False)
    legacy_padding: bool = False
    most: int = 100
    seconds: float = 30.0
    ca_file: str = ""
    scope: str = "service"
    asynchronous: bool = False
    patience: float = 100.0


class Link:
    """Speaks to the service: an access token while it lasts, JSON there and back, bounded in time and size."""

    def __init__(self, service: CscService) -> None:
        self.service = service
        secure_address(service.url)
        self._token, self._until, self._refresh = "", 0.0, service.refresh_token
        self._token_url = service.token_url or f"{service.url.rstrip('/')}/oauth2/token"
        secure_address(self._token_url)

    async def call(self, method: str, body: dict[str, Any], *, signs: bool = False) -> dict[str, Any]:
        """One method of the API. `signs`: an answer that does not come back leaves the outcome unknown. Raises
        `SigningServiceDown`, `SigningServiceRefused`, `WrongPin`, `OutcomeUnknown`."""
        status, told = await self.ask(method, body, signs=signs)
        if status == 200 or (signs and status == 202):
            return told
        if status >= 500:
            raise OutcomeUnknown(reference="—") if signs else SigningServiceDown
        error = word(told.get("error", status))
        if error in ("invalid_pin", "invalid_otp"):
            raise WrongPin(warning_vi="", warning_en="")
        raise SigningServiceRefused(why=error)

    async def ask(self, method: str, body: dict[str, Any], *, signs: bool = False) -> tuple[int, dict[str, Any]]:
        """Status and JSON of one method; an access token that ran out is renewed once."""
        url = f"{self.service.url.rstrip('/')}/{method}"
        async with self._client() as client:
            for fresh in (False, True):
                head = {"Authorization": f"Bearer {await self._access(client, fresh)}"}
                status, told = await self._post(client, url, signs, json=body, headers=head)
                if status != 401 or fresh:
                    break
        return status, told

    async def _access(self, client: httpx.AsyncClient, fresh: bool) -> str:
        """The access token (RFC 6749), by the refresh token where there is one (services may replace it each time, 6),
        else, or where that has ended, by the client's own credentials (4.4)."""
        if not fresh and time.monotonic() <= self._until:
            return self._token
        own = {"grant_type": "client_credentials", "scope": self.service.scope}
        status, told = 400, {"error": "invalid_grant"}
        if self._refresh:
            renewed = {"grant_type": "refresh_token", "refresh_token": self._refresh}
            status, told = await self._grant(client, renewed)
        if status in (400, 401) and told.get("error") == "invalid_grant" and not self.service.refresh_token:
            self._refresh = ""
            status, told = await self._grant(client, own)
        if status >= 500:
            raise SigningServiceDown
        if status != 200 or not isinstance(told.get("access_token"), str):
            raise SigningServiceRefused(why=word(told.get("error", status)))
        lasts, refresh = told.get("expires_in"), told.get("refresh_token")
        self._token = told["access_token"]
        self._refresh = refresh if isinstance(refresh, str) and refresh else self._refresh
        self._until = time.monotonic() + 0.9 * (lasts if isinstance(lasts, int | float) else 300)
        return self._token

    async def _grant(self, client: httpx.AsyncClient, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        own = httpx.BasicAuth(self.service.client_id, self.service.client_secret)
        return await self._post(client, self._token_url, False, data=form, auth=own)

    async def _post(
        self, client: httpx.AsyncClient, url: str, signs: bool, **content: Any
    ) -> tuple[int, dict[str, Any]]:
        got = bytearray()
        try:
            async with client.stream("POST", url, **content) as answer:
                async for part in answer.aiter_bytes():
                    got += part
                    if len(got) > MOST_BYTES:
                        raise httpx.ReadError("too large")
        except NOT_SENT as error:
            raise SigningServiceDown from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise (OutcomeUnknown(reference="—") if signs else SigningServiceDown()) from error
        return answer.status_code, _object(bytes(got))

    def _client(self) -> httpx.AsyncClient:
        trusted = ssl.create_default_context(cafile=self.service.ca_file) if self.service.ca_file else True
        return httpx.AsyncClient(timeout=self.service.seconds, follow_redirects=False, verify=trusted, trust_env=False)


def _object(body: bytes) -> dict[str, Any]:
    """The JSON object of an answer; an empty one if there is none, which no caller takes for a good one."""
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def word(told: object) -> str:
    """An error's code as the service names it, if it is one: its free text may hold anything."""
    text = str(told)
    return text if re.fullmatch(r"[A-Za-z0-9_]{1,40}", text) else "—"


def secure_address(url: str) -> str:
    """An https address, or a loopback one. Raises `BadKeySettings`: secrets do not travel in the open."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        near = ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = host == "localhost"
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and near)):
        raise BadKeySettings(why=f"url: {parts.scheme}://{host}")
    return url
