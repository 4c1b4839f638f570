"""How fast documents are signed: ours in bulk against plain pyHanko one by one and the bare key, in one table.

    .venv/bin/python -m bench.signing [--documents N] [--plain N] [--rounds N] [--sizes KB,KB] [--levels B-B,B-LTA]
        [--keys PKCS#12,SoftHSM2] [--delays MS,MS] [-j N] [--verify]

Each row is a pair: in each round plain pyHanko signs `--plain` documents and ours `--documents`, one run after the
other, so that what else the machine does falls on both; ratios are medians of the rounds'. The DEMO authority answers
from a process of its own, at once or late. "a core" counts the processor time of the signing process and of the
children that open files; "a second" is the clock's. On a busy machine only the first is worth comparing.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.signing_parts import PIN, Plain, document, plain_verify, services, softhsm
from signing import Job, Level, Pkcs11Signer, Pkcs12Signer, Services, Signer, TokenKey, Trust, sign_many, verify
from signing.demo import Authority

AIMS = {Level.B_B: 6.0, Level.B_LTA: 5.0}
"""Times plain pyHanko that we want to be."""


@dataclass(frozen=True, slots=True)
class Run:
    """So many documents, in so much time by the clock and of the processor; the most memory, bytes added to each."""

    documents: int
    seconds: float
    processor: float
    peak: int
    added: int = 0

    @property
    def a_second(self) -> float:
        return self.documents / self.seconds

    @property
    def a_core(self) -> float:
        return self.documents / self.processor if self.processor else 0.0


def measured(count: int, work: Callable[[], int]) -> Run:
    """What `work` took; its answer is the bytes that a document grew by."""
    _forget_peak()
    began, used = time.perf_counter(), _processor()
    added = work()
    return Run(count, time.perf_counter() - began, _processor() - used, _peak(), added)


def ours(pdf: bytes, count: int, signer: Signer, using: Services, level: Level, at_once: int) -> int:
    """`sign_many` over `count` documents; the bytes added to one."""

    async def run() -> int:
        added = 0
        jobs = (Job(str(one), pdf, origin="bench") for one in range(count))
        batch = sign_many(jobs, profile="luu_tru", signer=signer, services=using, level=level, concurrency=at_once)
        async for outcome in batch:
            assert outcome.signed is not None and outcome.signed.complete, outcome.error
            added = len(outcome.signed.pdf) - len(pdf)
        return added

    return asyncio.run(run())


def theirs(pdf: bytes, count: int, plain: Plain, using: Services, level: Level) -> int:
    """pyHanko over `count` documents; the bytes added to one."""
    return [len(plain.sign(pdf, using, level)) for _ in range(count)][-1] - len(pdf)


def bare(key: Pkcs12Signer) -> float:
    """Signatures a second that OpenSSL makes with an RSA key of this size on one core."""
    name = f"rsa{key.key.key_size}"
    done = subprocess.run(["openssl", "speed", "-seconds", "2", name], capture_output=True, check=True, text=True)
    found = re.search(r"rsa \d+ bits\s+\S+\s+\S+\s+([\d.]+)", done.stdout)
    return float(found[1]) if found else 0.0


COLUMNS = (
    "× a core",
    "× by the clock",
    "what",
    "n: ours / pyHanko × rounds",
    "ours: a core, a second",
    "pyHanko: a core, a second",
    "aim",
    "of the bare key",
    "KB added: ours / pyHanko",
    "peak MB",
)


def row(what: str, pairs: list[tuple[Run, Run]], aim: float, key: float) -> str:
    """A line of the table: medians over the rounds."""
    cores = median(mine.a_core / plain.a_core for mine, plain in pairs)
    clock = median(mine.a_second / plain.a_second for mine, plain in pairs)
    mine, plain = pairs[0]
    cells = [
        f"{cores:.1f}",
        f"{clock:.1f}",
        what,
        f"{mine.documents} / {plain.documents} × {len(pairs)}",
        f"{median(one.a_core for one, _ in pairs):.1f}, {median(one.a_second for one, _ in pairs):.1f}",
        f"{median(one.a_core for _, one in pairs):.1f}, {median(one.a_second for _, one in pairs):.1f}",
        f"{aim:g}" if aim else "—",
        f"{median(one.a_core for one, _ in pairs) / key:.3f}" if key else "—",
        f"{mine.added / 1000:.1f} / {plain.added / 1000:.1f}" if mine.added else "—",
        f"{max(one.peak for one, _ in pairs)}",
    ]
    return "| " + " | ".join(cells) + " |"


def pair(
    pdf: bytes, key: Pkcs12Signer | TokenKey, using: Services, level: Level, wanted: argparse.Namespace
) -> list[tuple[Run, Run]]:
    """The rounds of one row, each side warmed up first; a token knows one session with its PIN at a time."""
    return [
        (_ours(pdf, key, using, level, wanted), _theirs(pdf, key, using, level, wanted)) for _ in range(wanted.rounds)
    ]


def _ours(pdf: bytes, key: Pkcs12Signer | TokenKey, using: Services, level: Level, wanted: argparse.Namespace) -> Run:
    signer = Pkcs11Signer(key, PIN) if isinstance(key, TokenKey) else key
    try:
        ours(pdf, wanted.j, signer, using, level, wanted.j)
        return measured(wanted.documents, lambda: ours(pdf, wanted.documents, signer, using, level, wanted.j))
    finally:
        if isinstance(signer, Pkcs11Signer):
            signer.close()


def _theirs(pdf: bytes, key: Pkcs12Signer | TokenKey, using: Services, level: Level, wanted: argparse.Namespace) -> Run:
    plain = Plain(key)
    try:
        theirs(pdf, 1, plain, using, level)
        return measured(wanted.plain, lambda: theirs(pdf, wanted.plain, plain, using, level))
    finally:
        plain.close()


def verification(pdf: bytes, trust: Trust, wanted: argparse.Namespace) -> list[tuple[Run, Run]]:
    """Of a file at B-LTA on its own data: ours in a child with limits, pyHanko's in this process."""

    def mine() -> int:
        assert all(verify(pdf, trust=trust).verdict == "valid" for _ in range(wanted.plain))
        return 0

    def plain() -> int:
        assert all(plain_verify(pdf, trust) for _ in range(wanted.plain))
        return 0

    mine()
    plain()
    return [(measured(wanted.plain, mine), measured(wanted.plain, plain)) for _ in range(wanted.rounds)]


