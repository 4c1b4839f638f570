"""Signing reaches the level it says, says why when it cannot, and leaves earlier bytes alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from signing import Job, Level, Mark, Outcome, Services, Status, Trust, profiles, sign, sign_many, upgrade, verify
from signing.demo import Authority
from signing.errors import Encrypted, Unreadable
from signing.renewal_errors import NothingToUpgrade

LEVELS = [Level.B_B, Level.B_T, Level.B_LT, Level.B_LTA]


@pytest.mark.parametrize("level", LEVELS)
def test_level_is_reached_and_seen_by_the_verifier(
    authority: Authority, letter: bytes, offline: Trust, level: Level
) -> None:
    signer = authority.issue("Nguyễn Văn Mẫu", "officer")
    signed = sign(letter, profile="thanh_phan", signer=signer, services=authority.services, level=level)
    assert (signed.level, signed.wanted, signed.complete) == (level, level, True)
    assert (signed.signed_at is None) == (level is Level.B_B)
    assert signed.pdf.startswith(letter)
    # what the file holds must be enough from B-LT on; below that the authority has to be asked
    trust = offline if level.rank >= Level.B_LT.rank else authority.trust
    report = verify(signed.pdf, trust=trust)
    assert report.verdict is Status.VALID
    assert [one.level for one in report.signatures] == [level]
    if signed.signed_at:
        assert report.signatures[0].signed_at == signed.signed_at.replace(microsecond=0)


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", list(profiles()))
@pytest.mark.parametrize("algorithm", ["ec", "rsa"])
def test_every_profile_at_every_level(
    authority: Authority, letter: bytes, name: str, level: Level, algorithm: str
) -> None:
    signer = authority.issue("Cơ quan Mẫu", "agency", algorithm=algorithm)  # type: ignore[arg-type]
    signed = sign(letter, profile=name, signer=signer, services=authority.services, level=level)
    report = verify(signed.pdf, trust=authority.trust)
    assert (signed.level, report.verdict, report.signatures[0].level) == (level, Status.VALID, level)


def test_no_timestamp_authority_means_b_b_with_the_reason(
    authority: Authority, services: Services, switch: Any, letter: bytes
) -> None:
    switch.down = {"tsa"}
    signer = authority.issue("Nguyễn Văn Mẫu", "officer")
    signed = sign(letter, profile="thanh_phan", signer=signer, services=services)
    assert (signed.level, signed.wanted, signed.signed_at) == (Level.B_B, Level.B_LTA, None)
    assert "tsa_unavailable" in [reason.code for reason in signed.reasons]
    report = verify(signed.pdf, trust=authority.trust)
    assert (report.verdict, report.signatures[0].level) == (Status.VALID, Level.B_B)
    assert report.signatures[0].signed_at is None
    assert "no_timestamp" in [reason.code for reason in report.signatures[0].reasons]
    assert "tự khai" in "\n".join(report.lines("vi"))


def test_the_key_signs_once_when_the_timestamp_fails(
    authority: Authority, services: Services, switch: Any, letter: bytes
) -> None:
    signer = authority.issue("Nguyễn Văn Mẫu", "officer")
    calls = []

    class Counting:
        certificate, chain, mechanism = signer.certificate, signer.chain, signer.mechanism

        async def sign(self, data: bytes) -> bytes:
            calls.append(data)
            return await signer.sign(data)

    switch.down = {"tsa"}
    sign(letter, profile="luu_tru", signer=Counting(), services=services)
    assert len(calls) == 1


def test_the_next_timestamp_authority_is_asked(
    authority: Authority, services: Services, switch: Any, letter: bytes
) -> None:
    first = "http://127.0.0.1:1/demo/tsa/none"
    both = replace(services, timestampers=(first, *services.timestampers))
    signed = sign(letter, profile="luu_tru", signer=authority.issue("A", "agency"), services=both, level=Level.B_T)
    assert signed.level is Level.B_T
    assert first in switch.asked


def test_a_timestamp_of_a_stranger_is_not_told_as_a_time(
    authority: Authority, letter: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stranger = Authority(tmp_path_factory.mktemp("stranger"))

    class Both:
        """The stranger's time-stamps, our own OCSP and CRL."""

        async def post(self, url: str, body: bytes, content_type: str) -> bytes:
            source = stranger if "/tsa/" in url else authority
            return await source.transport.post(url, body, content_type)

        async def get(self, url: str) -> bytes:
            return await authority.transport.get(url)

    services = replace(authority.services, transport=Both())
    signed = sign(letter, profile="luu_tru", signer=authority.issue("A", "agency"), services=services)
    assert (signed.level, signed.signed_at) == (Level.B_B, None)
    assert "timestamp_invalid" in [reason.code for reason in signed.reasons]
    report = verify(signed.pdf, trust=authority.trust)
    assert report.signatures[0].signed_at is None
    assert report.signatures[0].level is Level.B_B


