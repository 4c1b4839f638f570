"""Visible marks: what they say and where they go."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor

from PIL import Image

from signing.appearance import Drawing, MarkStyle
from signing.art import Picture, scribble, seal
from signing.lettering import wide, wrap
from signing.model import Mark, Place, Reason
from signing.profile import Profile
from signing.reasons import local
from signing.room import Box, Sheet, look, openable

__all__ = ["Drawn", "prepare"]

LEADING = 1.28
PAD = 3.0
WIDEST = 0.42
"""The part of the page's width that lines of text may take before they are broken."""

NOTICE = "DEMO – không có giá trị pháp lý"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What `prepare` decided: nothing visible when `style` is None."""

    style: MarkStyle | None
    place: Place | None
    reasons: tuple[Reason, ...] = ()


def prepare(
    pdf: bytes,
    profile: Profile,
    mark: Mark,
    place: Place | None,
    name: str,
    demo: bool,
    at: datetime,
    origin: str = "",
) -> Drawn:
    """Lays the mark out and finds its place. Raises what `room.look` raises, for invisible profiles too: every file
    is opened in the child before it is opened here."""
    reasons = () if not demo else (Reason("demo"),)
    if not profile.visible:
        openable(pdf, origin)
        return Drawn(None, None, reasons)
    words = (mark.name or name).removesuffix(" (DEMO)") if profile.image == "signature" else ""
    sheet = look(pdf, str(place.page) if place else profile.page, words, origin)
    lines = _lines(profile, mark, name, demo, at)
    if profile.image == "seal":
        laid = _sealed(sheet, profile, mark, place, lines, name, demo)
    elif profile.image == "signature":
        laid = _signed(sheet, profile, mark, place, name, demo)
    else:
        laid = _written(sheet, profile, place, lines)
    if laid is None:
        return Drawn(None, None, (*reasons, Reason("mark_no_room")))
    drawing, box = laid
    x0, y0, x1, y1 = sheet.to_user(box)
    whole = (floor(x0), floor(y0), ceil(x1), ceil(y1))
    seen = sheet.from_user(whole)
    view = (seen[0] - box[0], seen[1] - box[1], seen[2] - box[0], seen[3] - box[1])
    return Drawn(MarkStyle(drawing=drawing, turn=sheet.turn, view=view), Place(sheet.page, whole), reasons)


def _lines(profile: Profile, mark: Mark, name: str, demo: bool, at: datetime) -> list[str]:
    person = profile.signer == "person"
    parts = {
        "name": mark.name or name,
        "agency": mark.agency or ("" if person else name),
        "form": mark.form or profile.form,
        "time": local(at),
    }
    filled = [template.format(**parts).strip() for template in profile.lines]
    return [line for line in filled if line] + ([NOTICE] if demo and profile.lines else [])


def _written(sheet: Sheet, profile: Profile, place: Place | None, lines: list[str]) -> tuple[Drawing, Box] | None:
    """Text only."""
    size = profile.font_size
    room = max(profile.size[0] - 2 * PAD, min(sheet.width * WIDEST, max(wide(line, size) for line in lines)))
    broken = [part for line in lines for part in wrap(line, size, room)]
    width = max(wide(line, size) for line in broken) + 2 * PAD
    height = len(broken) * size * LEADING + 2 * PAD
    if place is not None:
        box = sheet.from_user(place.box)
        factor = min(1.0, (box[2] - box[0]) / width, (box[3] - box[1]) / height)
        at = (box[0], box[3] - height * factor, box[0] + width * factor, box[3])
    else:
        found = sheet.find(width, height, profile.corner)
        if found is None:
            return None
        at, factor = found
    texts = _column(broken, PAD * factor, height * factor - PAD * factor, size * factor)
    return Drawing(width * factor, height * factor, profile.colour, texts), at


def _column(lines: list[str], x: float, top: float, size: float) -> tuple[tuple[float, float, float, str], ...]:
    return tuple((x, top - (number + 0.8) * size * LEADING, size, line) for number, line in enumerate(lines))


def _signed(
    sheet: Sheet, profile: Profile, mark: Mark, place: Place | None, name: str, demo: bool
) -> tuple[Drawing, Box] | None:
    """A handwritten signature; without a picture of one, the name in the same blue."""
    at = sheet.from_user(place.box) if place else sheet.above_words(*profile.size)
    if at is None:
        found = sheet.find(*profile.size, profile.corner)
        if found is None:
            return None
        at = found[0]
    width, height = at[2] - at[0], at[3] - at[1]
    foot = 7.0 if demo else 0.0
    texts: tuple[tuple[float, float, float, str], ...] = ()
    picture: Picture | bytes | None = mark.image
    if picture is None and demo:
        picture = scribble(mark.name or name, min(width, (height - foot) * 2.4), height - foot)
    if picture is None:
        size = min(profile.font_size * 1.6, profile.font_size * width / max(1.0, wide(name, profile.font_size)))
        texts = (((width - wide(name, size)) / 2, height / 2 - size / 3, size, name),)
    drawn = _fit(picture, (0.0, foot, width, height))
    if demo:
        texts = (*texts, ((width - wide(NOTICE, 5)) / 2, 1.5, 5.0, NOTICE))
    # the field hugs the strokes, since the seal is laid over a third of it
    left = min(drawn[0], *(text[0] for text in texts)) if texts else drawn[0]
    texts = tuple((x - left, y, size, text) for x, y, size, text in texts)
    tight = (at[0] + left, at[1], at[2] - left, at[3])
    drawn = (drawn[0] - left, drawn[1], drawn[2] - left, drawn[3])
    return Drawing(width - 2 * left, height, profile.colour, texts, picture, drawn), tight


def _sealed(
    sheet: Sheet, profile: Profile, mark: Mark, place: Place | None, lines: list[str], name: str, demo: bool
) -> tuple[Drawing, Box] | None:
    """The seal at its actual size over a third of the person's signature on its left, and its text where it is free."""
    d = profile.size[0]
    ring = _ring(sheet, profile, place, d)
    if ring is None:
        return None
    agency = mark.agency or name
    picture: Picture | bytes | None = mark.image
    if picture is None:
        picture = seal(agency, d) if demo else None
    size = profile.font_size
    broken = [part for line in lines for part in wrap(line, size, 150.0)]
    width = max(wide(line, size) for line in broken) + 2 * PAD
    height = len(broken) * size * LEADING + 2 * PAD
    text = _beside(sheet, ring, width, height)
    if text is None:
        return None
    union = (min(ring[0], text[0]), min(ring[1], text[1]), max(ring[2], text[2]), max(ring[3], text[3]))
    x, y = union[0], union[1]
    texts = _column(broken, text[0] - x + PAD, text[3] - y - PAD, size)
    inner = (ring[0] - x, ring[1] - y, ring[2] - x, ring[3] - y)
    return Drawing(union[2] - x, union[3] - y, profile.colour, texts, picture, _fit(picture, inner)), union


