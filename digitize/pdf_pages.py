"""Pages of a PDF: born-digital ones by their text layer, scanned ones as the picture that was scanned.

A page is taken as scanned where its visible text is none, or next to nothing over a picture of the whole page; the
invisible text that another program's recognition left there is not believed. A text layer whose letters are wrong
makes the page one to be recognised. A born-digital page brings its large pictures along: they may hold print.
Runs in the child only.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image
from pypdfium2 import raw

from digitize import formats
from digitize.decoder import Decoded, check_size, record
from digitize.drawing import draw
from digitize.errors import Damaged, DigitizeError, Encrypted, NoPages
from digitize.image_pages import is_plain_jpeg, to_pixels
from digitize.insets import drawn, regions_of
from digitize.limits import Limits
from digitize.syllables import are_sound
from digitize.text_layer import lines_of, texts_by_font

POINTS = 72
BORN_DIGITAL_DPI = 200
RENDER_DPI = 300
_MIN_DPI, _MAX_DPI = 72, 600
_WHOLE_PAGE = 0.6
_COVERS = 0.97
_STAMP_CHARS = 200
_SIDEWAYS = (90, 270)
# A file cut short has lost its end; one with rubbish after the end has not (a scanner's padding is at most so long).
_TAIL = 65_536
_UNSEEN = {raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP}


@dataclass(frozen=True, slots=True)
class Content:
    """What a page is made of; `size` is its width and height in points, as displayed, `chars` how many letters its text
    has; over a picture of the whole page, how many can be seen."""

    size: tuple[float, float]
    seen_text: int
    chars: int
    picture: Any | None
    coverage: float
    pictures: int

    @property
    def scanned(self) -> bool:
        """Whether the page is a picture of a paper."""
        if not self.chars or not self.seen_text:
            return True
        return self.coverage >= _WHOLE_PAGE and self.chars < _STAMP_CHARS


class PdfDecoder:
    """An open PDF."""

    media_type = formats.PDF

    def __init__(self, path: Path, folder: Path, limits: Limits) -> None:
        self._path, self._folder, self._limits = path, folder, limits
        self.signatures = inspect(path)
        try:
            self._pdf = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            raise _refusal(path, error) from error
        self._plumber: Any = None
        self.pages = len(self._pdf)

    def page(self, number: int) -> dict[str, object]:
        """Decodes one page."""
        page = self._pdf[number - 1]
        try:
            content = look(page)
            if not content.scanned:
                decoded = self._born_digital(number, page, content)
                if decoded:
                    return record(decoded, self._folder)
                return record(self._rendered(number, page, content, {"name": "text-layer-broken"}), self._folder)
            return record(self._scan(number, page, content) or self._rendered(number, page, content), self._folder)
        finally:
            page.close()

    def _born_digital(self, number: int, opened: Any, content: Content) -> Decoded | None:
        """The page's own text and its large pictures, or None where its letters are wrong."""
        width, height = (max(1, round(side * BORN_DIGITAL_DPI / POINTS)) for side in content.size)
        try:
            page = self._plumbed(number)
            try:
                lines, texts = lines_of(page, width, height), texts_by_font(page)
                regions = regions_of(page) if content.pictures else []
            finally:
                # Without this every page's objects stay in memory for as long as the file is open.
                page.close()
        except MemoryError:
            raise
        except Exception:
            # pdfminer gives up on many a page that viewers show: what they show is recognised then.
            return None
        if not lines or not are_sound(texts):
            return None
        insets = tuple(drawn(opened, regions, self._limits)) if regions else ()
        note: dict[str, object] = {"name": "text-layer"}
        return Decoded(number, width, height, BORN_DIGITAL_DPI, None, lines=lines, note=note, insets=insets)

    def _plumbed(self, number: int) -> Any:
        """The page as pdfplumber has it, open. Raises whatever pdfminer makes of the file, which is opened once."""
        import pdfplumber

        if self._plumber is None:
            self._plumber = ()
            self._plumber = pdfplumber.open(self._path).pages
        return self._plumber[number - 1]

    def _scan(self, number: int, page: Any, content: Content) -> Decoded | None:
        """The very JPEG that is the page, when the page is one upright baseline JPEG and nothing else."""
        picture = content.picture
        if picture is None or content.pictures > 1 or content.coverage < _COVERS:
            return None
        if content.seen_text or page.get_rotation():
            return None
        if picture.get_filters() != ["DCTDecode"]:
            return None
        a, b, c, d, *_ = picture.get_matrix().get()
        if a <= 0 or d <= 0 or abs(b) > 1e-3 * a or abs(c) > 1e-3 * d:
            return None
        data = bytes(picture.get_data(decode_simple=False))
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            check_size(number, *image.size, self._limits)
            if not is_plain_jpeg(image):
                return None
            pixels = to_pixels(image)
        height, width = pixels.shape[:2]
        dpi = round(width * POINTS / content.size[0])
        stretch = dpi / max(1.0, height * POINTS / content.size[1])
        return Decoded(number, width, height, dpi, pixels, stretch if abs(stretch - 1) > 0.05 else 1.0, jpeg=data)

    def _rendered(self, number: int, page: Any, content: Content, note: dict[str, object] | None = None) -> Decoded:
        """The page drawn, at its picture's own density where it is a scan."""
        dpi, bilevel = float(RENDER_DPI), False
        if content.picture is not None and content.coverage >= _WHOLE_PAGE:
            wide, high = content.picture.get_px_size()
            check_size(number, wide, high, self._limits)
            points = content.size[::-1] if page.get_rotation() in _SIDEWAYS else content.size
            dpi = min(_MAX_DPI, max(_MIN_DPI, wide * POINTS / points[0] / content.coverage**0.5))
            bilevel = content.pictures == 1 and content.picture.get_metadata().bits_per_pixel == 1
            if content.pictures > 1:
                # A page of layers: what was found first may be the paper's coarse picture under the letters.
                dpi = max(dpi, RENDER_DPI)
        area = content.size[0] * content.size[1] / POINTS**2
        dpi = min(dpi, (self._limits.page_pixels / max(area, 1e-6)) ** 0.5 * 0.99)
        pixels = draw(page, dpi / POINTS)
        height, width = pixels.shape[:2]
        return Decoded(number, width, height, max(1, round(dpi)), pixels, bilevel=bilevel, note=note)


