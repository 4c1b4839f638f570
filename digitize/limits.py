"""How much one file may cost: the limits under which hostile bytes are opened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one source; the defaults take a 5,000-page dossier and any office scanner's page up to A1 at 300 dpi."""

    file_bytes: int = 200 * 1024 * 1024
    pages: int = 5_000
    page_pixels: int = 120_000_000
    memory_bytes: int = 3 * 1024 * 1024 * 1024
    cpu_seconds_page: int = 60
    cpu_seconds: int = 3_600
    written_bytes: int = 1024 * 1024 * 1024
    seconds_page: float = 120.0
