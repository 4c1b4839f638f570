"""The paper copy of an electronic document: its pages whole, below each where it comes from and where to look it up.

NĐ 45/2020/NĐ-CP, điều 18, asks for the full content, the name of the system, and a code for look-up or the converter's
name; the QR code leads to the same address. The pages are made smaller, so that the mark never covers anything. The
document comes from somebody: it is opened in a child (`paper.laying`).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalogue.text import nfc
from paper.compiler import compile_paper
from paper.errors import Unprintable
from paper.laying import STRIP
from paper.model import System
from paper.qr import lookup_url, svg
from paper.wording import clean, stamp

__all__ = ["Conversion", "paper_copy"]

SECONDS = 90.0
"""How long a file may take."""
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Conversion:
    """What the mark says: the system, the code of the look-up address, when it was printed, who converted it (may be
    empty: the code suffices)."""

    system: System
    token: str
    printed_at: datetime
    converter: str = ""


def paper_copy(pdf: bytes, conversion: Conversion) -> bytes:
    """A PDF to print, A4, each page of `pdf` above the mark; a landscape page lies across. Visible signatures are drawn
    as they look; the copy itself carries none. Raises `Unprintable`, `BadPublicUrl`, `BadField`."""
    strip = compile_paper("conversion.typ", _said(conversion), at=conversion.printed_at).pdf
    return _laid(pdf, strip)


def _laid(pdf: bytes, strip: bytes) -> bytes:
    """What the child makes of the PDF, which may be hostile. Raises `Unprintable`, also where it died or dawdled."""
    order = json.dumps({"pdf": len(pdf), "strip": len(strip)}).encode() + b"\n"
    # -I: no PYTHON* variables, no user site, no current folder on the path
    command = [sys.executable, "-I", "-X", "utf8", "-c", "from paper.laying import main; main()"]
    with tempfile.TemporaryDirectory(prefix="hoso-paper-") as folder, tempfile.TemporaryFile(dir=folder) as copy:
        try:
            subprocess.run(
                command,
                input=order + pdf + strip,
                stdout=copy,
                stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT,
                cwd=folder,
                start_new_session=True,
                timeout=SECONDS,
                check=True,
            )
        except subprocess.SubprocessError as error:
            raise Unprintable from error
        copy.seek(0)
        return copy.read()


def _said(conversion: Conversion) -> dict[str, Any]:
    url = lookup_url(conversion.system.public_url, conversion.token)
    return {
        "demo": conversion.system.demo,
        "system": clean(conversion.system.name, "system"),
        "code": conversion.token,
        "url": url,
        "qr": svg(url),
        "printed": stamp(conversion.printed_at),
        "converter": nfc(clean(conversion.converter, "converter")),
        "height": STRIP,
    }
