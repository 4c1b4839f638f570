"""Remote keys over the CSC API 2.0, against a server that keeps its rules; what is unknown is never tried again."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from signing import CscService, CscSigner, Job, Level, Mechanism, Outcome, Status, sign, sign_many, verify
from signing.demo import Authority
from signing.errors import (
    BadKeySettings,
    CertificateRevoked,
    KeyMissing,
    MechanismMissing,
    OutcomeUnknown,
    SignatureWrong,
    SigningServiceDown,
    SigningServiceRefused,
    WrongPin,
)
from signing.keys import checked, fits


def _csc_server() -> Any:
    """The module beside this one; tests are no package."""
    name = "tests_signing_csc_server"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("csc_server.py"))
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture
def rssp(authority: Authority) -> Any:
    return _csc_server().Rssp(authority.issue("Khóa từ xa", "officer", algorithm="rsa"))


@pytest.fixture
def service(rssp: Any) -> Iterator[CscService]:
    server = _csc_server().serve(rssp)
    yield CscService(
        url=f"http://127.0.0.1:{server.server_address[1]}/csc/v2",
        credential="cred-1",
        client_id="hoso",
        client_secret="client secret",
        seconds=20,
    )
    rssp.release.set()
    server.shutdown()
    server.server_close()


def batch(authority: Authority, signer: CscSigner, letter: bytes, count: int) -> dict[str, Outcome]:
    async def run() -> dict[str, Outcome]:
        jobs = (Job(str(number), letter) for number in range(count))
        many = sign_many(
            jobs,
            profile="luu_tru",
            signer=signer,
            services=authority.services,
            level=Level.B_B,
        )
        return {outcome.key: outcome async for outcome in many}

    return asyncio.run(run())


@pytest.mark.parametrize("kind", ["pss", "pkcs1", "ec"])
def test_a_remote_key_signs_a_document(
    authority: Authority, rssp: Any, service: CscService, letter: bytes, kind: str
) -> None:
    if kind == "ec":
        rssp.signer = authority.issue("Khóa EC từ xa", "officer")
    signer = CscSigner.open(replace(service, legacy_padding=kind == "pkcs1"), rssp.pin)
    assert signer.mechanism is {"pss": Mechanism.RSA_PSS, "pkcs1": Mechanism.RSA_PKCS1, "ec": Mechanism.ECDSA}[kind]
    signed = sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_T)
    assert verify(signed.pdf, trust=authority.trust).verdict is Status.VALID
    assert [method for method, _ in rssp.log] == [
        "oauth2/token",
        "credentials/info",
        "credentials/authorize",
        "signatures/signHash",
    ]


def test_many_hashes_go_in_one_request_as_the_service_allows(rssp: Any, service: CscService) -> None:
    signer = CscSigner.open(service, rssp.pin)
    data = [bytes([number]) for number in range(10)]

    async def run() -> list[bytes]:
        return await asyncio.gather(*(signer.sign(one) for one in data))

    values = asyncio.run(run())
    pairs = zip(data, values, strict=True)
    assert all(fits(signer.certificate, signer.mechanism, one, value) for one, value in pairs)
    sizes = [len(asked["hashes"]) for method, asked in rssp.log if method == "signatures/signHash"]
    assert sorted(sizes) == [2, 4, 4]  # the service may hear them in any order


def test_a_batch_of_documents(authority: Authority, rssp: Any, service: CscService, letter: bytes) -> None:
    outcomes = batch(authority, CscSigner.open(service, rssp.pin), letter, 5)
    assert all(outcome.signed is not None for outcome in outcomes.values())
    assert len(set(rssp.made)) == len(rssp.made) == 5


def test_implicit_authorisation_sends_no_pin(
    authority: Authority, rssp: Any, service: CscService, letter: bytes
) -> None:
    rssp.mode = "implicit"
    signer = CscSigner.open(service)
    sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    assert "authData" not in dict(rssp.log)["credentials/authorize"]


def test_a_refresh_token_is_used_where_there_is_one(rssp: Any, service: CscService) -> None:
    CscSigner.open(replace(service, refresh_token="r-1"), rssp.pin)
    assert rssp.log[0] == ("oauth2/token", {"grant_type": "refresh_token", "refresh_token": "r-1"})


def test_the_refresh_token_that_came_last_renews_and_the_client_s_own_credentials_where_it_has_ended(
    authority: Authority, rssp: Any, service: CscService, letter: bytes
) -> None:
    rssp.refreshes = True
    signer = CscSigner.open(service, rssp.pin)
    for _ in range(2):
        rssp.forget_tokens()
        sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    rssp.forget_tokens()
    rssp.forget_refresh_tokens()
    sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    grants = [asked["grant_type"] for method, asked in rssp.log if method == "oauth2/token"]
    assert grants == ["client_credentials", *["refresh_token"] * 3, "client_credentials"]
    tokens = [asked["refresh_token"] for _, asked in rssp.log if "refresh_token" in asked]
    assert len(set(tokens)) == 3, "each is good for once"
    assert len(rssp.made) == 3


def test_a_refresh_token_of_the_settings_that_has_ended_is_told(rssp: Any, service: CscService) -> None:
    with pytest.raises(SigningServiceRefused) as caught:
        CscSigner.open(replace(service, refresh_token="old"), rssp.pin)
    assert "invalid_grant" in caught.value.vi


@pytest.mark.parametrize("waits_as", ["202", "400", "200"])
def test_a_service_that_signs_in_its_own_time_is_asked_until_it_has(
    authority: Authority, rssp: Any, service: CscService, letter: bytes, waits_as: str
) -> None:
    rssp.delays, rssp.waits_as = 2, waits_as
    signer = CscSigner.open(replace(service, asynchronous=True), rssp.pin)
    signed = sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_T)
    assert verify(signed.pdf, trust=authority.trust).verdict is Status.VALID
    asked = [method for method, _ in rssp.log]
    assert asked.count("signatures/signHash") == 1 and asked.count("signatures/signPolling") == 3


def test_a_batch_goes_under_one_authorisation_and_one_order_each_in_its_own_time(
    rssp: Any, service: CscService
) -> None:
    rssp.delays = 1
    signer = CscSigner.open(replace(service, asynchronous=True), rssp.pin)
    data = [bytes([number]) for number in range(4)]

    async def run() -> list[bytes]:
        return await asyncio.gather(*(signer.sign(one) for one in data))

    values = asyncio.run(run())
    assert all(fits(signer.certificate, signer.mechanism, *pair) for pair in zip(data, values, strict=True))
    permits = [asked["numSignatures"] for method, asked in rssp.log if method == "credentials/authorize"]
    orders = [len(asked["hashes"]) for method, asked in rssp.log if method == "signatures/signHash"]
    assert permits == orders == [4]


def test_an_order_that_never_comes_is_unknown_and_nothing_is_asked_again(
    authority: Authority, rssp: Any, service: CscService, letter: bytes
) -> None:
    rssp.delays = -1
    signer = CscSigner.open(replace(service, asynchronous=True, patience=1), rssp.pin)
    for error in (OutcomeUnknown, SigningServiceDown):
        with pytest.raises(error):
            sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    assert len(rssp.made) == [method for method, _ in rssp.log].count("signatures/signHash") == 1


@pytest.mark.parametrize(
    ("refusal", "error"), [("access_denied", SigningServiceRefused), ("invalid_request", OutcomeUnknown)]
)
def test_how_an_order_ends(
    authority: Authority, rssp: Any, service: CscService, letter: bytes, refusal: str, error: type[Exception]
) -> None:
    """What the signer refused was not signed; whatever else the service says of an order it took tells nothing."""
    rssp.refusal = refusal
    signer = CscSigner.open(replace(service, asynchronous=True), rssp.pin)
    with pytest.raises(error):
        sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)


def test_an_order_that_may_not_be_asked_for_any_more_is_unknown(
    authority: Authority, rssp: Any, service: CscService, letter: bytes
) -> None:
    """That the client is refused says nothing of the signature that it has ordered."""
    rssp.locks_out = True
    signer = CscSigner.open(replace(service, asynchronous=True), rssp.pin)
    with pytest.raises(OutcomeUnknown):
        sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    assert len(rssp.made) == 1


@pytest.mark.parametrize("fault", ["cut", "broken"])
def test_a_lost_question_is_put_again(
    authority: Authority, rssp: Any, service: CscService, letter: bytes, fault: str
) -> None:
    """Asking for an order signs nothing."""
    rssp.faults["signatures/signPolling"] = fault
    rssp.mends["signatures/signPolling"] = 2
    signer = CscSigner.open(replace(service, asynchronous=True), rssp.pin)
    sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    assert [method for method, _ in rssp.log].count("signatures/signPolling") == 3
    assert len(rssp.made) == 1


def test_an_access_token_that_ran_out_is_renewed(
    authority: Authority, rssp: Any, service: CscService, letter: bytes
) -> None:
    signer = CscSigner.open(service, rssp.pin)
    rssp.forget_tokens()
    sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    assert len(rssp.made) == 1


def test_wrong_pin(authority: Authority, rssp: Any, service: CscService, letter: bytes) -> None:
    signer = CscSigner.open(service, "0000")
    with pytest.raises(WrongPin):
        sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    assert rssp.made == []


@pytest.mark.parametrize("fault", ["silent", "cut", "broken", "not json"])
def test_what_may_have_signed_is_unknown_and_asked_once(
    authority: Authority, rssp: Any, service: CscService, letter: bytes, fault: str
) -> None:
    signer = CscSigner.open(replace(service, seconds=1 if fault == "silent" else 20), rssp.pin)
    rssp.faults["signatures/signHash"] = fault
    with pytest.raises(OutcomeUnknown) as caught:
        sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    orders = [asked for method, asked in rssp.log if method == "signatures/signHash"]
    assert len(orders) == 1 and orders[0]["clientData"] in caught.value.vi
    # the service did sign; the rest of the batch is not sent after it
    assert len(rssp.made) == 1
    rssp.faults.clear()
    with pytest.raises(SigningServiceDown):
        sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    assert len(rssp.made) == 1


@pytest.mark.parametrize("method", ["oauth2/token", "credentials/authorize"])
@pytest.mark.parametrize("fault", ["cut", "broken"])
def test_before_the_order_nothing_was_signed(
    authority: Authority, rssp: Any, service: CscService, letter: bytes, method: str, fault: str
) -> None:
    signer = CscSigner.open(service, rssp.pin)
    rssp.forget_tokens()
    rssp.faults[method] = fault
    with pytest.raises(SigningServiceDown):
        sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    assert rssp.made == []
    rssp.faults.clear()
    sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)


def test_signatures_in_the_wrong_order_are_dropped(rssp: Any, service: CscService) -> None:
    signer = CscSigner.open(service, rssp.pin)
    rssp.faults["signatures/signHash"] = "swapped"

    async def run() -> list[object]:
        asked = (checked(signer, one) for one in (b"a", b"b"))
        return list(await asyncio.gather(*asked, return_exceptions=True))

    assert [type(one) for one in asyncio.run(run())] == [SignatureWrong] * 2


@pytest.mark.parametrize("fault", ["other key's", "too few"])
def test_a_signature_that_does_not_fit_is_never_published(
    authority: Authority, rssp: Any, service: CscService, letter: bytes, fault: str
) -> None:
    signer = CscSigner.open(service, rssp.pin)
    rssp.faults["signatures/signHash"] = fault
    outcomes = batch(authority, signer, letter, 2)
    assert {type(outcome.error) for outcome in outcomes.values()} == {SignatureWrong}


def test_nobody_there() -> None:
    away = CscService("http://127.0.0.1:9/csc/v2", "cred-1", "hoso", "client secret", seconds=5)
    with pytest.raises(SigningServiceDown):
        CscSigner.open(away, "1")


def test_credentials_that_cannot_be_used(rssp: Any, service: CscService) -> None:
    with pytest.raises(SigningServiceRefused) as caught:
        CscSigner.open(replace(service, credential="other"), rssp.pin)
    assert "invalid_request" in caught.value.vi
    with pytest.raises(SigningServiceRefused):
        CscSigner.open(replace(service, client_secret="wrong"), rssp.pin)
    rssp.algorithms = ("1.2.840.10045.4.3.2",)
    with pytest.raises(MechanismMissing):
        CscSigner.open(service, rssp.pin)
    rssp.mode = "oauth2code"
    with pytest.raises(SigningServiceRefused):
        CscSigner.open(service, rssp.pin)
    rssp.status = "disabled"
    with pytest.raises(KeyMissing):
        CscSigner.open(service, rssp.pin)


def test_the_certificate_is_checked_before_anything_is_sent(
    authority: Authority, rssp: Any, service: CscService, letter: bytes
) -> None:
    rssp.signer = authority.issue("Khóa từ xa đã thu hồi", "officer")
    authority.revoke(rssp.signer)
    signer = CscSigner.open(service, rssp.pin)
    with pytest.raises(CertificateRevoked):
        sign(letter, profile="luu_tru", signer=signer, services=authority.services)
    assert rssp.made == []


@pytest.mark.parametrize("url", ["http://rssp.example.vn/csc/v2", "ftp://127.0.0.1/", "rssp", ""])
def test_secrets_do_not_travel_in_the_open(service: CscService, url: str) -> None:
    with pytest.raises(BadKeySettings):
        CscSigner.open(replace(service, url=url), "1")
    if url:
        with pytest.raises(BadKeySettings):
            CscSigner.open(replace(service, token_url=url), "1")


def test_no_secret_is_shown(service: CscService) -> None:
    assert "client secret" not in repr(service)
