"""The national names of what describes a document (guide of the Ministry of Science and Technology, November 2025)
and what they are to the archive."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

import storage
from catalogue import fold, kinds, nfc
from portal.api.schemas import Scheme, Strict

UNKNOWN = "khac"
NUMBERLESS = frozenset({"0", "khong so", "khong"})
"""How a paper without a number is sent, since `CodeNumber` is mandatory."""
_ABBREVIATIONS = {
    "luat": "L",
    "nghi quyet": "NQ",
    "nghi dinh": "NĐ",
    "quyet dinh": "QĐ",
    "thong tu": "TT",
    "cong van": "CV",
    "thong bao": "TB",
    "bao cao": "BC",
    "ke hoach": "KH",
    "chuong trinh": "CTr",
    "giay moi": "GM",
    "bien ban": "BB",
    "giay phep": "GP",
    "quy che": "QC",
}
_OTHER = "VB"
_KEPT = ("CodeNumber", "CodeNotation", "PageAmount", "Description", "InforSign", "Keyword", "Mode")
_KEPT_TOO = ("ConfidenceLevel", "Format")
KEPT = (*_KEPT, *_KEPT_TOO)
"""Names that the archive's own metadata have no place for; they are kept as fields under their national names."""


def _text(most: int, least: int = 0) -> Any:
    return Annotated[str, StringConstraints(min_length=least, max_length=most, strip_whitespace=True)]


class NationalIn(Strict):
    """The fifteen national fields with their lengths; the first seven after DocCode are mandatory."""

    DocCode: str | None = Field(default=None, max_length=30, description="MCQ_LV_STT_PB; assigned when left out.")
    TypeName: _text(100, 1)  # type: ignore[valid-type]
    CodeNumber: _text(11, 1)  # type: ignore[valid-type]
    CodeNotation: _text(30, 1)  # type: ignore[valid-type]
    IssuedDate: date
    OrganName: _text(200, 1)  # type: ignore[valid-type]
    Subject: _text(500, 1)  # type: ignore[valid-type]
    Language: _text(100) = ""  # type: ignore[valid-type]
    PageAmount: int | None = Field(default=None, ge=1, le=9999)
    Description: _text(500) = ""  # type: ignore[valid-type]
    InforSign: _text(30) = ""  # type: ignore[valid-type]
    Keyword: _text(100) = ""  # type: ignore[valid-type]
    Mode: _text(20) = ""  # type: ignore[valid-type]
    ConfidenceLevel: _text(30) = ""  # type: ignore[valid-type]
    Format: _text(50) = ""  # type: ignore[valid-type]


class OwnerOf(Strict):
    """Whose document it is; the national fields have no place for that."""

    Scheme: Scheme
    Value: str = Field(min_length=1, max_length=40)
    Name: str = Field(default="", max_length=200)


class ImportMetadata(NationalIn):
    """The national fields and, where the document is somebody's, its owner. Without one it is the agency's own."""

    Owner: OwnerOf | None = None


class AttachmentIn(Strict):
    """A file in base64."""

    FileName: str = Field(min_length=1, max_length=255)
    Content: str = Field(min_length=4, description="base64")


class ImportIn(ImportMetadata):
    """The JSON form of an import: exactly one attachment. Larger files: multipart."""

    Attachments: list[AttachmentIn] = Field(min_length=1, max_length=1)


class ImportedOut(Strict):
    """What became of an import: the same for the same Idempotency-Key."""

    DocCode: str
    Document: UUID
    Sha256: str
    Size: int


class NationalOut(NationalIn):
    """The national fields as they stand, and where the document is in the archive."""

    Document: UUID
    Version: int
    Status: str
    SignatureLevel: str


def kind_of(type_name: str) -> str:
    """The kind of the catalogue that a `TypeName` names."""
    return _names().get(fold(type_name), UNKNOWN)


def abbreviation(type_name: str) -> str:
    """LV of a DocCode: the abbreviation of the kind of document, VB where the guide has none."""
    folded = fold(type_name)
    return next((short for name, short in _ABBREVIATIONS.items() if folded.startswith(name)), _OTHER)


def to_archive(given: NationalIn) -> storage.Metadata:
    """The archive's description of what came under the national names."""
    numberless = fold(given.CodeNumber) in NUMBERLESS
    kept = {name: getattr(given, name) for name in KEPT}
    fields = tuple(
        storage.FieldValue(name=name, value=nfc(str(value)), origin="db") for name, value in kept.items() if value
    )
    return storage.Metadata(
        kind=kind_of(given.TypeName),
        title=nfc(given.TypeName),
        number="" if numberless else nfc(f"{given.CodeNumber}/{given.CodeNotation}"),
        issued_on=given.IssuedDate,
        issuer=nfc(given.OrganName),
        summary=nfc(given.Subject),
        valid_from=given.IssuedDate,
        language=nfc(given.Language)[:20] or "vi",
        fields=fields,
        text=nfc("\n".join([given.TypeName, given.Subject, given.Description, given.Keyword])),
    )


def changed(before: storage.Metadata, given: NationalIn) -> storage.Metadata:
    """The description after a PUT: what the national names say is replaced, everything else stays."""
    fresh = to_archive(given)
    others = tuple(field for field in before.fields if field.name not in KEPT)
    return replace(
        before,
        kind=fresh.kind if fresh.kind != UNKNOWN else before.kind,
        title=fresh.title,
        number=fresh.number,
        issued_on=fresh.issued_on,
        issuer=fresh.issuer,
        summary=fresh.summary,
        language=fresh.language,
        fields=(*fresh.fields, *others),
    )


def from_archive(code: str, handle: storage.Handle, metadata: storage.Metadata, version: int) -> NationalOut:
    """A description under the national names."""
    kept = {field.name: field.value for field in metadata.fields if field.name in KEPT}
    return NationalOut.model_construct(
        DocCode=code,
        TypeName=metadata.title,
        CodeNumber=kept.get("CodeNumber", metadata.number.partition("/")[0] or "0"),
        CodeNotation=kept.get("CodeNotation", metadata.number.partition("/")[2]),
        IssuedDate=metadata.issued_on,
        OrganName=metadata.issuer,
        Subject=metadata.summary,
        Language=metadata.language,
        PageAmount=int(kept["PageAmount"]) if "PageAmount" in kept else None,
        Description=kept.get("Description", ""),
        InforSign=kept.get("InforSign", ""),
        Keyword=kept.get("Keyword", ""),
        Mode=kept.get("Mode", ""),
        ConfidenceLevel=kept.get("ConfidenceLevel", ""),
        Format=kept.get("Format", ""),
        Document=handle.id,
        Version=version,
        Status=handle.status.value,
        SignatureLevel=handle.signature_level,
    )


@cache
def _names() -> dict[str, str]:
    """Folded names and printed titles of the catalogue's kinds."""
    known: dict[str, str] = {}
    for entry in kinds():
        for name in (entry.name_vi, *entry.titles):
            known.setdefault(fold(name), entry.id)
    return known
