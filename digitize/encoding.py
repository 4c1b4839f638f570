"""Page images as PDF image streams: the scanner's own JPEG where it can stay, else as small as the page allows."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image as Pillow

if TYPE_CHECKING:
    from digitize.model import Image

JPEG_QUALITY = 60
_COLOURED = 28
_COLOUR_SHARE = 0.0004
_ROWS_PER_STRIP, _STRIP_OFFSETS, _STRIP_COUNTS = 278, 273, 279


def has_colour(image: Image) -> bool:
    """Whether a page shows ink or paper of a colour worth keeping (a seal, a signature, a photograph)."""
    if image.ndim == 2:
        return False
    small = cv2.resize(image, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA).astype(np.int16)
    chroma = small.max(axis=2) - small.min(axis=2)
    # A yellowed sheet is not colour: what counts is what differs from the sheet's own tint.
    return bool((chroma - np.median(chroma) > _COLOURED).mean() > _COLOUR_SHARE)


def jpeg(image: Image) -> tuple[bytes, int]:
    """Baseline JPEG and its number of components; a page without colour becomes grey."""
    if image.ndim == 3 and not has_colour(image):
        image = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY, cv2.IMWRITE_JPEG_OPTIMIZE, 1])
    assert done
    return data.tobytes(), 1 if image.ndim == 2 else 3


def group4(image: Image) -> bytes:
    """CCITT group 4 data in one strip, its runs of ones being white; the page is cut at half grey."""
    bilevel = Pillow.fromarray(image).point(lambda level: 255 * (level > 127)).convert("1", dither=Pillow.Dither.NONE)
    out = io.BytesIO()
    bilevel.save(out, format="TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: bilevel.height})
    with Pillow.open(out) as tiff:
        offset, count = tiff.tag_v2[_STRIP_OFFSETS][0], tiff.tag_v2[_STRIP_COUNTS][0]  # type: ignore[attr-defined]
    return out.getvalue()[offset : offset + count]


def jpeg_stream(pdf: pikepdf.Pdf, data: bytes, width: int, height: int, components: int) -> pikepdf.Object:
    """A JPEG as an image of a PDF."""
    return pdf.make_stream(
        data,
        Dictionary(
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=width,
            Height=height,
            BitsPerComponent=8,
            ColorSpace=Name.DeviceGray if components == 1 else Name.DeviceRGB,
            Filter=Name.DCTDecode,
        ),
    )


def group4_stream(pdf: pikepdf.Pdf, data: bytes, width: int, height: int) -> pikepdf.Object:
    """Group 4 data as an image of a PDF."""
    return pdf.make_stream(
        data,
        Dictionary(
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=width,
            Height=height,
            BitsPerComponent=1,
            ColorSpace=Name.DeviceGray,
            Filter=Name.CCITTFaxDecode,
            DecodeParms=Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=True),
        ),
    )
