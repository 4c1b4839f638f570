"""What crosses the seams of this package: levels, marks, what signing returned, what verification found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from signing.reasons import lines, step, text

__all__ = ["Level", "Mark", "Place", "Reason", "Report", "SignatureReport", "Signed", "Status"]

SCHEMA = "hoso.verify/1"


class Level(StrEnum):
    """Baseline levels of PAdES (ETSI EN 319 142-1, clause 6). `NONE`: not a PAdES baseline signature."""

    NONE = "none"
    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"

    @property
    def rank(self) -> int:
        """0 for `NONE` up to 4 for `B_LTA`."""
        return list(Level).index(self)


class Status(StrEnum):
    """Verdicts, as in ETSI EN 319 102-1, clause 5.1.3: TOTAL-PASSED, TOTAL-FAILED, INDETERMINATE."""

    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"

    @property
    def exit_code(self) -> int:
        """What `hoso verify` exits with."""
        return list(Status).index(self)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a level or a verdict is what it is. `code` is stable; the texts come from `signing.reasons`."""

    code: str
    detail: str = ""

    @property
    def vi(self) -> str:
        return text(self.code, "vi")

    @property
    def en(self) -> str:
        return text(self.code, "en")

    @property
    def next_vi(self) -> str:
        return step(self.code, "vi")

    @property
    def next_en(self) -> str:
        return step(self.code, "en")


@dataclass(frozen=True, slots=True)
class Place:
    """A box on a page: pages count from 1; points from the lower left corner of the page's user space."""

    page: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a visible mark says. Every part may be empty: lines of a profile that have nothing to say are left out.

    `name`: the person's full name (default: the certificate's common name) · `agency`: the agency's full name ·
    `form`: the form of a copy ("SAO Y", "SAO LỤC", "TRÍCH SAO") · `image`: PNG with a transparent background, the
    handwritten signature or the seal; without one a DEMO signer gets a generated one and others get text only.
    """

    name: str = ""
    agency: str = ""
    form: str = ""
    image: bytes | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed file and what it truly reached.

    `level` is what was reached and `wanted` what was asked for; `reasons` say why the two differ, or what else the
    caller should know (`mark_no_room`). `signed_at` comes from a time-stamp token and is `None` without one;
    `claimed_at` is the signer's own clock, as printed in the mark. `mark_box` is where the visible mark was put.
    """

    pdf: bytes = field(repr=False)
    level: Level
    wanted: Level
    reasons: tuple[Reason, ...]
    signed_at: datetime | None
    claimed_at: datetime
    mark_box: Place | None
    signer: str
    demo: bool

    @property
    def complete(self) -> bool:
        """Whether the wanted level was reached; if not, `upgrade` may be called later."""
        return self.level.rank >= self.wanted.rank


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature as verified. `signed_at` is a trusted time-stamp's; `claimed_at` is what the signer says."""

    signer: str
    level: Level
    status: Status
    signed_at: datetime | None
    reasons: tuple[Reason, ...] = ()
    claimed_at: datetime | None = None
    issuer: str = ""
    serial: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    algorithm: str = ""
    field: str = ""
    intact: bool = False
    changes: str = "none"
    """Changes after signing: `none`, `allowed` (further signatures, validation data, form filling) or `forbidden`."""
    demo: bool = False

    def to_json(self) -> dict[str, object]:
        return {
            "signer": self.signer,
            "level": str(self.level),
            "status": str(self.status),
            "signed_at": _iso(self.signed_at),
            "reasons": [reason.code for reason in self.reasons],
            "claimed_at": _iso(self.claimed_at),
            "issuer": self.issuer,
            "serial": self.serial,
            "certificate": {"valid_from": _iso(self.valid_from), "valid_until": _iso(self.valid_until)},
            "algorithm": self.algorithm,
            "field": self.field,
            "intact": self.intact,
            "changes": self.changes,
            "demo": self.demo,
            "texts": [{"code": reason.code, "vi": reason.vi, "en": reason.en} for reason in self.reasons],
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> SignatureReport:
        """Reads what `to_json` wrote. Raises `KeyError` and `ValueError` on anything else."""
        return cls(
            signer=str(told["signer"]),
            level=Level(told["level"]),
            status=Status(told["status"]),
            signed_at=_time(told["signed_at"]),
            reasons=tuple(Reason(str(code)) for code in told["reasons"]),
            claimed_at=_time(told["claimed_at"]),
            issuer=str(told["issuer"]),
            serial=str(told["serial"]),
            valid_from=_time(told["certificate"]["valid_from"]),
            valid_until=_time(told["certificate"]["valid_until"]),
            algorithm=str(told["algorithm"]),
            field=str(told["field"]),
            intact=bool(told["intact"]),
            changes=str(told["changes"]),
            demo=bool(told["demo"]),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What verification found in a file. `reasons` are those of the file (`no_signature`), not of one signature."""

    signatures: tuple[SignatureReport, ...]
    verdict: Status
    reasons: tuple[Reason, ...] = ()
    demo: bool = False
    sha256: str = ""
    timestamps: int = 0
    """Document time-stamps found."""

    def lines(self, language: str = "vi") -> list[str]:
        """Four plain lines for people: wholeness, signature and certificate, time, level."""
        return lines(self, language)

    def to_json(self) -> dict[str, object]:
        """The report as `hoso.verify/1`; keys may be added to it, never changed."""
        return {
            "schema": SCHEMA,
            "signatures": [signature.to_json() for signature in self.signatures],
            "verdict": str(self.verdict),
            "reasons": [reason.code for reason in self.reasons],
            "texts": [
                {"code": one.code, "vi": one.vi, "en": one.en, "next": one.next_vi, "next_en": one.next_en}
                for one in self.reasons
            ],
            "demo": self.demo,
            "sha256": self.sha256,
            "document_timestamps": self.timestamps,
            "lines": {"vi": self.lines("vi"), "en": self.lines("en")},
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Report:
        """Reads what `to_json` wrote. Raises `KeyError` and `ValueError` on anything else."""
        return cls(
            signatures=tuple(SignatureReport.from_json(one) for one in told["signatures"]),
            verdict=Status(told["verdict"]),
            reasons=tuple(Reason(str(code)) for code in told["reasons"]),
            demo=bool(told["demo"]),
            sha256=str(told["sha256"]),
            timestamps=int(told["document_timestamps"]),
        )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _time(text: object) -> datetime | None:
    return None if text is None else datetime.fromisoformat(str(text))
