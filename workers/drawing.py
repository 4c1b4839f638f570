"""Pages as pictures for the screen, in the transient store for ten minutes."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import digitize
import storage
from workers.context import workspace
from workers.errors import CannotDraw
from workers.ledger import Run

LONGEST = 1600
"""Pixels of the longer side of a drawn page."""
LIFE = timedelta(minutes=10)
SECONDS = 150


def draw(run: Run, source: bytes | Path) -> list[list[int]]:
    """Draws every page; gives `[number, width, height]` of each as scanned, to which the boxes of fields refer.

    Raises CannotDraw and what `digitize.read` raises.
    """
    if isinstance(source, bytes):
        with workspace(run) as folder:
            path = folder / "document.pdf"
            path.write_bytes(source)
            return _draw(run, path, folder)
    return _draw(run, source, source.parent)


def page_image(job: UUID, number: int) -> bytes | None:
    """A page that a job has drawn, as PNG; None when its ten minutes are over."""
    return storage.stashed(_key(job, number))


def _key(job: UUID, number: int) -> str:
    return f"pages/{job}/{number}"


def _draw(run: Run, path: Path, folder: Path) -> list[list[int]]:
    sizes: list[list[int]] = []
    rendered: Path | None = None
    for page in digitize.read(path):
        if page.pixels is not None:
            picture = _png(page.pixels)
        else:
            rendered = rendered or _render(path, folder)
            picture = (rendered / f"{page.number}.png").read_bytes()
        storage.stash(_key(run.job_id, page.number), picture, ttl=LIFE)
        sizes.append([page.number, page.width, page.height])
        run.stage("draw", len(sizes), len(sizes))
    return sizes


def _png(pixels: digitize.model.Image) -> bytes:
    import cv2

    longest = max(pixels.shape[:2])
    if longest > LONGEST:
        scale = LONGEST / longest
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    done, encoded = cv2.imencode(".png", pixels)
    if not done:
        raise CannotDraw()
    return bytes(encoded)


def _render(path: Path, folder: Path) -> Path:
    """Pages that have no picture of their own, drawn in a child without an environment."""
    target = folder / "rendered"
    target.mkdir(mode=0o700)
    script = str(Path(__file__).with_name("render.py"))
    try:
        subprocess.run(
            [sys.executable, "-I", script, str(path), str(target), str(LONGEST)],
            env={},
            check=True,
            timeout=SECONDS,
            capture_output=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise CannotDraw() from error
    return target
