"""What a file is, by its first bytes and never by its name."""

from __future__ import annotations

PDF = "application/pdf"
TIFF = "image/tiff"
JPEG = "image/jpeg"
PNG = "image/png"
HEIC = "image/heic"

SUFFIXES = {PDF: ".pdf", TIFF: ".tif", JPEG: ".jpg", PNG: ".png", HEIC: ".heic"}

_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_TIFF_MARKS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
# ISO 32000-1, note in annex H: viewers accept a header anywhere in the first 1,024 bytes, and scanners use it.
PDF_HEADER_WITHIN = 1_024


def media_type(head: bytes) -> str | None:
    """The media type of a file that begins with `head` (at least 1,100 bytes where there are so many), or None."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(_TIFF_MARKS):
        return TIFF
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return HEIC
    if b"%PDF-" in head[: PDF_HEADER_WITHIN + 5]:
        return PDF
    return None
