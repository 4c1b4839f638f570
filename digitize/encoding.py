"""Page images as PDF image streams: the scanner's own JPEG where it can stay, else as small as the page allows."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np
import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image as Pillow

from digitize.layers import darkest, halved, lightest

if TYPE_CHECKING:
    from digitize.model import Image

JPEG_QUALITY = 60
_COLOURED = 28
_COLOUR_SHARE = 0.0004
_SMALL = 400
_ROWS_PER_STRIP, _STRIP_OFFSETS, _STRIP_COUNTS = 278, 273, 279


def has_colour(image: Image) -> bool:
    """Whether a page shows ink or paper of a colour worth keeping (a seal, a signature, a photograph)."""
    if image.ndim == 2:
        return False
    small = image if min(image.shape[:2]) < _SMALL else halved(halved(image))
    chroma = cv2.subtract(lightest(small), darkest(small)).astype(np.int16)
    # A yellowed sheet is not colour: what counts is what differs from the sheet's own tint.
    return bool((chroma - np.median(chroma) > _COLOURED).mean() > _COLOUR_SHARE)


def jpeg(image: Image, quality: int = JPEG_QUALITY) -> bytes:
    """Baseline JPEG of a grey or BGR image."""
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1])
    assert done
    return data.tobytes()


def from_jpeg(data: bytes, like: Image) -> Image:
    """The pixels of a JPEG, grey or BGR as another image is."""
    code = cv2.IMREAD_GRAYSCALE if like.ndim == 2 else cv2.IMREAD_COLOR
    return cast("Image", cv2.imdecode(np.frombuffer(data, np.uint8), code))


def group4(image: Image) -> bytes:
    """CCITT group 4 data in one strip, its runs of ones being white; the page is cut at half grey."""
    height, width = image.shape
    bilevel = Pillow.frombytes("1", (width, height), np.packbits(image > 127, axis=1).tobytes())
    out = io.BytesIO()
    bilevel.save(out, format="TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: bilevel.height})
    with Pillow.open(out) as tiff:
        offset, count = tiff.tag_v2[_STRIP_OFFSETS][0], tiff.tag_v2[_STRIP_COUNTS][0]  # type: ignore[attr-defined]
    return out.getvalue()[offset : offset + count]


def mask_stream(pdf: pikepdf.Pdf, data: bytes, width: int, height: int) -> pikepdf.Object:
    """Group 4 data as a mask: what is black in it is painted (ISO 32000-1, 8.9.6.3)."""
    return _picture(pdf, data, width, height, ImageMask=True, BitsPerComponent=1, **_group4(width, height))


def jpeg_stream(pdf: pikepdf.Pdf, data: bytes, width: int, height: int, components: int) -> pikepdf.Object:
    """A JPEG as an image of a PDF."""
    colours = Name.DeviceGray if components == 1 else Name.DeviceRGB
    return _picture(pdf, data, width, height, BitsPerComponent=8, ColorSpace=colours, Filter=Name.DCTDecode)


def group4_stream(pdf: pikepdf.Pdf, data: bytes, width: int, height: int) -> pikepdf.Object:
    """Group 4 data as an image of a PDF."""
    return _picture(pdf, data, width, height, BitsPerComponent=1, ColorSpace=Name.DeviceGray, **_group4(width, height))


def _group4(width: int, height: int) -> dict[str, Any]:
    return {
        "Filter": Name.CCITTFaxDecode,
        "DecodeParms": Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=True),
    }


def _picture(pdf: pikepdf.Pdf, data: bytes, width: int, height: int, **entries: Any) -> pikepdf.Object:
    return pdf.make_stream(
        data, Dictionary(Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, **entries)
    )
