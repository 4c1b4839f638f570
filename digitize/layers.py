"""A page as layers: paper at half the density, ink as one-bit masks at full density with colours of its own.

Letters keep their edges to the pixel in a lossless mask; everything that is not surely ink (paper, stains, pale stamps,
pencil, photographs) stays in the picture underneath, so that nothing depends on what was taken for ink. Dark print
and coloured ink have a mask each: the black letters under a red seal stay black. No symbol is ever put in the place of
another: masks are coded pixel by pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    from digitize.model import Array, Image

# Ink is so many grey levels darker than its paper and nearly half as dark as the darkest near it. Where the darkest is
# pale itself, the whole mark stays in the paper's picture: half a pale mark in the mask would be torn from the rest.
_LEAST_DEPTH, _PALE = 16, 36
_OF_DARKEST = 0.45
# A speck with fewer pixels around it (of 25) is noise of the scanner; it stays in the paper's picture.
_NEIGHBOURS = 6
_COLOURED, _COLOURED_OF_DEPTH = 14, 0.22
_LEAST_COLOURED = 2e-4
# Where the surface is so much darker than the lightest within some centimetres, it is a picture and no paper.
_DARK_SURFACE = 0.78
_PICTURE_REACH = 61
_MOST_PICTURE = 0.3
_SMALLEST = 256
_FILLS = (3, 9, 31)
_CUBED = (255 * (np.arange(256) / 255) ** 3).round().astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Ink:
    """A mask of the page's size (255 where ink is) and its colours, grey or BGR, at a small part of its density."""

    mask: Image
    colours: Image


@dataclass(frozen=True, slots=True)
class Layers:
    """`paper` at half the page's density; inks in the order in which they are painted over it."""

    paper: Image
    inks: tuple[Ink, ...]