def _ring(sheet: Sheet, profile: Profile, place: Place | None, d: float) -> Box | None:
    if place is not None:
        box = sheet.from_user(place.box)
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    elif sheet.marks:
        last = sheet.marks[-1]
        x = last[0] + profile.overlap * (last[2] - last[0]) - d / 2
        y = (last[1] + last[3]) / 2
    else:
        found = sheet.find(d, d, profile.corner)
        return None if found is None or found[1] < 1 else found[0]
    x = min(max(x, d / 2 + 2), sheet.width - d / 2 - 2)
    y = min(max(y, d / 2 + 2), sheet.height - d / 2 - 2)
    return (x - d / 2, y - d / 2, x + d / 2, y + d / 2)


def _beside(sheet: Sheet, ring: Box, width: float, height: float) -> Box | None:
    """The nearest free box below, left of, above or right of the seal."""
    x, y = (ring[0] + ring[2]) / 2, (ring[1] + ring[3]) / 2
    for away in range(0, 160, 4):
        spots = (
            (x - width / 2, ring[1] - 2 - away - height),
            (ring[0] - 2 - away - width, ring[1]),
            (ring[0] - 2 - away - width, y - height / 2),
            (x - width / 2, ring[3] + 2 + away),
            (ring[2] + 2 + away, ring[1]),
        )
        for x0, y0 in spots:
            box = (x0, y0, x0 + width, y0 + height)
            if sheet.is_free(box):
                return box
    return None


def _fit(picture: Picture | bytes | None, room: Box) -> Box:
    """The largest box of the picture's proportions in the middle of the room."""
    if picture is None:
        return room
    if isinstance(picture, bytes):
        with Image.open(io.BytesIO(picture)) as image:
            w, h = float(image.width), float(image.height)
    else:
        w, h = picture.width, picture.height
    factor = min((room[2] - room[0]) / w, (room[3] - room[1]) / h)
    x, y = (room[0] + room[2] - w * factor) / 2, (room[1] + room[3] - h * factor) / 2
    return (x, y, x + w * factor, y + h * factor)
