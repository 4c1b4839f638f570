"""Damaged and attacked files: each gets the verdict and the reason that it deserves."""

from __future__ import annotations

import asyncio
import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.timestamps import TimeStamper

from signing import Level, Report, Status, Trust, sign
from signing.demo import Authority
from signing.verification import verify_here
from tests.signing import attacks, odd

VALID, INVALID, OPEN = Status.VALID, Status.INVALID, Status.INDETERMINATE
DAY = timedelta(days=1)


@dataclass
class Workshop:
    """What the rows below are made from."""

    authority: Authority
    letter: bytes
    archived: bytes

    @cached_property
    def issuer(self) -> odd.Issuer:
        return odd.Issuer(self.authority)

    @cached_property
    def basic(self) -> bytes:
        """Signed at B-B."""
        signer = self.authority.issue("Trần Thị Ví Dụ", "leader")
        return sign(
            self.letter, profile="luu_tru", signer=signer, services=self.authority.services, level=Level.B_B
        ).pdf

    @cached_property
    def by_hand(self) -> bytes:
        """Signed at B-B by another program, in a file that a forger can edit."""
        return odd.sign(attacks.plain(self.letter), self.issuer.signer())

    @cached_property
    def form(self) -> bytes:
        return attacks.with_form(self.letter)

    def certified(self, permission: MDPPerm, change: attacks.Change) -> bytes:
        return attacks.appended(odd.sign(self.form, self.issuer.signer(), certify=permission), change)


@pytest.fixture(scope="module")
def workshop(authority: Authority, letter: bytes, signed_files: dict[str, Path]) -> Workshop:
    return Workshop(authority, letter, signed_files["thanh_phan"].read_bytes())


def judged(pdf: bytes, trust: Trust) -> tuple[Report, set[str]]:
    """The report and every code in it."""
    report = asyncio.run(verify_here(pdf, trust))
    told = [*report.reasons, *(reason for one in report.signatures for reason in one.reasons)]
    assert Report.from_json(report.to_json()).to_json() == report.to_json()
    return report, {reason.code for reason in told}


REGIONS: dict[str, tuple[Status, str]] = {
    "header": (INVALID, "hash_mismatch"),
    "page": (INVALID, "hash_mismatch"),
    "before the value": (INVALID, "hash_mismatch"),
    "padding of the value": (INVALID, "not_whole_file"),
    "byte range": (INVALID, "format_failure"),
    "cross-references": (INVALID, "format_failure"),
    "trailer": (INVALID, "hash_mismatch"),
    "start of the cross-references": (INVALID, "hash_mismatch"),
    "security store": (OPEN, "archive_timestamp_broken"),
    "time-stamp": (OPEN, "archive_timestamp_broken"),
    "padding of the time-stamp": (OPEN, "archive_timestamp_broken"),
    "byte range of the time-stamp": (INVALID, "format_failure"),
    "trailer of the time-stamp": (OPEN, "archive_timestamp_broken"),
    "last start of cross-references": (INVALID, "format_failure"),
}


@pytest.mark.parametrize("region", REGIONS)
def test_a_flipped_bit(workshop: Workshop, offline: Trust, region: str) -> None:
    """What the signer signed is lost with one bit; behind it, what the archive sealed is."""
    bad = bytearray(workshop.archived)
    bad[attacks.regions(workshop.archived)[region]] ^= 0x01
    report, codes = judged(bytes(bad), offline)
    verdict, code = REGIONS[region]
    assert (report.verdict, code in codes) == (verdict, True), codes
    assert all(one.level.rank <= Level.B_T.rank for one in report.signatures)


