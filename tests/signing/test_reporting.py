"""The validation report as XML: others' model of ETSI TS 119 102-2 reads it, and it says what verification said."""

from __future__ import annotations

import hashlib
import io
import re
from base64 import b64decode
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.generated.etsi import ts_11910202 as model
from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.serializers import XmlSerializer

from signing import Level, Mark, Reason, Report, SignatureReport, Status, Trust, sign, validation_report, verify
from signing.demo import Authority
from signing.etsi import write
from signing.reasons import CODES

AT = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
CONTEXT = XmlContext()
STRICT = ParserConfig(fail_on_unknown_properties=True, fail_on_unknown_attributes=True, fail_on_converter_warnings=True)


def read(xml: bytes) -> Any:
    """The report as pyHanko's classes have it, which were generated from ETSI's schema: nothing unknown, nothing that
    is required missing, nothing lost, the parts in the schema's order, and no reference that leads nowhere."""
    found = XmlParser(config=STRICT, context=CONTEXT).from_bytes(xml, model.ValidationReport)
    _demand(found)
    again = XmlSerializer(context=CONTEXT).render(found)
    assert _bare(ET.fromstring(xml)) == _bare(ET.fromstring(again))
    ids = re.findall(rb' id="([^"]+)"', xml)
    assert len(ids) == len(set(ids))
    referred = {one for many in re.findall(rb'VOReference="([^"]+)"', xml) for one in many.split()}
    assert referred <= set(ids)
    return found


def _demand(one: Any) -> None:
    for field in fields(one):
        value = getattr(one, field.name)
        assert value is not None or not field.metadata.get("required"), f"{type(one).__name__}.{field.name}"
        for inner in value if isinstance(value, (tuple, list)) else (value,):
            if is_dataclass(inner) and inner.__class__.__module__.startswith("pyhanko"):
                _demand(inner)


def _bare(one: ET.Element) -> Any:
    return one.tag, (one.text or "").strip(), [_bare(inner) for inner in one]


def status(found: Any, which: int = 0) -> tuple[str, tuple[str, ...]]:
    told = found.signature_validation_report[which].signature_validation_status
    return told.main_indication, tuple(told.sub_indication)


@pytest.mark.parametrize("name", ["thanh_phan", "ket_qua_dau", "ket_qua_nguoi_ky"])
def test_every_profile_gives_a_report_that_others_read(
    name: str, signed_files: dict[str, Path], offline: Trust
) -> None:
    pdf = signed_files[name].read_bytes()
    report = verify(pdf, trust=offline)
    found = read(validation_report(pdf, report, trust=offline, at=AT))
    assert len(found.signature_validation_report) == len(report.signatures)
    for one, told in zip(found.signature_validation_report, report.signatures, strict=True):
        assert one.signature_validation_status.main_indication == "urn:etsi:019102:mainindication:total-passed"
        times = one.validation_time_info
        assert times.validation_time.to_datetime() == AT
        assert times.best_signature_time.poetime.to_datetime() == told.signed_at
        assert times.best_signature_time.poeobject.voreference[0].startswith("timestamp-")
        assert one.signer_information.signer == told.signer
        chain = one.signature_validation_status.associated_validation_report_data[0].certificate_chain
        assert chain.trust_anchor is not None


def test_the_objects_are_those_of_the_file(signed_files: dict[str, Path], offline: Trust, authority: Authority) -> None:
    pdf = signed_files["luu_tru"].read_bytes()
    found = read(validation_report(pdf, verify(pdf, trust=offline), trust=offline))
    kinds = {one.object_type.rpartition(":")[2] for one in found.signature_validation_objects.validation_object}
    assert kinds == {"certificate", "CRL", "OCSPResponse", "timestamp"}
    held = {one.id: one for one in found.signature_validation_objects.validation_object}
    root = f"certificate-{hashlib.sha256(authority.root).hexdigest()}"
    assert held[root].validation_object_representation.base64 == authority.root
    with pikepdf.open(io.BytesIO(pdf)) as document:
        stored = [bytes(one.read_bytes()) for one in document.Root.DSS.OCSPs]
    digests = {
        one.validation_object_representation.digest_alg_and_value.digest_value.value
        for one in held.values()
        if one.object_type.endswith("OCSPResponse")
    }
    assert digests == {hashlib.sha256(der).digest() for der in stored}