def test_no_revocation_data_means_b_t_with_the_reason(
    authority: Authority, services: Services, switch: Any, letter: bytes
) -> None:
    switch.down = {"ocsp", "crls"}
    signer = authority.issue("Nguyễn Văn Mẫu", "officer")
    signed = sign(letter, profile="luu_tru", signer=signer, services=services)
    assert signed.level is Level.B_T
    assert "revocation_unavailable" in [reason.code for reason in signed.reasons]
    assert verify(signed.pdf, trust=authority.trust).signatures[0].level is Level.B_T


@pytest.mark.parametrize("down", [{"tsa"}, {"ocsp", "crls"}])
def test_upgrade_brings_what_was_missing(
    authority: Authority, services: Services, switch: Any, letter: bytes, offline: Trust, down: set[str]
) -> None:
    switch.down = down
    signer = authority.issue("Nguyễn Văn Mẫu", "officer")
    low = sign(letter, profile="thanh_phan", signer=signer, services=services)
    switch.down = set()
    high = upgrade(low.pdf, services=services, level=Level.B_LTA)
    assert (high.level, high.complete) == (Level.B_LTA, True)
    assert high.pdf.startswith(low.pdf)
    report = verify(high.pdf, trust=offline)
    assert (report.verdict, report.signatures[0].level) == (Status.VALID, Level.B_LTA)
    # the time is that of the upgrade when there was none before, never the claimed one
    assert high.signed_at is not None and high.signed_at >= low.claimed_at.replace(microsecond=0)


def test_upgrade_stops_where_it_must(authority: Authority, services: Services, switch: Any, letter: bytes) -> None:
    switch.down = {"tsa"}
    low = sign(letter, profile="luu_tru", signer=authority.issue("A", "agency"), services=services)
    still = upgrade(low.pdf, services=services, level=Level.B_LTA)
    assert (still.level, still.pdf, still.signed_at) == (Level.B_B, low.pdf, None)
    assert [reason.code for reason in still.reasons] == ["tsa_unavailable"]


def test_upgrade_of_an_unsigned_file_is_refused(services: Services, letter: bytes) -> None:
    with pytest.raises(NothingToUpgrade):
        upgrade(letter, services=services, level=Level.B_LTA)


def test_seal_over_a_persons_signature_keeps_both_valid(authority: Authority, letter: bytes, offline: Trust) -> None:
    person = authority.issue("Trần Thị Ví Dụ", "leader")
    agency = authority.issue("Ủy ban nhân dân xã Mẫu", "agency")
    first = sign(letter, profile="ket_qua_nguoi_ky", signer=person, services=authority.services)
    both = sign(first.pdf, profile="ket_qua_dau", signer=agency, services=authority.services)
    assert both.pdf.startswith(first.pdf)
    report = verify(both.pdf, trust=offline)
    assert report.verdict is Status.VALID
    assert [one.signer for one in report.signatures] == ["Trần Thị Ví Dụ (DEMO)", "Ủy ban nhân dân xã Mẫu (DEMO)"]
    assert report.signatures[1].level is Level.B_LTA
    assert {one.changes for one in report.signatures} == {"allowed"}


def test_one_bad_document_does_not_stop_the_batch(authority: Authority, letter: bytes) -> None:
    jobs = [Job("1", letter), Job("2", b"not a pdf"), Job("3", letter, Mark(name="Nguyễn Văn Mẫu"))]

    async def run() -> dict[str, Outcome]:
        signer = authority.issue("Nguyễn Văn Mẫu", "officer")
        many = sign_many(iter(jobs), profile="thanh_phan", signer=signer, services=authority.services, concurrency=2)
        return {outcome.key: outcome async for outcome in many}

    outcomes = asyncio.run(run())
    assert set(outcomes) == {"1", "2", "3"}
    assert isinstance(outcomes["2"].error, Unreadable) and outcomes["2"].signed is None
    for key in ("1", "3"):
        signed = outcomes[key].signed
        assert signed is not None and signed.level is Level.B_LTA
        assert verify(signed.pdf, trust=authority.trust).verdict is Status.VALID


@pytest.mark.parametrize("at_once", [1, 3])
def test_a_batch_asks_ocsp_once_for_one_certificate(
    authority: Authority, services: Services, switch: Any, letter: bytes, at_once: int
) -> None:
    async def run() -> None:
        signer = authority.issue("Nguyễn Văn Mẫu", "officer")
        jobs = (Job(str(number), letter) for number in range(3))
        async for outcome in sign_many(jobs, profile="luu_tru", signer=signer, services=services, concurrency=at_once):
            assert outcome.signed is not None and outcome.signed.complete

    asyncio.run(run())
    # one for the signer, one for the time-stamp authority
    assert sum("/ocsp/" in url for url in switch.asked) == 2


def test_encrypted_files_are_refused(authority: Authority, letter: bytes) -> None:
    import io

    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter)) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(Encrypted):
        sign(out.getvalue(), profile="luu_tru", signer=authority.issue("A", "agency"), services=authority.services)
