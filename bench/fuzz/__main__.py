"""`python -m bench.fuzz`: tries files, prints what broke a promise and a table of outcomes."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import bench.fuzz
import digitize
from bench.fuzz import opening
from bench.fuzz.corpus import SOUND, Specimen, specimen
from bench.fuzz.trial import QUICK, Verdict, attempt, warm


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.fuzz",
        description=bench.fuzz.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--first", type=int, default=0, help="the number to begin with")
    parser.add_argument("--only", type=int, help="one number")
    parser.add_argument("--minutes", type=float, help="end after so long")
    parser.add_argument("--whole-every", type=int, default=4, help="every so-and-so-many goes the whole way")
    parser.add_argument("--read-every", type=int, default=40, help="every so-and-so-many is read by the real engine")
    parser.add_argument("--keep", type=Path, help="write the files that broke something here")
    parser.add_argument("--log", type=Path, help="a line of JSON for each file")
    wanted = parser.parse_args()
    warm(digitize.DEFAULT_ENGINE)
    warm(QUICK)
    opening.warm()
    tally = Tally()
    for one, verdict in _tried(wanted):
        tally.add(one, verdict)
        if wanted.log:
            with wanted.log.open("a", encoding="utf-8") as log:
                facts = {"number": one.number, "made_as": one.made_as, "whole": one.whole, "bytes": len(one.content)}
                log.write(json.dumps(facts | asdict(verdict)) + "\n")
        if (verdict.breaches or wanted.only is not None) and wanted.keep:
            wanted.keep.mkdir(parents=True, exist_ok=True)
            (wanted.keep / f"{wanted.seed}-{one.number}").write_bytes(one.content)
    print(tally.table())
    sys.exit(1 if tally.broken else 0)


def _tried(wanted: argparse.Namespace) -> Iterator[tuple[Specimen, Verdict]]:
    end = time.monotonic() + 60 * wanted.minutes if wanted.minutes else float("inf")
    numbers = range(wanted.first, wanted.first + wanted.files) if wanted.only is None else [wanted.only]
    for number in numbers:
        if time.monotonic() > end:
            return
        one = specimen(wanted.seed, number)
        if number % wanted.whole_every:
            yield one, opening.attempt(one.content)
        else:
            yield one, attempt(one.content, QUICK if number % wanted.read_every else digitize.DEFAULT_ENGINE)


@dataclass
class Tally:
    """What became of the files, by what they were made as."""

    outcomes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    verdicts: list[Verdict] = field(default_factory=list)
    broken: int = 0

    def add(self, one: Specimen, verdict: Verdict) -> None:
        self.outcomes[one.made_as]["result" if verdict.pages else verdict.outcome] += 1
        self.verdicts.append(verdict)
        for breach in verdict.breaches:
            self.broken += 1
            print(f"{one.number} ({one.made_as}): {breach}", flush=True)
        if one.whole and one.made_as in SOUND and verdict.outcome not in ("result", "digitize.encrypted"):
            print(f"{one.number} ({one.made_as}) is sound: {verdict.outcome}", flush=True)

    def table(self) -> str:
        codes = sorted(
            {code for counts in self.outcomes.values() for code in counts}, key=lambda code: (code != "result", code)
        )
        head = ["made as", *(code.removeprefix("digitize.") for code in codes)]
        rows = [[name, *(str(counts[code] or "") for code in codes)] for name, counts in sorted(self.outcomes.items())]
        cpu, peak = (sorted(values) for values in ([v.cpu for v in self.verdicts], [v.peak_mb for v in self.verdicts]))
        return "\n".join([
            *(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)), "",
            f"{len(cpu)} files, {self.broken} promises broken; CPU s a file: median {cpu[len(cpu) // 2]:.2f}, most "
            f"{cpu[-1]:.1f}; peak MB: median {peak[len(peak) // 2]:.0f}, most {peak[-1]:.0f}",
        ])  # fmt: skip


if __name__ == "__main__":
    main()
