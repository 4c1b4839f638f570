"""The OpenAPI document says what the API does: schemathesis calls each operation and compares; the guide agrees too."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hoso.objectstore import ObjectStore
from portal.api.urls import api
from portal.wsgi import application
from tests.portal.api.conftest import HEADERS, MakeSystem

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "integrating.md"
SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
CALM = [
    HealthCheck.function_scoped_fixture,
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
]
OPERATIONS = {
    "POST /api/v1/evidence/search",
    "GET /api/v1/evidence/{id}",
    "GET /api/v1/evidence/{id}/content",
    "GET /api/v1/evidence/{id}/report",
    "GET /api/v1/evidence/{id}/status",
    "POST /api/v1/documents/import",
    "GET /api/v1/documents/{DocCode}",
    "PUT /api/v1/documents/{DocCode}",
    "GET /api/v1/documents/download/{DocCode}",
    "GET /api/v1/webhooks",
    "POST /api/v1/webhooks",
    "DELETE /api/v1/webhooks/{id}",
    "GET /api/v1/webhooks/messages",
    "POST /api/v1/webhooks/messages/{id}/again",
}


def operations(document: dict[str, Any]) -> set[str]:
    return {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item}


def compare(system_of: MakeSystem, examples: int) -> None:
    """Calls every operation with generated input and compares each answer with the document."""
    system = system_of(bases=["TTHC", "LAW"])
    known = {**HEADERS, "Authorization": f"Bearer {system.token}"}

    for result in SCHEMA.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=CALM)
        def call(case: Any) -> None:
            case.headers.update(known)
            case.call_and_validate(app=application, checks=CHECKS)

        call()


@pytest.mark.django_db
def test_the_document_is_public_and_names_every_operation(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert operations(answer.json()) == OPERATIONS
    for path, item in answer.json()["paths"].items():
        for operation in item.values():
            assert operation["security"][0]["OAuth2"], path
            names = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
            assert set(HEADERS) <= names or "webhooks" in path
            assert "application/problem+json" in operation["responses"]["403"]["content"]


@pytest.mark.django_db(transaction=True)
def test_each_answer_is_as_the_document_says(store: ObjectStore, system_of: MakeSystem) -> None:
    compare(system_of, 4)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.django_db(transaction=True)
def test_many_answers_are_as_the_document_says(
    store: ObjectStore, system_of: MakeSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(api.throttle, list)
    monkeypatch.setattr(api.throttle[0], "num_requests", 10**9)
    compare(system_of, 40)


def test_the_guide_names_every_operation_and_no_other(db: None) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    told = set(re.findall(r"`((?:GET|POST|PUT|DELETE) /api/v1/[^`?]*)`", text))
    assert told == OPERATIONS
