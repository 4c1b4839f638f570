"""A sealed stream opens to what was sealed, or not at all."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import Corrupt, cipher
from storage.cipher import HEADER_SIZE, TAG, ChunkReader, Kind, Label, read_full, seal, unseal

KEY = bytes(range(32))
LABEL = Label(Kind.CONTENT, UUID(int=7), 2, UUID(int=9))
SMALL = 64
"""Segments of 64 bytes let properties see many of them; the construction does not know its segment's size."""


@pytest.fixture(autouse=True)
def _small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cipher, "SEGMENT", SMALL)


def sealed(plain: bytes, label: Label = LABEL, key: bytes = KEY) -> bytes:
    return b"".join(seal(io.BytesIO(plain), key, label))


def opened(stream: bytes, label: Label = LABEL, key: bytes = KEY) -> bytes:
    return b"".join(unseal(io.BytesIO(stream), key, label))


def segments(stream: bytes) -> list[bytes]:
    body, size = stream[HEADER_SIZE:], SMALL + TAG
    return [body[at : at + size] for at in range(0, len(body), size)]


@given(plain=st.binary(max_size=5 * SMALL), step=st.integers(1, 3 * SMALL))
@settings(max_examples=100)
def test_what_was_sealed_comes_back_however_the_source_hands_it_out(plain: bytes, step: int) -> None:
    chunks = [plain[at : at + step] for at in range(0, len(plain), step)]
    stream = b"".join(seal(ChunkReader(chunks), KEY, LABEL))
    assert b"".join(unseal(ChunkReader(iter([stream[:10], stream[10:]])), KEY, LABEL)) == plain


@given(plain=st.binary(max_size=4 * SMALL), data=st.data())
@settings(max_examples=150)
def test_any_flipped_bit_is_found(plain: bytes, data: st.DataObject) -> None:
    stream = bytearray(sealed(plain))
    at = data.draw(st.integers(0, len(stream) * 8 - 1))
    stream[at // 8] ^= 1 << at % 8
    with pytest.raises(Corrupt):
        opened(bytes(stream))


@given(plain=st.binary(min_size=1, max_size=5 * SMALL), data=st.data())
@settings(max_examples=150)
def test_any_cut_is_found(plain: bytes, data: st.DataObject) -> None:
    stream = sealed(plain)
    with pytest.raises(Corrupt):
        opened(stream[: data.draw(st.integers(0, len(stream) - 1))])


@pytest.mark.parametrize("kept", range(4))
def test_a_cut_between_segments_is_found(kept: int) -> None:
    stream = sealed(b"a" * SMALL * 4)
    with pytest.raises(Corrupt):
        opened(stream[: HEADER_SIZE + kept * (SMALL + TAG)])


@pytest.mark.parametrize(
    "mix",
    [
        lambda parts: [parts[1], parts[0], *parts[2:]],
        lambda parts: [parts[0], *parts],
        lambda parts: parts[1:],
        lambda parts: [*parts, parts[-1]],
        lambda parts: [parts[-1]],
    ],
    ids=["reordered", "repeated", "first missing", "last appended", "only the last"],
)
def test_segments_cannot_be_moved(mix: Callable[[list[bytes]], list[bytes]]) -> None:
    stream = sealed(os.urandom(SMALL * 3 + 5))
    with pytest.raises(Corrupt):
        opened(stream[:HEADER_SIZE] + b"".join(mix(segments(stream))))


def test_a_segment_of_another_stream_under_the_same_key_is_found() -> None:
    one, other = sealed(b"a" * SMALL * 3), sealed(b"b" * SMALL * 3)
    mixed = [segments(one)[0], segments(other)[1], segments(one)[2]]
    with pytest.raises(Corrupt):
        opened(one[:HEADER_SIZE] + b"".join(mixed))


@pytest.mark.parametrize(
    "other",
    [
        replace(LABEL, object=UUID(int=8)),
        replace(LABEL, number=3),
        replace(LABEL, kind=Kind.METADATA),
        replace(LABEL, key_id=UUID(int=10)),
    ],
    ids=["document", "version", "kind", "key"],
)
def test_a_stream_cannot_stand_for_another_document_or_version(other: Label) -> None:
    stream = sealed(b"plain")
    with pytest.raises(Corrupt):
        opened(stream, other)
    relabelled = sealed(b"", other)[: HEADER_SIZE - 32] + stream[HEADER_SIZE - 32 :]
    with pytest.raises(Corrupt):
        opened(relabelled, other)


def test_another_key_opens_nothing_and_no_two_seals_are_alike() -> None:
    with pytest.raises(Corrupt):
        opened(sealed(b"plain"), key=bytes(32))
    assert sealed(b"plain") != sealed(b"plain")


def test_proven_segments_come_out_before_the_end_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays flat: opening never waits for the whole stream."""
    stream = io.BytesIO(sealed(b"a" * SMALL * 10))
    assert next(unseal(stream, KEY, LABEL)) == b"a" * SMALL
    assert stream.tell() <= HEADER_SIZE + 2 * (SMALL + TAG)
    assert read_full(io.BytesIO(b"abc"), 10) == b"abc"
