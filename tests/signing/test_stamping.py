"""Time-stamp authorities: asked in turn, left alone when dead, believed only when the answer fits the question."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from asn1crypto import tsp

from signing import Level, Status, Trust, sign, upgrade, verify
from signing import stamping as stamping_module
from signing.demo import Authority
from signing.levels import Ascent
from signing.marks import Drawn
from signing.session import Session
from signing.stamping import Stampers, Unstamped

DEAD = "http://127.0.0.1:1/demo/tsa/dead"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """No authority has failed yet."""
    monkeypatch.setattr(stamping_module, "_failed", {})


@dataclass
class Spoiled:
    """The authority's transport, with answers of its time-stamps changed on the way."""

    inner: Any
    change: Callable[[tsp.TimeStampResp], bytes] = lambda answer: bytes(answer.dump())
    asked: list[str] = field(default_factory=list)

    async def post(self, url: str, body: bytes, content_type: str) -> bytes:
        self.asked.append(url)
        answer = await self.inner.post(url, body, content_type)
        return self.change(tsp.TimeStampResp.load(answer)) if "/tsa/" in url else bytes(answer)

    async def get(self, url: str) -> bytes:
        return bytes(await self.inner.get(url))


def stamp(stampers: Stampers) -> None:
    asyncio.run(stampers.stamp(bytes(32)))


def test_a_silent_authority_is_asked_once_then_left_alone(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamping_module, "SLOW", -1.0)
    transport = Spoiled(authority.transport)
    stampers = Stampers((DEAD, *authority.services.timestampers), transport)
    stamp(stampers)
    stamp(stampers)
    # another batch of the same process knows it too
    stamp(Stampers((DEAD, *authority.services.timestampers), transport))
    assert transport.asked.count(DEAD) == 1
    monkeypatch.setattr(stamping_module, "PAUSE", -1.0)
    stamp(stampers)
    assert transport.asked.count(DEAD) == 1  # the good one is asked first now
    with pytest.raises(Unstamped):
        stamp(Stampers((DEAD,), transport))
    assert transport.asked.count(DEAD) == 2


def test_when_all_are_silent_nobody_waits_again(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamping_module, "SLOW", -1.0)
    transport = Spoiled(authority.transport)
    for _ in range(3):
        with pytest.raises(Unstamped):
            stamp(Stampers((DEAD,), transport))
    assert transport.asked == [DEAD]


def test_one_that_fails_at_once_is_asked_after_the_others(authority: Authority) -> None:
    transport = Spoiled(authority.transport)
    good = authority.services.timestampers[0]
    stampers = Stampers((DEAD, good), transport)
    stamp(stampers)
    stamp(stampers)
    assert transport.asked == [DEAD, good, good]
    with pytest.raises(Unstamped):
        stamp(Stampers((DEAD,), transport))


def test_one_that_answers_again_is_first_again(authority: Authority, switch: Any) -> None:
    good = authority.services.timestampers[0]
    switch.down = {"tsa"}
    with pytest.raises(Unstamped):
        stamp(Stampers((good,), switch))
    switch.down = set()
    stamp(Stampers((good,), switch))
    assert stamping_module._failed == {}


def _imprint(answer: tsp.TimeStampResp) -> bytes:
    """The token of another document."""
    return _flip(answer, bytes(32))


def _signature(answer: tsp.TimeStampResp) -> bytes:
    return _flip(answer, answer["time_stamp_token"]["content"]["signer_infos"][0]["signature"].native)


def _flip(answer: tsp.TimeStampResp, part: bytes) -> bytes:
    der = bytearray(answer.dump())
    at = der.index(part) + len(part) - 1
    der[at] ^= 1
    return bytes(der)


def _refused(answer: tsp.TimeStampResp) -> bytes:
    return bytes(tsp.TimeStampResp({"status": {"status": "rejection"}}).dump())


@pytest.mark.parametrize("change", [_imprint, _signature, _refused, lambda answer: b"<html>", lambda answer: b""])
def test_a_wrong_answer_is_no_time_stamp(authority: Authority, letter: bytes, change: Any) -> None:
    services = replace(authority.services, transport=Spoiled(authority.transport, change))
    signer = authority.issue("Nguyễn Văn Mẫu", "officer")
    signed = sign(letter, profile="luu_tru", signer=signer, services=services)
    assert (signed.level, signed.signed_at) == (Level.B_B, None)
    assert signed.reasons[0].code == "tsa_unavailable"
    assert verify(signed.pdf, trust=authority.trust).verdict is Status.VALID


def test_an_answer_to_another_question_is_refused(authority: Authority) -> None:
    """A token that was recorded before has another nonce."""
    kept: list[bytes] = []

    def replay(answer: tsp.TimeStampResp) -> bytes:
        kept.append(answer.dump())
        return kept[0]

    stampers = Stampers(authority.services.timestampers, Spoiled(authority.transport, replay))
    stamp(stampers)
    with pytest.raises(Unstamped):
        stamp(stampers)


def test_the_archive_time_stamp_may_come_from_an_authority_not_seen_before(
    authority: Authority, letter: bytes, offline: Trust
) -> None:
    """The first authority went away after the signature: the file must hold all to check the second one."""
    signer = authority.issue("A", "agency")

    async def run() -> bytes:
        session = Session.open(authority.services)
        ascent = Ascent(letter, session, Level.B_LTA)
        await ascent.sign(signer, Drawn(None, None), "thử", datetime.now(UTC))
        ascent._prove = {signer.certificate: signer.chain}
        session.stampers.known.clear()
        await ascent.climb()
        assert ascent.level is Level.B_LTA
        return ascent.out.getvalue()

    report = verify(asyncio.run(run()), trust=offline)
    assert (report.verdict, report.signatures[0].level) == (Status.VALID, Level.B_LTA)


def test_a_larger_token_than_any_before_finds_room(
    authority: Authority, letter: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = authority.services.timestampers[0]
    monkeypatch.setattr(stamping_module, "_seen", {url: 500})
    signer = authority.issue("Nguyễn Văn Mẫu", "officer")
    signed = sign(letter, profile="luu_tru", signer=signer, services=authority.services)
    assert signed.level is Level.B_LTA
    assert signed.pdf.startswith(letter)
    low = sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    monkeypatch.setattr(stamping_module, "_seen", {url: 500})
    assert upgrade(low.pdf, services=authority.services, level=Level.B_LTA).level is Level.B_LTA


def test_what_a_signature_costs_in_bytes(authority: Authority, letter: bytes) -> None:
    signer = authority.issue("Nguyễn Văn Mẫu", "agency", algorithm="rsa")
    for _ in range(2):  # the first signature keeps room for any authority's tokens
        signed = sign(letter, profile="luu_tru", signer=signer, services=authority.services)
    assert len(signed.pdf) - len(letter) <= 30_000
