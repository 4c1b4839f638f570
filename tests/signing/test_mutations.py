"""No bytes crash the verifier, and none that were changed under a signature are called valid."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing import Report, Status, Trust
from signing.verification import verify_here

QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@st.composite
def spoilt(draw: st.DrawFn, size: int) -> list[tuple[str, int, bytes]]:
    """A few changes to a file: bytes overwritten, cut out, put in, or the tail cut off."""
    kind = st.sampled_from(["overwrite", "insert", "delete", "truncate"])
    change = st.tuples(kind, st.integers(0, size - 1), st.binary(min_size=1, max_size=8))
    return draw(st.lists(change, min_size=1, max_size=4))


def apply(pdf: bytes, changes: list[tuple[str, int, bytes]]) -> bytes:
    out = bytearray(pdf)
    for kind, at, data in changes:
        at %= len(out) or 1
        if kind == "overwrite":
            out[at : at + len(data)] = data
        elif kind == "insert":
            out[at:at] = data
        elif kind == "delete":
            del out[at : at + len(data)]
        else:
            del out[max(at, 1) :]
    return bytes(out)


def check(pdf: bytes, changes: list[tuple[str, int, bytes]], trust: Trust) -> None:
    bad = apply(pdf, changes)
    report = asyncio.run(verify_here(bad, trust))
    assert Report.from_json(report.to_json()).to_json() == report.to_json()
    assert report.lines("vi") and report.lines("en")
    if not bad.startswith(pdf) and not pdf.startswith(bad) and report.verdict is Status.VALID:
        # nothing that a valid signature covers may differ
        assert all(one.intact for one in report.signatures)
        assert _only_slack_differs(pdf, bad)


def _only_slack_differs(pdf: bytes, bad: bytes) -> bool:
    """Changes that no signature covers: after the last signed revision, or in the hexadecimal padding of a value."""
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader

    last = PdfFileReader(BytesIO(pdf), strict=False).embedded_regular_signatures[-1]
    _, gap, after, length = (int(edge) for edge in last.sig_object["/ByteRange"])
    return pdf[:gap] == bad[:gap] and pdf[after : after + length] == bad[after : after + length]


@settings(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
def test_mutations_never_crash_nor_pass(data: st.DataObject, signed_files: dict[str, Path], offline: Trust) -> None:
    pdf = signed_files["luu_tru"].read_bytes()
    check(pdf, data.draw(spoilt(len(pdf))), offline)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ["thanh_phan", "ket_qua_dau"])
@settings(max_examples=400, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
def test_many_mutations(data: st.DataObject, signed_files: dict[str, Path], offline: Trust, name: str) -> None:
    pdf = signed_files[name].read_bytes()
    check(pdf, data.draw(spoilt(len(pdf))), offline)


@settings(max_examples=100, deadline=None, suppress_health_check=QUIET)
@given(junk=st.binary(max_size=2000))
def test_junk_never_crashes(junk: bytes, offline: Trust) -> None:
    for head in (b"", b"%PDF-1.7\n"):
        assert asyncio.run(verify_here(head + junk, offline)).verdict is not Status.VALID