def halved(image: Image) -> Image:
    """The page at half its density; an odd last row or column is left out."""
    height, width = image.shape[0] // 2, image.shape[1] // 2
    return cast("Image", cv2.resize(image[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA))


def darkest(image: Image) -> Image:
    """The darkest of a pixel's channels: ink of any colour is dark in it."""
    if image.ndim == 2:
        return image
    blue, green, red = cv2.split(image)
    return cast("Image", cv2.min(cv2.min(blue, green), red))


def lightest(image: Image) -> Image:
    """The lightest of a pixel's channels."""
    if image.ndim == 2:
        return image
    blue, green, red = cv2.split(image)
    return cast("Image", cv2.max(cv2.max(blue, green), red))


def separate(image: Image) -> Layers | None:
    """The layers of a page (grey or BGR), or None for one that is rather a picture than print on paper."""
    if min(image.shape[:2]) < _SMALLEST:
        return None
    dark = darkest(image)
    paper = _surface(dark)
    picture = _pictures(paper)
    if picture.mean() > _MOST_PICTURE * 255:
        return None
    depth = cv2.subtract(_enlarged(paper, dark), cv2.GaussianBlur(dark, (3, 3), 0))
    ink = _ink(depth, picture)
    small = halved(image)
    black, coloured = _by_colour(ink, small, halved(depth))
    inks = [Ink(mask, _colours(small, mask, cell)) for mask, cell in ((coloured, 2), (black, 8)) if mask.any()]
    return Layers(_paper(small, ink), tuple(inks))


def flattened(layers: Layers) -> Image:
    """The page as its layers show it, at half its density."""
    drawn = layers.paper
    for ink in layers.inks:
        share = halved(ink.mask)
        colours = cv2.resize(ink.colours, share.shape[::-1], interpolation=cv2.INTER_LINEAR)
        if drawn.ndim == 3:
            share = cv2.merge([share] * 3)
        drawn = cv2.add(
            cv2.multiply(drawn, cv2.bitwise_not(share), scale=1 / 255), cv2.multiply(colours, share, scale=1 / 255)
        )
    return drawn


def _surface(dark: Image) -> Image:
    """The paper under the ink, at an eighth of the density."""
    size = (max(1, dark.shape[1] // 8), max(1, dark.shape[0] // 8))
    small = cv2.resize(halved(halved(dark)), size, interpolation=cv2.INTER_AREA)
    return cast("Image", cv2.blur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), (5, 5)))


def _pictures(paper: Image) -> Image:
    """255 where the surface is much darker than the paper near it: photographs, coloured fields."""
    reach = np.ones((_PICTURE_REACH // 4, _PICTURE_REACH // 4), np.uint8)
    small = cv2.resize(paper, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    light = _enlarged(cv2.blur(cv2.dilate(small, reach), (9, 9)), paper)
    darker = cv2.compare(paper, cv2.convertScaleAbs(light, alpha=_DARK_SURFACE), cv2.CMP_LT)
    return cast(
        "Image",
        cv2.dilate(cv2.morphologyEx(darker, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)), np.ones((5, 5), np.uint8)),
    )


def _enlarged(small: Image, like: Image) -> Image:
    return cast("Image", cv2.resize(small, (like.shape[1], like.shape[0]), interpolation=cv2.INTER_LINEAR))


def _ink(depth: Image, picture: Image) -> Image:
    near = cv2.dilate(halved(depth), np.ones((7, 7), np.uint8))[::4, ::4]
    near = cv2.blur(cv2.dilate(near, np.ones((3, 3), np.uint8)), (3, 3))
    least = np.maximum(cv2.convertScaleAbs(near, alpha=_OF_DARKEST), _LEAST_DEPTH)
    least[(near < _PALE) | (cv2.resize(picture, least.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0)] = 255
    ink = cv2.compare(depth, _enlarged(least, depth), cv2.CMP_GT)
    around = cv2.boxFilter(np.minimum(ink, 1), -1, (5, 5), normalize=False)
    return cast("Image", cv2.bitwise_and(ink, cv2.threshold(around, _NEIGHBOURS - 1, 255, cv2.THRESH_BINARY)[1]))


def _by_colour(ink: Image, small: Image, depth: Image) -> tuple[Image, Image]:
    """Black ink and coloured ink; the sheet's own tint is no colour."""
    if small.ndim == 2:
        return ink, np.zeros_like(ink)
    chroma = cv2.subtract(lightest(small), darkest(small))
    chroma = cv2.blur(cv2.subtract(chroma, np.full_like(chroma, np.median(chroma[::8, ::8]))), (3, 3))
    strong = np.maximum(cv2.convertScaleAbs(depth, alpha=_COLOURED_OF_DEPTH), _COLOURED)
    where = cv2.resize(cv2.compare(chroma, strong, cv2.CMP_GT), ink.shape[::-1], interpolation=cv2.INTER_NEAREST)
    coloured = cv2.bitwise_and(ink, where)
    if (coloured > 0).mean() < _LEAST_COLOURED:
        return ink, np.zeros_like(ink)
    return cv2.subtract(ink, coloured), coloured


def _colours(small: Image, mask: Image, cell: int) -> Image:
    """The ink's colours, a cell of some pixels of the halved page each; cells without ink take their neighbours'."""
    # The rim of a letter is half paper: pixels count by the cube of how much of them is ink.
    return _filled(small, cv2.LUT(halved(mask), _CUBED), cell)


def _paper(small: Image, ink: Image) -> Image:
    """The halved page with paper in the place of ink."""
    _, clear = cv2.threshold(halved(cv2.dilate(ink, np.ones((5, 5), np.uint8))), 0, 255, cv2.THRESH_BINARY_INV)
    under = _filled(small, clear, 4)
    under = cv2.resize(under, small.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    cv2.copyTo(small, clear, under)
    return under


def _filled(image: Image, weight: Image, cell: int) -> Image:
    """Weighted means over cells; a cell without weight gets the mean of ever larger surroundings."""
    planes = [image] if image.ndim == 2 else cv2.split(image)
    total = _cells(weight, None, cell)
    sums = [_cells(plane, weight, cell) for plane in planes]
    known = total > 0.03 * 255 * 255
    safe = np.maximum(total, 1)
    means = [sum_ / safe * 255 for sum_ in sums]
    for reach in _FILLS:
        if known.all():
            break
        more = cv2.blur(total, (reach, reach))
        here = ~known & (more > 0.01 * 255 * 255)
        for sum_, mean in zip(sums, means, strict=True):
            mean[here] = cv2.blur(sum_, (reach, reach))[here] / more[here] * 255
        known |= here
    for sum_, mean in zip(sums, means, strict=True):
        mean[~known] = sum_.mean() / max(float(total.mean()), 1.0) * 255
    whole = np.clip(np.dstack(means) if len(means) > 1 else means[0], 0, 255)
    return whole.astype(np.uint8)


def _cells(plane: Image, weight: Image | None, cell: int) -> Array:
    """Means of plane times weight, over square cells."""
    height, width = max(1, plane.shape[0] // cell), max(1, plane.shape[1] // cell)
    weighted = cv2.multiply(plane, np.full_like(plane, 255) if weight is None else weight, dtype=cv2.CV_16U)
    whole = weighted[: height * cell, : width * cell]
    return cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