@pytest.mark.parametrize("part", [0.001, 0.05, 0.2, 0.35, 0.5, 0.75, 0.999])
def test_every_digit_of_a_value_counts(workshop: Workshop, offline: Trust, part: float) -> None:
    """Lengths and kinds of the CMS, certificates that it carries along, the time-stamp, the padding."""
    gap, after, _ = attacks.edges(workshop.archived)
    at = gap + 1 + int(part * (after - gap - 2))
    bad = bytearray(workshop.archived)
    bad[at] = ord("0") if bad[at] != ord("0") else ord("1")
    report, codes = judged(bytes(bad), offline)
    assert report.verdict is not VALID
    said = {"format_failure", "hash_mismatch", "signature_broken", "not_whole_file", "archive_timestamp_broken"}
    assert codes & said


def test_behind_the_end_only_white_space_may_follow(workshop: Workshop, offline: Trust) -> None:
    report, codes = judged(workshop.archived + b"\r\n \0\0", offline)
    assert report.verdict is VALID
    report, codes = judged(workshop.archived + b"%" + b"x" * 400, offline)
    assert (report.verdict, codes) == (OPEN, {"trailing_bytes", "demo"})
    assert "không chữ ký nào bao trùm" in report.lines("vi")[1]
    start = workshop.archived[workshop.archived.rfind(b"startxref") :]
    hidden = workshop.archived + b"\n4 0 obj\n<</Type/Catalog>>\nendobj\n" + start
    report, codes = judged(hidden, offline)
    assert (report.verdict, codes) == (OPEN, {"trailing_bytes", "demo"})


def test_cut_files(workshop: Workshop, offline: Trust) -> None:
    """At the end of a revision the file is what it was then; anywhere else it is damaged."""
    gap, after, end = attacks.edges(workshop.archived)
    report, codes = judged(workshop.archived[:end], workshop.authority.trust)
    assert (report.verdict, report.signatures[0].level) == (VALID, Level.B_T)
    for cut, code in {
        len(workshop.archived) - 2: "format_failure",
        end + 1000: "trailing_bytes",
        end - 2: "format_failure",
        after + 20: "format_failure",
        gap - 40: "unreadable",
        gap + 100: "unreadable",
    }.items():
        report, codes = judged(workshop.archived[:cut], workshop.authority.trust)
        assert report.verdict is not VALID and code in codes, cut


@pytest.mark.parametrize("name", attacks.UPDATES)
def test_updates_that_no_signature_permits(workshop: Workshop, offline: Trust, name: str) -> None:
    """Incremental saving, shadow attacks that replace, evil annotations."""
    report, codes = judged(attacks.appended(workshop.archived, attacks.UPDATES[name]), offline)
    assert (report.verdict, "changed_after_signing" in codes) == (INVALID, True)
    assert {one.changes for one in report.signatures} == {"forbidden"}
    assert report.lines("vi")[0].startswith("Toàn vẹn: KHÔNG")


@pytest.mark.parametrize("name", attacks.FORGERIES)
def test_universal_forgery(workshop: Workshop, name: str) -> None:
    report, codes = judged(attacks.FORGERIES[name](workshop.basic), workshop.authority.trust)
    assert (report.verdict, bool(codes & {"format_failure", "hash_mismatch"})) == (INVALID, True)
    assert all(one.level is Level.NONE for one in report.signatures)


SHADOWS: dict[str, tuple[Callable[[bytes], bytes], attacks.Change]] = {
    "hide": (attacks.prepared_to_hide, attacks.cover_taken_away),
    "hide and replace": (attacks.prepared_to_replace, attacks.shadow_comes_forth),
}


@pytest.mark.parametrize("name", SHADOWS)
def test_shadows_prepared_before_signing(workshop: Workshop, name: str) -> None:
    prepare, change = SHADOWS[name]
    signed = odd.sign(prepare(workshop.letter), workshop.issuer.signer())
    assert judged(signed, workshop.authority.trust)[0].verdict is VALID
    report, codes = judged(attacks.appended(signed, change), workshop.authority.trust)
    assert (report.verdict, "changed_after_signing" in codes) == (INVALID, True)


