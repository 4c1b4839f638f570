"""Rubber stamps in a frame, laid on a page as ink: red or violet, a little turned, worn."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from catalogue import font_path

_TEXTS = ("ĐÃ THU TIỀN", "BẢN SAO", "ĐÃ ĐỐI CHIẾU", "DEMO")
_INKS = ((205, 35, 50), (190, 25, 60))
_SCALE = 3


def stamp(page: Any, box: tuple[float, float, float, float], rng: np.random.Generator) -> None:
    """A framed word in the box (pixels)."""
    width, height = round(box[2] - box[0]), round(box[3] - box[1])
    image = Image.new("L", (width * _SCALE, height * _SCALE), 0)
    pen = ImageDraw.Draw(image)
    edge = max(2, height * _SCALE // 18)
    pen.rectangle((edge, 3 * edge, image.width - edge, image.height - 3 * edge), outline=255, width=edge)
    face = ImageFont.truetype(str(font_path("Tinos-Bold")), round(image.height * 0.36))
    pen.text((image.width / 2, image.height / 2), str(rng.choice(_TEXTS)), font=face, fill=255, anchor="mm")
    turned = image.rotate(float(rng.uniform(-4, 4)), resample=Image.Resampling.BICUBIC).resize((width, height))
    worn = cv2.GaussianBlur(rng.random((height, width)).astype(np.float32), (0, 0), max(1.0, height / 20))
    worn = (worn - worn.min()) / max(float(worn.max() - worn.min()), 1e-6)
    cover = np.asarray(turned, np.float32) / 255 * (0.45 + 0.55 * worn)
    left, top = max(0, round(box[0])), max(0, round(box[1]))
    below = page[top : top + height, left : left + width]
    cover = cover[: below.shape[0], : below.shape[1], None]
    ink = np.asarray(_INKS[int(rng.integers(len(_INKS)))], np.float32) / 255
    below[:] = (below * (1 - cover * (1 - ink))).astype(np.uint8)
