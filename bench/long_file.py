"""What a file of hundreds of pages takes that is shared by page over the job ledger: memory of each process, times.

    .venv/bin/python -m bench.long_file [--pages N] [--processes N] [--scan FILE]

A whole installation on embedded defaults is started in a folder of its own, with real workers; the file is handed in at
the counter and goes the whole way to its archival copy. A worker is one process and the child in which it opens the
file: their proportional set sizes are looked at twice a second. Memory is told by fifths of the pages, which shows
whether it grows with them. Processor seconds are those of all workers with their children; by the clock, a busy machine
tells of the others that use it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from catalogue import Identifier, font_path
from hoso.running import demo_accounts, set_up
from hoso.supervise import Supervisor
from portal.config import Config

if TYPE_CHECKING:
    from workers import Job

SENTENCES = Path(__file__).with_name("pages") / "sentences.txt"
SIZE, DPI = (874, 1240), 150
"""An A5 sheet."""
PAUSE = 0.5
PARTS = 5
_TICK = os.sysconf("SC_CLK_TCK")


def long_scan(path: Path, pages: int, sentences: int = 5) -> Path:
    """A scan of so many A5 sheets in one PDF: so many sentences on each, no two sheets alike."""
    lines = [line for line in SENTENCES.read_text(encoding="utf-8").splitlines() if line]
    endless = cycle(lines)
    sheets = (_sheet(number, list(islice(endless, sentences))) for number in range(1, pages + 1))
    next(sheets).save(path, "PDF", save_all=True, append_images=sheets, resolution=DPI, quality=80)
    return path


def _sheet(number: int, sentences: list[str]) -> Image.Image:
    sheet = Image.new("L", SIZE, 244)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(font_path("Tinos-Regular"), 26)
    words, line, top = iter([f"Tờ số {number}.", *" ".join(sentences).split()]), "", 110
    for word in words:
        if draw.textlength(f"{line} {word}", font) > SIZE[0] - 180:
            draw.text((90, top), line, 25, font)
            line, top = "", top + 44
        line = f"{line} {word}".strip()
    draw.text((90, top), line, 25, font)
    return sheet


def hand_in(path: Path, agency: str) -> Job:
    """The file as an officer hands it in for a new dossier, and the job that reads it. Django is set up."""
    from django.db import transaction

    import storage
    from dossiers import services
    from hoso.demo import People
    from workers import enqueue

    officer = People.load().officer
    owner = storage.owner_for(Identifier("citizen_id", "001190000001"), officer, name="Nguyễn Thị Mẫu")
    new = services.NewDossier(procedure="1.004873", owner=owner, applicant_name="Nguyễn Thị Mẫu", receive_agency=agency)
    dossier = services.receive(new, officer).code
    with path.open("rb") as stream:
        intake = storage.receive(
            stream, name=path.name, media_type="application/pdf", actor=officer, dossier=dossier, agency=agency,
            key=f"bench:{path.name}",
        )  # fmt: skip
    with transaction.atomic():
        payload = {"intake": str(intake.id), "actor": officer.id}
        return enqueue("digitize", key=f"digitize:{intake.id}", payload=payload, dossier=dossier, created_by=officer.id)


@dataclass
class Watch:
    """Looks at a job and at the workers until it is over."""

    job: Job
    main: int
    """The process that started the workers."""
    began: float = field(default_factory=time.monotonic)
    looked: float = 0.0
    highest: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    """Bytes by stage (of reading, by fifth of the pages) and worker."""
    resident: int = 0
    """The most bytes that one process ever had in memory, what it shares with others included."""
    used: dict[str, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))
    """Seconds by the clock and of the processor by stage."""
    before: tuple[float, float] | None = None
    pages: int = 0
    shown: list[int] = field(default_factory=list)
    """Pages read, as people were told."""

    def over(self) -> bool:
        """Looks once, where the last time is long enough ago; whether the job is over."""
        now = time.monotonic()
        if now - self.looked < PAUSE:
            return False
        self.looked = now
        self.job.refresh_from_db()
        stage = self.job.stage or "queued"
        workers = _children(self.main)
        spent = sum(_seconds(pid) for worker in workers for pid in _tree(worker))
        if self.before is not None:
            self.used[stage][0] += now - self.before[0]
            self.used[stage][1] += max(0.0, spent - self.before[1])
        self.before = (now, spent)
        if stage == "read":
            self.shown.append(self.job.done)
            self.pages = self.job.total
            stage = f"read {1 + min(PARTS - 1, PARTS * self.job.done // max(1, self.job.total))}/{PARTS}"
        for number, worker in enumerate(workers):
            tree = _tree(worker)
            size = sum(_bytes(pid, "smaps_rollup", "Pss:") for pid in tree)
            self.highest[stage][number] = max(self.highest[stage][number], size)
            self.resident = max(self.resident, *(_bytes(pid, "status", "VmHWM:") for pid in tree))
        return self.job.over

    def table(self) -> Iterator[str]:
        """Lines of Markdown."""
        yield "| stage | " + " | ".join(f"worker {number + 1}, MB" for number in range(self._workers())) + " |"
        yield "|---|" + "---|" * self._workers()
        for stage, sizes in self.highest.items():
            yield f"| {stage} | " + " | ".join(f"{sizes[at] / 1e6:.0f}" for at in range(self._workers())) + " |"
        yield ""
        yield f"The largest process ever, with what it shares (VmHWM): {self.resident / 1e6:.0f} MB."
        yield ""
        yield "| stage | s by the clock | processor s |"
        yield "|---|---|---|"
        for stage, (clock, processor) in self.used.items():
            yield f"| {stage} | {clock:.0f} | {processor:.0f} |"

    def _workers(self) -> int:
        return 1 + max(number for sizes in self.highest.values() for number in sizes)


def _children(pid: int) -> list[int]:
    """Its children, oldest first."""
    return sorted(int(word) for task in _glob(pid, "task/*/children") for word in _read(task).split())


def _tree(pid: int) -> list[int]:
    return [pid, *(one for child in _children(pid) for one in _tree(child))]


def _bytes(pid: int, file: str, word: str) -> int:
    """A size that the kernel tells of a process; 0 of one that is gone."""
    for line in _read(Path(f"/proc/{pid}/{file}")).splitlines():
        if line.startswith(word):
            return int(line.split()[1]) * 1024
    return 0


def _seconds(pid: int) -> float:
    """Of the processor, with children that have ended."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICK if fields else 0.0


def _glob(pid: int, pattern: str) -> list[Path]:
    try:
        return list(Path(f"/proc/{pid}").glob(pattern))
    except OSError:
        return []


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--scan", type=Path, help="a PDF to read instead of one made here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as folder:
        scan = options.scan or long_scan(Path(folder) / "scan.pdf", options.pages)
        config = Config(data=Path(folder) / "data", port=0, worker_processes=options.processes)
        with Supervisor(config, web=False) as running:
            set_up(config)
            demo_accounts(config)
            (main,) = (watched.child.pid for watched in running.watched if watched.child.name == "worker")
            assert main is not None
            watch = Watch(hand_in(scan, config.agency), main)
            running.watch(until=watch.over)
        job = watch.job
    assert job.state == "done", job.error
    assert watch.shown == sorted(watch.shown), "pages told as read were taken back"
    seconds = time.monotonic() - watch.began
    print(f"{watch.pages} pages, {len(job.result['documents'])} document(s), {seconds:.0f} s by the clock\n")
    print(*watch.table(), sep="\n")


if __name__ == "__main__":
    main()
