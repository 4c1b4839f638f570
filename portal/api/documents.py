"""The four endpoints of the national digitization guide, word for word: import, read, update, download."""

from __future__ import annotations

import hashlib
from uuid import uuid4

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router, Status

import storage
from portal.api import bodies, importing, national, reading
from portal.api.auth import needs
from portal.api.errors import CodeTaken, KeyNeeded
from portal.api.national import ImportedOut, ImportIn, NationalIn, NationalOut
from portal.api.purpose import asked
from portal.api.schemas import PROBLEMS, Problem

router = Router(tags=["documents"])
_WRITE = needs("documents.write")
_IMPORT = {
    **_WRITE,
    "openapi_extra": {
        **_WRITE["openapi_extra"],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": ImportIn.model_json_schema(ref_template="#/components/schemas/{model}")},
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["metadata", "attachment"],
                        "properties": {
                            "metadata": {"type": "string", "contentMediaType": "application/json"},
                            "attachment": {"type": "string", "format": "binary"},
                        },
                    }
                },
            },
        },
    },
}


@router.post("/import", response={201: ImportedOut, PROBLEMS: Problem}, **_IMPORT)
def import_document(request: HttpRequest) -> Status[ImportedOut]:
    """Bring a document: the national metadata and one file, up to 200 MB as multipart or 32 MB as base64 in JSON.

    Send it again under the same Idempotency-Key after any doubt: the answer is the same, and nothing comes in twice.
    The bytes are kept as they came; a signed PDF stays signed.
    """
    ask = asked(request, reading=False)
    ask.admit("document.import")
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise KeyNeeded
    with bodies.read(request) as body:
        return Status(201, importing.bring(ask, body, key))


@router.get("/download/{DocCode}", response={200: None, PROBLEMS: Problem}, **needs("documents.read"))
def download(request: HttpRequest, DocCode: str) -> StreamingHttpResponse:
    """Fetch the file of a DocCode: its newest version."""
    coded = importing.find(DocCode)
    return reading.content(asked(request), coded.document, name=str(coded.document), pdf_only=False)


@router.get("/{DocCode}", response={200: NationalOut, PROBLEMS: Problem}, **needs("documents.read"))
def metadata(request: HttpRequest, DocCode: str) -> NationalOut:
    """Read the national metadata of a DocCode."""
    coded = importing.find(DocCode)
    handle, found = reading.describe(asked(request), coded.document)
    return national.from_archive(coded.code, handle, found, handle.latest)


@router.put("/{DocCode}", response={200: NationalOut, PROBLEMS: Problem}, **_WRITE)
def update(request: HttpRequest, DocCode: str, body: NationalIn) -> NationalOut:
    """Describe a document anew: a new version with the same bytes; the versions before it stay.

    Only the agency that keeps the document may. A DocCode in the body must be the one in the address.
    """
    coded = importing.find(DocCode)
    ask = asked(request)
    handle, before = reading.describe(ask, coded.document)
    if handle.agency not in ask.actor.agencies:
        refused = storage.NotAllowed(reason_vi="cơ quan khác đang giữ giấy tờ", reason="another agency keeps it")
        storage.refuse(coded.document, ask.actor, ask.purpose, "document.describe", refused.code)
        raise refused
    if body.DocCode not in (None, coded.code):
        raise CodeTaken(doc_code=body.DocCode)
    after = national.changed(before, body)
    version = storage.describe(coded.document, after, ask.actor, _key(request, ask.caller.client_id))
    return national.from_archive(coded.code, handle, after, version.number)


def _key(request: HttpRequest, client: str) -> str:
    """The key of an update: this client's for this body, or a new one each time. The client's key may be anything: its
    digest keeps it out of other clients' way, and other content under it is another update."""
    given = request.headers.get("Idempotency-Key", "")
    if not given:
        return f"put:{uuid4()}"
    return "put:" + hashlib.sha256(f"{client}:{given}:".encode() + request.body).hexdigest()
