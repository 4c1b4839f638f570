"""The fonts that go into what the product makes: paths by name, and which characters each holds.

Noto Sans has 1000 units an em, which pyHanko's visible marks need; Tinos has the widths of Times New Roman, which
official papers are set in (NĐ 30/2020, Annex I). Both under the SIL Open Font License 1.1 (OFL.txt beside them).
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

FontName = Literal[
    "NotoSans-Regular", "NotoSans-Bold", "Tinos-Regular", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"
]
FONT_NAMES: tuple[FontName, ...] = get_args(FontName)
FONT_DIR: Path = Path(__file__).resolve().parent


def font_path(name: FontName) -> Path:
    """Where the TrueType file of a face lies, for libraries that want a path."""
    if name not in FONT_NAMES:
        raise ValueError(f"no such font: {name}")
    return FONT_DIR / f"{name}.ttf"
