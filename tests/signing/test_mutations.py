"""No bytes crash the verifier, and none that were changed under a signature are called valid."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from signing import Report, Status, Trust
from signing.verification import verify_here
from tests.signing.attacks import appended

WHITE = b"\r\n\t \0"
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
    if report.verdict is Status.VALID:
        # every byte that the signature and the archive time-stamp cover is there, and nothing stands behind them
        assert all(one.intact for one in report.signatures)
        assert bad.rstrip(WHITE) == pdf.rstrip(WHITE) and bad.startswith(pdf)


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


NEW = {
    "null": generic.NullObject,
    "number": lambda: generic.NumberObject(7),  # type: ignore[no-untyped-call]
    "text": lambda: generic.TextStringObject("khác"),
    "dictionary": lambda: generic.DictionaryObject({generic.pdf_name("/Type"): generic.pdf_name("/Font")}),  # type: ignore[no-untyped-call]
    "stream": lambda: generic.StreamObject(stream_data=b"1 g 0 0 600 850 re f"),
    "list": lambda: generic.ArrayObject([generic.NumberObject(1)]),  # type: ignore[no-untyped-call]
}


@settings(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
def test_no_object_may_be_put_in_anothers_place(
    data: st.DataObject, signed_files: dict[str, Path], offline: Trust
) -> None:
    """A further revision that gives any object of the file another value, as every incremental attack does. What is
    told about the file (`/Info`) may change: every program that saves notes there when it did."""
    pdf = signed_files["thanh_phan"].read_bytes()
    reader = PdfFileReader(io.BytesIO(pdf))
    about = reader.trailer.raw_get("/Info").idnum
    held = sorted(reference.idnum for reference in reader.xrefs.explicit_refs_in_revision(0))
    number = data.draw(st.sampled_from([one for one in held if one != about]))
    kind = data.draw(st.sampled_from(list(NEW)))

    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.objects[(0, number)] = NEW[kind]()

    report = asyncio.run(verify_here(appended(pdf, change), offline))
    assert report.lines("vi") and report.lines("en")
    assert report.verdict is not Status.VALID, (number, kind)


@settings(max_examples=100, deadline=None, suppress_health_check=QUIET)
@given(junk=st.binary(max_size=2000))
def test_junk_never_crashes(junk: bytes, offline: Trust) -> None:
    for head in (b"", b"%PDF-1.7\n"):
        assert asyncio.run(verify_here(head + junk, offline)).verdict is not Status.VALID
