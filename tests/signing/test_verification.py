"""Every file gets the right verdict with the right reason: tampered, strangers', revoked, changed, years later."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from signing import Level, Report, Services, Status, Strength, Trust, sign, upgrade, verify
from signing.demo import Authority
from signing.reasons import CODES
from signing.strength import ALWAYS
from signing.verification import verify_here


def codes(report: Report, number: int = 0) -> set[str]:
    return {reason.code for reason in report.signatures[number].reasons}


@pytest.fixture(scope="module")
def archived(signed_files: dict[str, Path]) -> bytes:
    return signed_files["thanh_phan"].read_bytes()


def test_a_file_without_signature_is_indeterminate(letter: bytes, offline: Trust) -> None:
    report = verify(letter, trust=offline)
    assert report.verdict is Status.INDETERMINATE
    assert report.to_json()["reasons"] == ["no_signature"]
    assert report.to_json()["signatures"] == []


def test_junk_is_indeterminate_and_unreadable(offline: Trust) -> None:
    report = verify(b"%PDF-1.7\n junk", trust=offline)
    assert (report.verdict, [reason.code for reason in report.reasons]) == (Status.INDETERMINATE, ["unreadable"])


def test_schema(archived: bytes, offline: Trust) -> None:
    told = json.loads(json.dumps(verify(archived, trust=offline).to_json()))
    assert told["schema"] == "hoso.verify/1"
    assert told["verdict"] == "valid"
    (one,) = told["signatures"]
    assert one["signer"] == "Trần Thị Ví Dụ (DEMO)"
    assert one["level"] == "B-LTA"
    assert one["status"] == "valid"
    assert datetime.fromisoformat(one["signed_at"]).tzinfo is not None
    assert one["reasons"] == ["demo"]
    assert Report.from_json(told).to_json() == told


def test_demo_is_marked_in_every_verdict(signed_files: dict[str, Path], offline: Trust) -> None:
    for path in signed_files.values():
        report = verify(path.read_bytes(), trust=offline)
        assert report.demo and all(one.demo and "demo" in {r.code for r in one.reasons} for one in report.signatures)
        assert any("DEMO" in line for line in report.lines("vi"))


def test_four_plain_lines(archived: bytes, offline: Trust) -> None:
    report = verify(archived, trust=offline)
    whole, who, when, level, demo = report.lines("vi")
    assert whole.startswith("Toàn vẹn: CÓ")
    assert "hợp lệ" in who and "Trần Thị Ví Dụ" in who
    assert "+07:00" in when and "dấu thời gian" in when
    assert "B-LTA" in level
    assert "DEMO" in demo
    assert report.lines("en")[0].startswith("Whole: YES")


def test_an_unknown_issuer_is_indeterminate(
    archived: bytes, tmp_path_factory: pytest.TempPathFactory, offline: Trust
) -> None:
    stranger = Authority(tmp_path_factory.mktemp("stranger"))
    report = verify(archived, trust=stranger.trust)
    assert report.verdict is Status.INDETERMINATE
    assert "untrusted" in codes(report)
    # an untrusted authority's time-stamp proves nothing
    assert report.signatures[0].signed_at is None
    assert not report.demo
    assert verify(archived, trust=Trust(())).verdict is Status.INDETERMINATE


def test_a_root_counts_only_within_its_years(archived: bytes, offline: Trust) -> None:
    closed = replace(offline.roots[0], trusted_until=datetime(2020, 1, 1, tzinfo=UTC))
    report = verify(archived, trust=Trust((closed,), others=offline.others))
    assert (report.verdict, "untrusted_at_time" in codes(report)) == (Status.INDETERMINATE, True)


def test_revoked_after_signing_stays_valid_with_a_timestamp(authority: Authority, letter: bytes) -> None:
    signer = authority.issue("Bị thu hồi sau", "officer")
    stamped = sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_T)
    bare = sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    authority.revoke(signer, since=datetime.now(UTC) + timedelta(seconds=1))
    import time

    time.sleep(1.5)
    assert verify(stamped.pdf, trust=authority.trust).verdict is Status.VALID
    # nothing proves that the signature without a time-stamp is older than the revocation
    report = verify(bare.pdf, trust=authority.trust)
    assert (report.verdict, "revoked_no_poe" in codes(report)) == (Status.INDETERMINATE, True)


def test_revoked_before_signing_is_invalid(authority: Authority, letter: bytes) -> None:
    signer = authority.issue("Bị thu hồi trước", "officer")
    signed = sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_T)
    authority.revoke(signer, since=datetime.now(UTC) - timedelta(hours=1))
    report = verify(signed.pdf, trust=authority.trust)
    assert (report.verdict, "revoked" in codes(report)) == (Status.INVALID, True)


def test_without_revocation_data_nothing_is_promised(authority: Authority, letter: bytes, offline: Trust) -> None:
    signer = authority.issue("Nguyễn Văn Mẫu", "officer")
    signed = sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_T)
    report = verify(signed.pdf, trust=offline)
    assert (report.verdict, codes(report) & {"revocation_unknown"}) == (Status.INDETERMINATE, {"revocation_unknown"})


def later(years: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=365 * years)


def lasting(trust: Trust) -> Trust:
    """The same, and RSA 2048 for ever: what ends is certificates."""
    return replace(trust, strength=Strength.default().with_rows({"rsa": {"2048": ALWAYS}}))


def test_archived_files_verify_offline_after_the_signers_certificate_has_expired(
    archived: bytes, offline: Trust
) -> None:
    report = asyncio.run(verify_here(archived, lasting(offline), later(9)))
    assert (report.verdict, report.signatures[0].level) == (Status.VALID, Level.B_LTA)


def test_without_a_timestamp_an_expired_certificate_cannot_be_judged(authority: Authority, letter: bytes) -> None:
    signer = authority.issue("Nguyễn Văn Mẫu", "officer")
    signed = sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    report = asyncio.run(verify_here(signed.pdf, lasting(authority.trust), later(6)))
    assert (report.verdict, "certificate_expired" in codes(report)) == (Status.INDETERMINATE, True)


def test_when_the_last_timestamp_has_aged_nothing_is_proved(archived: bytes, offline: Trust) -> None:
    report = asyncio.run(verify_here(archived, lasting(offline), later(16)))
    assert report.verdict is Status.INDETERMINATE


def test_pyhankos_own_long_term_judgement_agrees(archived: bytes, authority: Authority) -> None:
    from asn1crypto import x509
    from pyhanko.sign.ades.report import AdESPassed
    from pyhanko.sign.validation.ades import ades_lta_validation
    from pyhanko.sign.validation.policy_decl import (
        PdfSignatureValidationSpec,
        RevinfoOnlineFetchingRule,
        RevocationInfoGatheringSpec,
        SignatureValidationSpec,
    )
    from pyhanko_certvalidator.context import CertValidationPolicySpec
    from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
    from pyhanko_certvalidator.registry import SimpleTrustManager

    policy = CertValidationPolicySpec(
        SimpleTrustManager.build(trust_roots=[x509.Certificate.load(authority.root)]),
        CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("hard-fail")),
    )
    local = RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY)
    one = PdfFileReader(io.BytesIO(archived)).embedded_regular_signatures[0]
    one.compute_integrity_info()
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(policy, local))
    assert asyncio.run(ades_lta_validation(one, spec)).ades_subindic is AdESPassed.OK


def test_a_cut_off_revision_is_not_mistaken_for_the_whole(signed_files: dict[str, Path], offline: Trust) -> None:
    both = signed_files["ket_qua_dau"].read_bytes()
    reader = PdfFileReader(io.BytesIO(both))
    ends = [sum(list(one.sig_object["/ByteRange"])[2:]) for one in reader.embedded_signatures]
    earlier = verify(both[: ends[0]], trust=offline)
    # the person's own revision is still the person's, but it has neither the seal nor the archive's data
    assert [one.signer for one in earlier.signatures] == ["Trần Thị Ví Dụ (DEMO)"]
    assert earlier.signatures[0].level in (Level.B_B, Level.B_T)


def test_swapped_certificate_is_invalid(authority: Authority, letter: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signature value that another key made does not pass for the named signer's, should anybody publish one."""
    monkeypatch.setattr("signing.levels.checked", lambda signer, data: signer.sign(data))
    one = authority.issue("Nguyễn Văn Mẫu", "officer")
    other = authority.issue("Trần Thị Ví Dụ", "leader")

    class Swapped:
        certificate, chain, mechanism = one.certificate, one.chain, one.mechanism

        async def sign(self, data: bytes) -> bytes:
            return await other.sign(data)

    signed = sign(letter, profile="luu_tru", signer=Swapped(), services=authority.services, level=Level.B_B)
    report = verify(signed.pdf, trust=authority.trust)
    assert (report.verdict, "signature_broken" in codes(report)) == (Status.INVALID, True)


