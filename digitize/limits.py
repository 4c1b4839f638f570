"""How much one file may cost: the limits under which hostile bytes are opened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one source.

    The defaults take a dossier of 5,000 pages and any page an office scanner makes, up to A1 at 300 dpi (70 million
    pixels). `memory_bytes` is the address space of the child, most of it the shared libraries; `cpu_seconds_page` and
    `seconds_page` (wall clock) are what opening the file or unpacking one page may take.
    """

    file_bytes: int = 200 * 1024 * 1024
    pages: int = 5_000
    page_pixels: int = 120_000_000
    memory_bytes: int = 3 * 1024 * 1024 * 1024
    cpu_seconds_page: int = 60
    cpu_seconds: int = 3_600
    written_bytes: int = 1024 * 1024 * 1024
    seconds_page: float = 120.0
