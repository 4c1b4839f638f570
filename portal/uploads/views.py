"""tus 1.0 over HTTP: core protocol with creation, checksum, expiration and termination (tus.io/protocols)."""

from __future__ import annotations

import base64
from uuid import UUID

from django.http import HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.http import http_date

from catalogue import HosoError
from dossiers import permissions, queries
from dossiers.states import Act
from portal.error_pages import answer
from portal.http import Request, whole_number
from portal.uploads import services
from portal.uploads.errors import BadUpload
from portal.uploads.models import Upload

VERSION = "1.0.0"
OFFSET_TYPE = "application/offset+octet-stream"


def uploads(request: Request) -> HttpResponse:
    """The collection: OPTIONS says what the server can, POST opens an upload."""
    if request.method == "OPTIONS":
        return _tus(
            HttpResponse(status=204),
            Tus_Version=VERSION,
            Tus_Extension="creation,checksum,expiration,termination",
            Tus_Max_Size=services.LARGEST,
            Tus_Checksum_Algorithm=",".join(services.ALGORITHMS),
        )
    if request.method != "POST":
        return HttpResponseNotAllowed(["OPTIONS", "POST"])
    try:
        upload = _create(request)
    except HosoError as error:
        return _tus(answer(request, error))
    location = reverse("upload", args=[upload.id])
    return _tus(HttpResponse(status=201), Location=location, **_state(upload))


def upload(request: Request, upload_id: UUID) -> HttpResponse:
    """One upload: HEAD says how far it is, PATCH goes on, DELETE forgets it."""
    if request.method not in ("HEAD", "PATCH", "DELETE"):
        return HttpResponseNotAllowed(["HEAD", "PATCH", "DELETE"])
    try:
        found = services.find(upload_id, request.actor)
        if request.method == "DELETE":
            services.discard(found)
            return _tus(HttpResponse(status=204))
        if request.method == "PATCH":
            found = _append(request, found)
        found = services.finish(found, request.actor)
    except HosoError as error:
        return _tus(answer(request, error))
    status = 204 if request.method == "PATCH" else 200
    return _tus(HttpResponse(status=status), **_state(found))


def _create(request: Request) -> Upload:
    metadata = _metadata(request.headers.get("Upload-Metadata", ""))
    try:
        dossier = queries.dossier(UUID(metadata.get("dossier", "")), request.actor)
    except ValueError:
        raise BadUpload(header="Upload-Metadata dossier") from None
    permissions.demand(Act.ATTACH, request.actor, dossier)
    return services.create(
        dossier,
        request.actor,
        size=_number(request, "Upload-Length"),
        name=metadata.get("filename", ""),
        media_type=metadata.get("filetype", ""),
    )


def _append(request: Request, found: Upload) -> Upload:
    if request.headers.get("Content-Type") != OFFSET_TYPE:
        raise BadUpload(header="Content-Type")
    return services.append(
        found,
        request,
        offset=_number(request, "Upload-Offset"),
        checksum=_checksum(request),
        length=whole_number(request.headers.get("Content-Length", "")),
    )


def _number(request: Request, header: str) -> int:
    number = whole_number(request.headers.get(header, ""))
    if number is None:
        raise BadUpload(header=header)
    return number


def _checksum(request: Request) -> services.Checksum | None:
    """`Upload-Checksum: sha256 <base64>`."""
    text = request.headers.get("Upload-Checksum")
    if text is None:
        return None
    algorithm, _, digest = text.partition(" ")
    if algorithm not in services.ALGORITHMS:
        raise BadUpload(header="Upload-Checksum")
    return services.Checksum(algorithm, _base64(digest, "Upload-Checksum"))


def _metadata(text: str) -> dict[str, str]:
    """`Upload-Metadata: key base64, key base64`."""
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = _base64(value, "Upload-Metadata").decode()
        except UnicodeDecodeError:
            raise BadUpload(header="Upload-Metadata") from None
    return found


def _base64(text: str, header: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:  # what is no base64, and letters beyond ASCII
        raise BadUpload(header=header) from None


def _state(upload: Upload) -> dict[str, object]:
    """`Upload-Complete` (a header of the protocol's successor at the IETF) says whether the archive has the file: an
    upload whose every byte has come may still be on its way there."""
    return {
        "Upload_Offset": upload.offset,
        "Upload_Length": upload.size,
        "Upload_Complete": "?1" if upload.done else "?0",
        "Upload_Expires": http_date(upload.expires_at.timestamp()),
    }


def _tus(response: HttpResponse, **headers: object) -> HttpResponse:
    response.headers["Tus-Resumable"] = VERSION
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = str(value)
    return response
