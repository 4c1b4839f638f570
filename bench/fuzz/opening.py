"""The cheap trial: what the product's child does with a file, in a fork instead of a new interpreter.

The file is opened, all its pages are unpacked, a PDF's are put into an archival copy, and the last and first of several
are cut out; the limits are the child's own. What the parent does with the pixels is left to `trial`.
"""

from __future__ import annotations

import json
import os
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from bench.fuzz.trial import LIMITS, Verdict, hush, over, waited
from digitize import child, errors, formats

_LIMIT_SIGNALS = {signal.SIGXCPU, signal.SIGXFSZ, signal.SIGKILL}


def warm() -> None:
    """Loads what the child loads."""
    import pdfplumber  # noqa: F401
    from pillow_heif import register_heif_opener

    from digitize import archiving, cutting, image_pages, pdf_pages, tiff_frames  # noqa: F401

    register_heif_opener()


def attempt(content: bytes) -> Verdict:
    """Opens, unpacks, copies and cuts the file."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name)
        (folder / "file").write_bytes(content)
        first, answers = _asked(folder, "pages", {})
        if first.outcome != "result":
            return first
        told, pages = answers[0], answers[1:]
        kind, numbers = told["media_type"], list(range(1, told["pages"] + 1))
        verdicts = [first]
        if len(numbers) > 1 and not told["signatures"]:
            verdicts.append(_asked(folder, "cut", {"pages": [numbers[-1], 1], "media_type": kind})[0])
        if kind == formats.PDF and not told["signatures"]:
            order = [{"page": number, "over": None} for number in numbers]
            verdicts.append(_asked(folder, "archive", {"pages": order, "parts": [], "title": "fuzz"})[0])
        return Verdict(
            ", ".join(dict.fromkeys(verdict.outcome for verdict in verdicts)),
            len(pages),
            max(page["width"] * page["height"] / 1e6 for page in pages),
            sum(verdict.cpu for verdict in verdicts),
            max(verdict.peak_mb for verdict in verdicts),
            tuple(breach for verdict in verdicts for breach in verdict.breaches),
        )


def _asked(folder: Path, task: str, what: dict[str, Any]) -> tuple[Verdict, list[dict[str, Any]]]:
    work = folder / task
    work.mkdir()
    pid = os.fork()
    if not pid:
        _in_the_fork(folder / "file", work, task, what)
    status, usage, in_time = waited(pid)
    told = folder / f"{task}.json"
    answers = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()] if told.exists() else []
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    breaches = over(cpu, len(answers)) + ([] if in_time else ["no end"])
    if os.WIFSIGNALED(status):
        outcome = errors.TooCostly.code if os.WTERMSIG(status) in _LIMIT_SIGNALS else errors.Damaged.code
    else:
        outcome = next((_code(answer["error"]) for answer in answers if "error" in answer), "result")
        if status or not answers:
            breaches.append(f"{task} ended with {status} after {len(answers)} answers")
    return Verdict(outcome, len(answers), 0.0, cpu, peak, tuple(breaches)), answers


def _code(name: str) -> str:
    return str(getattr(errors, name).code)


def _in_the_fork(path: Path, work: Path, task: str, what: dict[str, Any]) -> None:
    """Answers go to a file beside the folder; never returns."""
    try:
        hush()
        with Path(f"{work}.json").open("w+", encoding="utf-8") as out:
            order = {"task": task, "path": str(path), "folder": str(work), "limits": asdict(LIMITS), "what": what}
            child.serve(order, _numbers(out, work), out)
    except BaseException:
        os._exit(1)
    os._exit(0)


def _numbers(out: IO[str], work: Path) -> Iterator[str]:
    """The numbers of all pages, asked for once the first answer tells how many there are."""
    out.seek(0)
    pages = json.loads(out.readline())["pages"]
    out.seek(0, os.SEEK_END)
    for number in range(1, pages + 1):
        yield f"{number}\n"
        for left in work.iterdir():
            left.unlink()