def _refusal(path: Path, error: pypdfium2.PdfiumError) -> DigitizeError:
    """Why PDFium does not open what qpdf opened; it takes no file without pages."""
    if error.err_code == raw.FPDF_ERR_PASSWORD:
        return Encrypted()
    with pikepdf.open(path, suppress_warnings=True) as pdf:
        kids = pdf.Root.get("/Pages", pikepdf.Dictionary()).get("/Kids", pikepdf.Array())
        return NoPages() if len(kids) == 0 else Damaged()


def inspect(path: Path) -> int:
    """How many signatures a PDF carries; checks that it can be opened and has its end.

    Raises `Encrypted` and `Damaged`. A file with a wrong cross-reference table is repaired; one without an end is not,
    since pages may be missing from it.
    """
    try:
        with pikepdf.open(path, attempt_recovery=False, suppress_warnings=True) as pdf:
            return count_signatures(pdf)
    except pikepdf.PasswordError as error:
        raise Encrypted from error
    except pikepdf.PdfError:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL))
            if b"%%EOF" not in file.read():
                raise Damaged from None
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            return count_signatures(pdf)
    except pikepdf.PasswordError as error:
        raise Encrypted from error
    except pikepdf.PdfError as error:
        raise Damaged from error


def count_signatures(pdf: pikepdf.Pdf) -> int:
    """Signed signature fields, document time stamps included (ISO 32000-1, 12.8)."""
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return 0
    found, seen = 0, 0
    waiting = list(form.get("/Fields", pikepdf.Array()))
    while waiting and seen < 10_000:
        field = waiting.pop()
        seen += 1
        if not isinstance(field, pikepdf.Dictionary):
            continue
        waiting.extend(field.get("/Kids", pikepdf.Array()))
        value = field.get("/V")
        if isinstance(value, pikepdf.Dictionary) and "/ByteRange" in value:
            found += 1
    return found


def look(page: Any) -> Content:
    """What the page is made of."""
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        raise Damaged
    seen, unseen, picture, coverage, pictures = 0, 0, None, 0.0, 0
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_IMAGE]):
        if item.type == raw.FPDF_PAGEOBJ_TEXT:
            hidden = raw.FPDFTextObj_GetTextRenderMode(item) in _UNSEEN
            unseen, seen = unseen + hidden, seen + (not hidden)
            continue
        pictures += 1
        left, bottom, right, top = item.get_bounds()
        share = max(0.0, right - left) * max(0.0, top - bottom) / (width * height)
        if share > coverage:
            picture, coverage = item, min(1.0, share)
    text = page.get_textpage()
    try:
        chars = text.count_chars()
        if seen and unseen and coverage >= _WHOLE_PAGE:
            # A stamp over a scan that another program has recognised: its own letters count, not that program's.
            chars = sum(_is_seen(text, at) for at in range(chars))
        return Content((width, height), seen, chars, picture, coverage, pictures)
    finally:
        text.close()


def _is_seen(text: Any, at: int) -> bool:
    item = raw.FPDFText_GetTextObject(text, at)
    return bool(item) and raw.FPDFTextObj_GetTextRenderMode(item) not in _UNSEEN