def test_signature_and_document_can_be_found_again_by_their_digests(
    signed_files: dict[str, Path], offline: Trust
) -> None:
    pdf = signed_files["luu_tru"].read_bytes()
    one = read(validation_report(pdf, verify(pdf, trust=offline), trust=offline)).signature_validation_report[0]
    first, length, second, rest = (int(edge) for edge in one.signature_attributes.byte_range[0])
    covered = pdf[first : first + length] + pdf[second : second + rest]
    assert one.signers_document.digest_alg_and_value.digest_value.value == hashlib.sha256(covered).digest()
    value = one.signature_identifier.signature_value.value
    assert value.hex() in pdf.decode("latin-1").lower()


def test_a_changed_file_fails_with_the_name_that_the_standard_has(
    signed_files: dict[str, Path], offline: Trust
) -> None:
    bad = bytearray(signed_files["luu_tru"].read_bytes())
    bad[bad.index(b"stream") + 40] ^= 1
    report = verify(bytes(bad), trust=offline)
    found = read(validation_report(bytes(bad), report, trust=offline))
    failed = "urn:etsi:019102:subindication:HASH_FAILURE"
    assert status(found) == ("urn:etsi:019102:mainindication:total-failed", (failed,))
    evaluated = found.signature_validation_report[0].validation_constraints_evaluation_report
    told = {
        one.validation_constraint_identifier.rpartition(":")[2]: one.constraint_status.status.rpartition(":")[2]
        for one in evaluated.validation_constraint
    }
    assert told["cryptographic-verification"] == "applied"
    assert told["certificate-chain"] == "disabled"


def test_what_is_wrong_with_the_whole_file_is_said_of_each_signature(
    signed_files: dict[str, Path], offline: Trust
) -> None:
    pdf = signed_files["ket_qua_dau"].read_bytes() + b"\nsomething behind the end"
    report = verify(pdf, trust=offline)
    assert report.verdict is Status.INDETERMINATE
    found = read(validation_report(pdf, report, trust=offline))
    indeterminate = "urn:etsi:019102:mainindication:indeterminate"
    for which in range(2):
        assert status(found, which) == (indeterminate, ("urn:etsi:019102:subindication:FORMAT_FAILURE",))


def test_a_stranger_is_indeterminate_and_has_no_chain(tmp_path: Path, letter: bytes, offline: Trust) -> None:
    other = Authority(tmp_path)
    signer = other.issue("Kẻ Mạo Danh", "officer")
    pdf = sign(letter, profile="luu_tru", signer=signer, services=other.services, mark=Mark(), level=Level.B_B).pdf
    found = read(validation_report(pdf, verify(pdf, trust=offline), trust=offline, at=AT))
    none = "urn:etsi:019102:subindication:NO_CERTIFICATE_CHAIN_FOUND"
    assert status(found) == ("urn:etsi:019102:mainindication:indeterminate", (none,))
    assert found.signature_validation_report[0].validation_time_info.best_signature_time.poetime.to_datetime() == AT
    data = found.signature_validation_report[0].signature_validation_status.associated_validation_report_data[0]
    assert data.certificate_chain is None


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 and nothing more"], ids=["empty", "no PDF"])
def test_a_file_without_a_signature_has_a_report_too(content: bytes, offline: Trust) -> None:
    found = read(validation_report(content, verify(content, trust=offline), trust=offline))
    assert status(found)[0] == "urn:etsi:019102:mainindication:indeterminate"


NAMES = st.text(st.characters(codec="utf-8"), max_size=20)


@settings(deadline=None, max_examples=40)
@given(
    signer=NAMES, field=NAMES, codes=st.lists(st.sampled_from(sorted(CODES)), max_size=4), which=st.sampled_from(Status)
)
def test_whatever_a_certificate_calls_itself_the_report_stays_xml(
    signer: str, field: str, codes: list[str], which: Status
) -> None:
    known = {
        "field": field,
        "revision": 0,
        "value": "AA==",
        "digest_algorithm": "sha256",
        "to_be_signed": "AA==",
        "document": "AA==",
        "certificate": "certificate-0",
        "tokens": [],
        "byte_range": [0, 1, 2, 3],
        "sub_filter": field,
        "filter": "Adobe.PPKLite",
    }
    entry = {"kind": "certificate", "sha256": "00", "der": "AA=="}
    held = {"signatures": {field: known}, "stamps": [], "objects": {"certificate-0": entry}}
    reasons = tuple(Reason(code) for code in codes)
    report = Report((SignatureReport(signer, Level.NONE, which, None, reasons, field=field),), which)
    found = read(write(report, held, (), AT))
    assert status(found)[0].endswith({"valid": "passed", "invalid": "failed"}.get(which, "indeterminate"))
    assert b64decode("AA==") == found.signature_validation_report[0].signature_identifier.signature_value.value
