"""The API put together: its routers, its errors, its OpenAPI document at `/api/v1/openapi.json`."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from oauth2_provider.views import RevokeTokenView, TokenView

from portal.api import documents, evidence, problems, webhooks
from portal.api.auth import RATE, PerClient

_PURPOSE_FREE = frozenset({"webhooks"})
_HEADERS = {
    "X-Purpose": ("Legal basis, such as TTHC:1.000894.", "TTHC:1.000894"),
    "X-Case": ("Code of the dossier that asks.", "H26.01.02-261121-0001"),
    "X-Officer": ("Name or staff id of the person behind the call; UTF-8, percent-encoded.", "can.bo.01"),
    "X-Agency": ("Code of the agency that person works for.", "H26.01.02"),
}


class Api(NinjaAPI):
    """NinjaAPI whose document says what the code does: mandatory headers, problem documents, bytes."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        for address, item in schema["paths"].items():
            for method, operation in item.items():
                _complete(address, method, operation)
        return schema


def _complete(address: str, method: str, operation: dict[str, Any]) -> None:
    importing = address.endswith("/documents/import")
    # ninja puts its own entry, without scopes, before ours; two entries would mean that either one does.
    operation["security"] = operation["security"][-1:]
    parameters = operation.setdefault("parameters", [])
    if not _PURPOSE_FREE.intersection(operation.get("tags", ())):
        parameters += [_header(name, required=not importing) for name in _HEADERS]
    if importing:
        parameters.append(
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": True,
                "schema": {"type": "string", "pattern": "^[0-9A-Za-z-]{8,100}$"},
            }
        )
    for status, answer in operation["responses"].items():
        content = answer.get("content", {})
        if int(status) >= 400 and "application/json" in content:
            answer["content"] = {"application/problem+json": content["application/json"]}
    if method == "get" and address.endswith("/report"):
        forms = {"application/xml": {"schema": {"type": "string"}}, "application/json": {"schema": {"type": "object"}}}
        operation["responses"][200]["content"] = forms
    if method == "get" and ("/content" in address or "/download/" in address):
        file = {"schema": {"type": "string", "format": "binary"}}
        media = (
            ("application/pdf",)
            if "/content" in address
            else ("application/pdf", "image/tiff", "image/jpeg", "image/png")
        )
        operation["responses"][200]["content"] = dict.fromkeys(media, file)


def _header(name: str, *, required: bool) -> dict[str, Any]:
    words, example = _HEADERS[name]
    return {
        "in": "header",
        "name": name,
        "required": required,
        "description": words,
        "schema": {"type": "string"},
        "example": example,
    }


api = Api(
    title="hoso",
    version="1.0.0",
    description="Evidence that a one-stop centre holds, for other systems. See docs/integrating.md.",
    docs_url=None,
    urls_namespace="api",
    throttle=[PerClient(RATE)],
)
api.add_router("/evidence", evidence.router)
api.add_router("/documents", documents.router)
api.add_router("/webhooks", webhooks.router)
problems.install(api)


def _wrapped() -> list[URLPattern | URLResolver]:
    patterns: list[URLPattern | URLResolver] = api.urls[0]
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = problems.with_problems(pattern.callback)
    return patterns


_oauth = [
    path("token/", TokenView.as_view(), name="token"),
    path("revoke_token/", RevokeTokenView.as_view(), name="revoke-token"),
]
urlpatterns = [
    path("api/v1/", include((_wrapped(), "api"), namespace="api")),
    path("oauth/", include((_oauth, "oauth"), namespace="oauth")),
]
