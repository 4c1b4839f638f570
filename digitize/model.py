"""What passes between the steps: frozen values from the page image to the finished reading.

Boxes are `(x0, y0, x1, y1)` and quads four `(x, y)` corners, clockwise from the top left corner of the text as it is
read, both in pixels of the page as it was scanned (after the orientation its file declares: EXIF, PDF /Rotate).
Pages count from 1 in the source. Confidences run from 0 to 1. Text is NFC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from numpy.typing import NDArray

    # OpenCV's own annotations name no element type; what is meant is uint8 pixels and float64 maps.
    Image: TypeAlias = NDArray[Any]
    Matrix: TypeAlias = NDArray[Any]
    Array: TypeAlias = NDArray[Any]

Box: TypeAlias = tuple[float, float, float, float]
Point: TypeAlias = tuple[float, float]
Quad: TypeAlias = tuple[Point, Point, Point, Point]
Homography: TypeAlias = tuple[float, float, float, float, float, float, float, float, float]
"""A 3 × 3 matrix, row by row."""

IDENTITY: Homography = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def box_of(quad: Quad) -> Box:
    """The upright box around a quad."""
    xs, ys = [x for x, _ in quad], [y for _, y in quad]
    return min(xs), min(ys), max(xs), max(ys)


def quad_of(box: Box) -> Quad:
    """The corners of an upright box."""
    x0, y0, x1, y1 = box
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)


Lattice: TypeAlias = tuple[tuple[tuple[str, float], ...], ...]
"""For each frame the characters that were seen there with their log-probabilities; the text of nothing is empty."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word; `quad` is exact where the page is skewed, `box` is the box around it.

    `lattice` is what else it may be, kept of doubtful words with digits only: `digitize.grammars` reads it. `others`
    are other engines' readings of it.
    """

    text: str
    box: Box
    confidence: float
    quad: Quad
    lattice: Lattice = field(default=(), repr=False)
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words in reading order; `text` is the words joined by one space, `confidence` is how likely it is that
    all of them are right."""

    text: str
    box: Box
    quad: Quad
    confidence: float
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """What is on a page and is no print: `kind` is `handwriting` (signatures too) or `seal`. `text` is what was read
    of it all the same, never part of the body; `confidence` says how much that is worth."""

    kind: str
    text: str
    box: Box
    quad: Quad
    confidence: float


@dataclass(frozen=True, slots=True)
class Step:
    """What was done to a page: the step's name, its settings and what it found, and the seconds it took."""

    name: str
    settings: Mapping[str, object] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A baseline JPEG of the page, grey or YCbCr, that may go into the archival PDF as it is."""

    path: Path


@dataclass(frozen=True, slots=True)
class Inset:
    """A picture on a born-digital page: `pixels` as a page's, drawn at `dpi` without the page's own text; `corner` is
    its top left corner in pixels of the page."""

    corner: Point
    dpi: int
    pixels: Image


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as it came out of a file.

    `pixels` is `uint8`, either `height × width` (grey) or `height × width × 3` in BGR order; None for a born-digital
    page, whose `lines` are its own text layer in pixels of a page of `width × height` at `dpi`, and whose `insets` its
    large pictures. `stretch` is how much taller than wide a pixel is; `bilevel` says that the scan had one bit a pixel.
    """

    number: int
    width: int
    height: int
    dpi: int
    pixels: Image | None
    lines: tuple[Line, ...] | None = None
    picture: Picture | None = None
    stretch: float = 1.0
    bilevel: bool = False
    steps: tuple[Step, ...] = ()
    insets: tuple[Inset, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read.

    `upright` maps a pixel of the page as scanned to the straightened page, which is `upright_size` (width, height)
    pixels; `problem` is the code of the error that kept a page from being read, its image being kept all the same.
    """

    number: int
    width: int
    height: int
    dpi: int
    lines: tuple[Line, ...]
    born_digital: bool = False
    upright: Homography = IDENTITY
    upright_size: tuple[int, int] = (0, 0)
    steps: tuple[Step, ...] = ()
    seconds: float = 0.0
    problem: str | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class KindGuess:
    """Which kind of document (an id of the catalogue) and how sure; `khac` where no title was recognised."""

    id: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Field:
    """A value that was read: dates as ISO 8601, `page` the source's number, `box` None where no place is known."""

    name: str
    value: str
    confidence: float
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Archival:
    """The archival copy of a document: `pdfa` is None where the file does not claim PDF/A, `reason` says why."""

    path: Path
    pdfa: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One document found in a source; its pages are read from disk as they are asked for."""

    pages: Sequence[Page]
    text: str
    kind: KindGuess
    fields: tuple[Field, ...]
    pdf: Archival


@dataclass(frozen=True, slots=True)
class Source:
    """The file that was read; `signatures` counts the signatures found in a PDF, `media_type` is by content."""

    name: str
    sha256: str
    pages: int
    media_type: str
    signatures: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that came out of one source."""

    source: Source
    documents: tuple[Document, ...]
    engine: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` pages of a `stage`: `open`, `read`, `sort`, `compose`."""

    stage: str
    done: int
    total: int


ProgressCallback: TypeAlias = Callable[[Progress], None]
"""Called in the caller's process and thread; what it raises stops the reading."""