def test_verification_asks_no_address_that_is_not_the_authoritys(
    authority: Authority, services: Services, switch: Any, letter: bytes
) -> None:
    signer = authority.issue("Nguyễn Văn Mẫu", "officer")
    signed = sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_T)
    assert verify(signed.pdf, trust=services.trust).verdict is Status.VALID
    assert switch.asked and all(url.startswith("http://127.0.0.1:8731/demo/") for url in switch.asked)


def test_archive_timestamps_can_be_renewed(archived: bytes, services: Services, offline: Trust) -> None:
    """Already at the level that was asked for: nothing is added, and nothing is lost."""
    same = upgrade(archived, services=services, level=Level.B_LTA)
    assert same.pdf == archived and same.level is Level.B_LTA


def test_old_padding_is_accepted_and_said(authority: Authority, letter: bytes) -> None:
    from signing.keys import Mechanism

    signer = replace(authority.issue("RSA cũ", "officer", algorithm="rsa"), mechanism=Mechanism.RSA_PKCS1)
    signed = sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_T)
    report = verify(signed.pdf, trust=authority.trust)
    assert (report.verdict, "old_padding" in codes(report)) == (Status.VALID, True)


def test_every_code_has_both_texts() -> None:
    for code, (vi, en) in CODES.items():
        assert vi.endswith(".") and en.endswith("."), code
