"""The appearance of a mark: its drawing as a form XObject in a signature field, upright on turned pages."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from math import cos, sin
from typing import Any

from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.stamp.base import BaseStamp, BaseStampStyle

from signing.art import Picture
from signing.lettering import engine
from signing.room import Box

__all__ = ["Drawing", "MarkStyle"]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A mark in its own upright coordinates, lower left at 0, 0."""

    width: float
    height: float
    colour: tuple[float, float, float]
    texts: tuple[tuple[float, float, float, str], ...] = ()
    """x, y of the baseline, size, text"""
    picture: Picture | bytes | None = None
    picture_box: Box = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class MarkStyle(BaseStampStyle):
    """pyHanko's hook: makes the appearance when the field is made. `turn` is the page's rotation, `view` the field's
    box in the drawing's coordinates: fields have whole points, and the drawing keeps its size all the same."""

    drawing: Drawing = field(default_factory=lambda: Drawing(1, 1, (0, 0, 0)))
    turn: int = 0
    view: Box = (0, 0, 1, 1)

    def create_stamp(self, writer: Any, box: BoxConstraints, text_params: dict[str, Any]) -> BaseStamp:
        return _Appearance(writer, self, BoxConstraints(1, 1))


TURNS = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
"""What makes an upright drawing look upright on a turned page (ISO 32000-1, 12.5.5, algorithm 8.1)."""


class _Appearance(BaseStamp):
    """The drawing as a form XObject: paths, embedded glyphs, at most one image; no transparency but an image's own."""

    def render(self) -> bytes:
        drawing: Drawing = self.style.drawing
        colour = b"%g %g %g" % drawing.colour
        out = [b"q", colour + b" rg", colour + b" RG"]
        font = engine(self.writer, 10)
        texts = [(1.0, 0.0, 0.0, 1.0, x, y, size, text) for x, y, size, text in drawing.texts]
        if isinstance(drawing.picture, Picture):
            out += self._paths(drawing.picture, drawing.picture_box)
            texts += _along(drawing.picture, drawing.picture_box)
        elif drawing.picture is not None:
            out += self._image(drawing.picture, drawing.picture_box)
        for a, b, c, d, x, y, size, text in texts:
            shaped = font.shape(text, with_actual_text=False).graphics_ops
            matrix = b"%.4f %.4f %.4f %.4f %.2f %.2f cm" % (a, b, c, d, x, y)
            scale = size / 10
            out.append(b"q %s BT %.4f 0 0 %.4f 0 0 Tm /F1 10 Tf %s ET Q" % (matrix, scale, scale, shaped))
        if texts:
            self.set_resource(ResourceType.FONT, pdf_name("/F1"), font.as_resource())
        out.append(b"Q")
        return b"\n".join(out)

    def as_form_xobject(self) -> generic.StreamObject:
        content = self.render()
        made = generic.StreamObject(
            {
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): _numbers(*self.style.view),
                pdf_name("/Matrix"): _numbers(*TURNS[self.style.turn], 0, 0),
                pdf_name("/Resources"): self.resources.as_pdf_object(),
            },
            stream_data=content,
        )
        made.compress()  # type: ignore[no-untyped-call]
        return made

    def _paths(self, picture: Picture, box: Box) -> list[bytes]:
        factor = (box[2] - box[0]) / picture.width
        return [b"q %.4f 0 0 %.4f %.2f %.2f cm" % (factor, factor, box[0], box[1]), picture.paths, b"Q"]

    def _image(self, png: bytes, box: Box) -> list[bytes]:
        image = PdfImage(Image.open(io.BytesIO(png)), writer=self.writer, box=BoxConstraints(1, 1))
        drawn = image.render()
        self.import_resources(image.resources)
        matrix = b"%.2f 0 0 %.2f %.2f %.2f cm" % (box[2] - box[0], box[3] - box[1], box[0], box[1])
        return [b"q " + matrix, drawn, b"Q"]


def _along(picture: Picture, box: Box) -> list[tuple[float, float, float, float, float, float, float, str]]:
    factor = (box[2] - box[0]) / picture.width
    return [
        (cos(turn), sin(turn), -sin(turn), cos(turn), box[0] + x * factor, box[1] + y * factor, arc.size * factor, text)
        for arc in picture.arcs
        for text, x, y, turn in arc.glyphs()
    ]


def _numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(f"{value:.3f}") for value in values])  # type: ignore[no-untyped-call]