def test_signature_wrapping_is_seen_through(workshop: Workshop, tmp_path: Path) -> None:
    """Poppler finds the value right and says so; that the forger's pages stand between the parts is what counts."""
    bad = attacks.wrapped(workshop.by_hand)
    report, codes = judged(bad, workshop.authority.trust)
    assert (report.verdict, "not_whole_file" in codes) == (INVALID, True)
    if shutil.which("pdfsig"):
        (tmp_path / "wrapped.pdf").write_bytes(bad)
        said = subprocess.run(["pdfsig", "-nocert", "wrapped.pdf"], cwd=tmp_path, capture_output=True, check=False)
        assert b"Signature is Valid." in said.stdout and b"Not total document signed" in said.stdout


CHANGES: list[tuple[MDPPerm, attacks.Change, Status, str]] = [
    (MDPPerm.NO_CHANGES, attacks.filled_in, INVALID, "forbidden"),
    (MDPPerm.FILL_FORMS, attacks.filled_in, VALID, "allowed"),
    (MDPPerm.FILL_FORMS, attacks.free_text, INVALID, "forbidden"),
    (MDPPerm.ANNOTATE, attacks.filled_in, VALID, "allowed"),
    # the certifier permits notes; one that covers the page makes another document of it
    (MDPPerm.ANNOTATE, attacks.free_text, INVALID, "forbidden"),
    (MDPPerm.ANNOTATE, attacks.new_contents, INVALID, "forbidden"),
]


@pytest.mark.parametrize(("permission", "change", "verdict", "changes"), CHANGES)
def test_changes_after_certification(
    workshop: Workshop, permission: MDPPerm, change: attacks.Change, verdict: Status, changes: str
) -> None:
    report, _ = judged(workshop.certified(permission, change), workshop.authority.trust)
    assert (report.verdict, report.signatures[0].changes) == (verdict, changes)


def test_swapped_certificates(workshop: Workshop) -> None:
    """The certificate in the value is another's: of the same number and issuer's name, or simply another."""
    held = PdfFileReader(io.BytesIO(workshop.by_hand)).embedded_regular_signatures[0].signer_cert
    twin = odd.Issuer(workshop.authority, stranger=True).signer("Kẻ Mạo Danh", serial=held.serial_number)
    other = workshop.authority.issue("Kẻ Khác", "officer").certificate
    for certificate in (twin.signing_cert.dump(), other):
        report, codes = judged(attacks.swapped_certificate(workshop.by_hand, certificate), workshop.authority.trust)
        assert (report.verdict, bool(codes & {"format_failure", "signature_broken"})) == (INVALID, True)


def test_one_value_in_two_fields(workshop: Workshop, offline: Trust) -> None:
    """A copied signature dictionary covers nothing that is new."""
    bad = attacks.appended(workshop.archived, attacks.UPDATES["two fields of one name"])
    report, _ = judged(bad, offline)
    assert len(report.signatures) == 2
    assert {one.status for one in report.signatures} == {INVALID}