def _processor() -> float:
    """Seconds of this process's threads and of the children that it waited for or that serve it."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime + sum(_of(child) for child in _wards())


def _wards() -> Iterator[int]:
    """The nurseries and their children that open files, whichever thread began them."""
    for number in _children(os.getpid()):
        if b"signing.ward" in Path(f"/proc/{number}/cmdline").read_bytes():
            yield number
            yield from _children(number)


def _children(process: int) -> list[int]:
    """Of all its threads."""
    threads = Path(f"/proc/{process}/task").iterdir()
    return [int(number) for thread in threads for number in (thread / "children").read_text().split()]


def _of(process: int) -> float:
    """Its seconds, and those of the children that it has buried; none for one that is just being buried."""
    with suppress(FileNotFoundError, ProcessLookupError):
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(int(one) for one in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _forget_peak() -> None:
    """The kernel begins to look for this process's most memory anew."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    """The most memory of this process since then, in MB."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) // 1024 if found else 0


def _wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=40, help="that ours signs in a round")
    parser.add_argument("--plain", type=int, default=10, help="that pyHanko signs in a round, and files verified")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", default="300", help="of the documents, KB")
    parser.add_argument("--levels", default="B-B,B-LTA")
    parser.add_argument("--keys", default="PKCS#12,SoftHSM2")
    parser.add_argument("--delays", default="0,200", help="of the authority, ms; B-B asks it nothing and runs once")
    parser.add_argument("-j", type=int, default=8, help="documents at once")
    parser.add_argument("--verify", action="store_true", help="verification as well")
    return parser.parse_args()


def main() -> None:
    """Prints the table."""
    wanted = _wanted()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        authority = Authority(folder / "authority")
        signer = authority.issue("Bench", "agency", algorithm="rsa")
        held = {"PKCS#12": signer, "SoftHSM2": softhsm(folder, signer)}
        keys = {label: key for label, key in held.items() if key is not None and label in wanted.keys.split(",")}
        speed = bare(signer)
        print(f"`{' '.join(['python -m bench.signing', *sys.argv[1:]])}`")
        print(f"RSA-2048 by `openssl speed`: {speed:.0f} signatures a second and core\n")
        print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}", flush=True)
        for delay in [int(one) for one in wanted.delays.split(",")]:
            with services(authority, delay / 1000) as using:
                _rows(keys, using, delay, speed, wanted)
        if wanted.verify:
            with services(authority, 0) as using:
                pdf = Plain(signer).sign(document(300_000), using, Level.B_LTA)
            offline = Trust(authority.trust.roots, others=authority.trust.others)
            print(row("verifying B-LTA, 300 KB", verification(pdf, offline, wanted), 0, 0), flush=True)


def _rows(
    keys: dict[str, Pkcs12Signer | TokenKey], using: Services, delay: int, speed: float, wanted: argparse.Namespace
) -> None:
    for size in [int(one) for one in wanted.sizes.split(",")]:
        pdf = document(size * 1000)
        for level in [Level(one) for one in wanted.levels.split(",")]:
            if level is Level.B_B and delay != int(wanted.delays.split(",")[0]):
                continue
            late = f", TSA {delay} ms" if delay else ""
            for label, key in keys.items():
                what = f"{level}, {label}, {size} KB{late}"
                found = pair(pdf, key, using, level, wanted)
                print(row(what, found, AIMS.get(level, 0.0), speed if level is Level.B_B else 0.0), flush=True)


if __name__ == "__main__":
    main()
