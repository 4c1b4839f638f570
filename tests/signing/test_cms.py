"""The CMS that is put together by hand says what an ASN.1 library reads in it, for every kind of key."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace

import pytest
from asn1crypto import cms, core
from hypothesis import given
from hypothesis import strategies as st

from signing import Mechanism
from signing.cms import _tlv, assembly
from signing.demo import Authority
from signing.keys import checked


@pytest.mark.parametrize("mechanism", list(Mechanism))
@pytest.mark.parametrize("token", [b"", cms.ContentInfo({"content_type": "data", "content": b"x"}).dump()])
def test_it_reads_as_it_was_meant(authority: Authority, mechanism: Mechanism, token: bytes) -> None:
    kind = "ec" if mechanism is Mechanism.ECDSA else "rsa"
    signer = replace(authority.issue("CMS", "officer", algorithm=kind), mechanism=mechanism)  # type: ignore[arg-type]
    parts = assembly(signer.certificate, signer.chain, mechanism)
    digest = hashlib.sha256(b"document").digest()
    attributes = parts.attributes(digest)
    value = asyncio.run(checked(signer, attributes))
    der = parts.whole(attributes, value, token)
    assert len(der) - len(token) <= parts.room
    content = cms.ContentInfo.load(der, strict=True)
    assert content["content_type"].native == "signed_data"
    signed = content["content"]
    # roots stay out; what is left is sorted, as DER wants
    held = [one.chosen.dump() for one in signed["certificates"]]
    assert set(held) == {signer.certificate, signer.chain[0]}
    assert held == sorted(held)
    info = signed["signer_infos"][0]
    told = {one["type"].native: one["values"][0] for one in info["signed_attrs"]}
    assert set(told) == {"content_type", "message_digest", "cms_algorithm_protection", "signing_certificate_v2"}
    assert told["content_type"].native == signed["encap_content_info"]["content_type"].native == "data"
    assert told["message_digest"].native == digest
    ours = told["signing_certificate_v2"]["certs"][0]
    assert ours["cert_hash"].native == hashlib.sha256(signer.certificate).digest()
    assert ours["issuer_serial"]["serial_number"].native == info["sid"].chosen["serial_number"].native
    guarded = told["cms_algorithm_protection"]["signature_algorithm"]
    assert guarded.native == info["signature_algorithm"].native
    assert info["signature"].native == value
    assert info["signed_attrs"].untag().dump() == attributes
    assert bool(token) == ("unsigned_attrs" in info.native and info["unsigned_attrs"].native is not None)


@given(st.binary(max_size=70000))
def test_lengths_are_as_der_wants(body: bytes) -> None:
    assert _tlv(0x04, body) == core.OctetString(body).dump()