CERTIFICATES: dict[str, tuple[Callable[[Workshop], bytes], Status, str]] = {
    "for web servers": (lambda w: odd.sign(w.letter, w.issuer.signer(eku=(odd.SERVER,))), OPEN, "wrong_key_usage"),
    "for time-stamps": (lambda w: odd.sign(w.letter, w.issuer.signer(eku=(odd.STAMPING,))), OPEN, "wrong_key_usage"),
    "for encryption": (lambda w: odd.sign(w.letter, w.issuer.signer(usage=False)), OPEN, "wrong_key_usage"),
    "for mail": (lambda w: odd.sign(w.letter, w.issuer.signer(eku=(odd.EMAIL,))), VALID, "no_timestamp"),
    "expired": (
        lambda w: odd.sign(w.letter, w.issuer.signer(since=-30 * DAY, until=-DAY)),
        OPEN,
        "certificate_expired",
    ),
    "expired before its time-stamp": (
        lambda w: odd.sign(w.letter, w.issuer.signer(since=-30 * DAY, until=-DAY), stamper=w.issuer.stamper()),
        OPEN,
        "certificate_expired",
    ),
    "not yet valid": (
        lambda w: odd.sign(w.letter, w.issuer.signer(since=30 * DAY, until=60 * DAY)),
        INVALID,
        "certificate_not_yet_valid",
    ),
    "not yet valid at its time-stamp": (
        lambda w: odd.sign(w.letter, w.issuer.signer(since=30 * DAY, until=60 * DAY), stamper=w.issuer.stamper()),
        INVALID,
        "certificate_not_yet_valid",
    ),
    "of a stranger with the issuer's name": (
        lambda w: odd.sign(w.letter, odd.Issuer(w.authority, stranger=True).signer()),
        OPEN,
        "untrusted",
    ),
    "RSA-1024": (lambda w: odd.sign(w.letter, w.issuer.signer(bits=1024)), OPEN, "weak_algorithm"),
    "SHA-1": (lambda w: odd.sign(w.letter, w.issuer.signer(bits=2048), digest="sha1"), OPEN, "weak_algorithm"),
    "MD5": (lambda w: odd.sign(w.letter, w.issuer.signer(bits=2048), digest="md5"), OPEN, "weak_algorithm"),
    "not PAdES": (lambda w: odd.sign(w.letter, w.issuer.signer(), adbe=True), VALID, "not_pades"),
}


@pytest.mark.parametrize("name", CERTIFICATES)
def test_certificates_and_algorithms(workshop: Workshop, name: str) -> None:
    make, verdict, code = CERTIFICATES[name]
    report, codes = judged(make(workshop), workshop.authority.trust)
    assert (report.verdict, code in codes) == (verdict, True), codes


STAMPS: dict[str, Callable[[Workshop], TimeStamper]] = {
    "of a web server": lambda w: w.issuer.stamper(eku=(odd.SERVER,)),
    "without a purpose": lambda w: w.issuer.stamper(eku=()),
    "over other data": lambda w: odd.Other(w.issuer.stamper()),
    "of tomorrow": lambda w: w.issuer.stamper(at=datetime.now(UTC) + DAY),
    "older than its authority": lambda w: w.issuer.stamper(at=datetime.now(UTC) - 10 * DAY),
}


@pytest.mark.parametrize("name", STAMPS)
def test_bad_time_stamps_prove_no_time(workshop: Workshop, name: str) -> None:
    signed = odd.sign(workshop.letter, workshop.issuer.signer(), stamper=STAMPS[name](workshop))
    report, codes = judged(signed, workshop.authority.trust)
    assert (report.verdict, report.signatures[0].level, report.signatures[0].signed_at) == (VALID, Level.B_B, None)
    assert {"timestamp_invalid", "no_timestamp"} <= codes
    assert "tự khai" in "\n".join(report.lines("vi"))


def test_a_good_time_stamp_of_the_same_make_counts(workshop: Workshop) -> None:
    """The rows above fail for what is wrong with them, not for how they are made."""
    signed = odd.sign(workshop.letter, workshop.issuer.signer(), stamper=workshop.issuer.stamper())
    report, codes = judged(signed, workshop.authority.trust)
    assert (report.verdict, report.signatures[0].level, codes) == (VALID, Level.B_T, {"demo"})


def test_a_signer_who_claims_to_sign_tomorrow(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The value holds all the same; that the claim cannot be true is said, and shown beside the time."""
    ahead = odd.sign(workshop.letter, workshop.issuer.signer(), claimed=datetime.now(UTC) + DAY)
    report, codes = judged(ahead, workshop.authority.trust)
    assert (report.verdict, "claimed_time_ahead" in codes) == (VALID, True)
    assert any("không đáng tin" in line for line in report.lines("vi"))
    _, codes = judged(workshop.by_hand, workshop.authority.trust)
    assert "claimed_time_ahead" not in codes
