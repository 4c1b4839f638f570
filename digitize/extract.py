"""Fields (first shape)."""

from __future__ import annotations

from collections.abc import Sequence

from digitize.model import Field, KindGuess, Page


def extract(pages: Sequence[Page], kind: KindGuess) -> tuple[Field, ...]:
    """None yet."""
    return ()
