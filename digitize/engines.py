"""The seam between a page image and its words: the engine protocol and the registry of engines by name."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from digitize.errors import EngineUnknown
from digitize.model import Line

if TYPE_CHECKING:
    from digitize.model import Image

ENGINES = {"hoso": "digitize.hoso:HosoEngine", "tesseract": "digitize.tesseract:TesseractEngine"}
"""Name of an engine → `module:class`; the class is made without arguments in every process that reads pages."""

DEFAULT = "hoso"


@runtime_checkable
class OcrEngine(Protocol):
    """Reads a straightened page.

    An engine is made once a process and used from one thread. It must not start threads of its own: pages are shared
    out to processes, one a core.
    """

    @property
    def name(self) -> str:
        """The name it is chosen by."""

    @property
    def version(self) -> str:
        """Program and data version, kept with every version that is made from its words."""

    @property
    def cleaning(self) -> tuple[str, ...]:
        """The steps of `digitize.cleaning` that it wants done to the page before, in order."""

    def recognise(self, page: Image, dpi: int) -> list[Line]:
        """Lines in reading order, with boxes and quads in pixels of the image that was given.

        Raises `EngineMissing`, `LanguageMissing` (nothing can be read here) or `EngineFailed` (this page cannot).
        """


def engine(name: str = DEFAULT) -> OcrEngine:
    """The engine of a name, of two names as `hoso+tesseract` (`digitize.second_opinion`), or of `module:class` for one
    that is not ours. Raises `EngineUnknown`."""
    first, plus, second = name.partition("+")
    if plus:
        return _with_opinion(first, second)
    target = ENGINES.get(name, name)
    module, _, attribute = target.partition(":")
    try:
        made = getattr(importlib.import_module(module), attribute)() if attribute else None
    except (ImportError, AttributeError) as error:
        raise EngineUnknown(engine=name, known=", ".join(sorted(ENGINES))) from error
    if not isinstance(made, OcrEngine):
        raise EngineUnknown(engine=name, known=", ".join(sorted(ENGINES)))
    return made


def _with_opinion(first: str, second: str) -> OcrEngine:
    from digitize.second_opinion import opinion

    if first == second or not {first, second} <= set(ENGINES):
        raise EngineUnknown(engine=f"{first}+{second}", known=", ".join(sorted(ENGINES)))
    return opinion(engine(first), second)
