"""One document on its way up the PAdES levels: signature, time-stamp, validation data, archive time-stamp."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import generic_cms

from signing.cms import assembly
from signing.keys import Signer, checked
from signing.marks import Drawn
from signing.model import Level, Reason
from signing.placing import Placed, size, truncate, writer_on
from signing.session import Session, Store
from signing.stamping import Token, Unstamped

__all__ = ["Ascent", "newest_stamp"]

Wanted = dict[bytes, tuple[bytes, ...]]
"""Certificates that a file must prove, each with others that may lie on its path (DER)."""


class Ascent:
    """Climbs from nothing, or from the level a file has, towards `wanted`; stops at the first level that cannot be
    had, with the reason. `out` holds the file as far as it has come, whole at every step."""

    def __init__(self, pdf: bytes, session: Session, wanted: Level) -> None:
        self.out = io.BytesIO(pdf)
        self.wanted = wanted
        self.level = Level.NONE
        self.reasons: list[Reason] = []
        self.signed_at: datetime | None = None
        self._session = session
        self._prove: Wanted = {}
        self._stopped = False

    def stop(self, *reasons: Reason) -> None:
        """Goes no higher than it is, for these reasons."""
        self.reasons.extend(reasons)
        self._stopped = bool(reasons) or self._stopped

    async def sign(self, signer: Signer, drawn: Drawn, title: str, at: datetime) -> None:
        """To B-T, or B-B if B-B is wanted or no time-stamp authority answers; `at` is the time the signer claims.
        Raises `DocumentLocked`, `Unreadable`, and what the key raises."""
        stamping = self.wanted.rank > Level.B_B.rank and bool(self._session.stampers)
        token = await self._value(signer, drawn, title, at, stamping)
        self.level = Level.B_B
        self._prove[signer.certificate] = signer.chain
        if token is not None and await self._session.believes(token):
            self.level = Level.B_T
            self.signed_at = token.time
            self._prove[token.certificate] = token.others
        elif token is not None:
            self.stop(Reason("timestamp_invalid"))
        elif self.wanted.rank > Level.B_B.rank and not self._stopped:
            self.stop(Reason("tsa_unavailable" if stamping else "no_tsa"))

    def found(self) -> None:
        """Takes what a signed file must prove from the file: its last signature and all its time-stamps."""
        reader = PdfFileReader(self.out, strict=False)
        last = reader.embedded_regular_signatures[-1]
        held = [last.signed_data, *(stamp.signed_data for stamp in reader.embedded_timestamp_signatures)]
        for signed in (False, True):
            held += generic_cms.extract_tst_data_iter(last.signer_info, signed=signed)
        for one in held:
            parts = generic_cms.extract_certs_for_validation(one)
            self._prove[parts.signer_cert.dump()] = tuple(other.dump() for other in parts.other_certs)

    async def renew(self, *, archived: bool) -> None:
        """One more archive time-stamp with what proves the newest before it. `archived`: the file's store proves all
        that is under that one, and its certificates may have ended long ago; else they have to be proved now."""
        token = newest_stamp(PdfFileReader(self.out, strict=False)) if archived else None
        if token is None:
            self.found()
        else:
            parts = generic_cms.extract_certs_for_validation(token)
            self._prove[parts.signer_cert.dump()] = tuple(other.dump() for other in parts.other_certs)
        if await self._archive():
            self.level = Level.B_LTA

    async def climb(self) -> None:
        """From B-T to B-LT and B-LTA, as wanted. The archive time-stamp goes into one revision with the validation
        data, its own authority's included; without one the validation data goes alone."""
        if self._stopped or self.level.rank < Level.B_T.rank or self.wanted.rank <= self.level.rank:
            return
        store = await self._session.store(self._prove)
        if store is None:
            self.stop(Reason("revocation_unavailable"))
            return
        if self.wanted is Level.B_LTA and await self._archive():
            self.level = Level.B_LTA
        elif self.level is Level.B_T:
            writer = writer_on(self.out)
            store.write(writer)
            writer.write_in_place()  # type: ignore[no-untyped-call]
            self.level = Level.B_LT

    async def stamp(self) -> None:
        """A document time-stamp alone, which makes a B-B file one of B-T."""
        token = await self._document_stamp(None)
        if token is not None:
            self.level = Level.B_T
            self._prove[token.certificate] = token.others

    async def _archive(self) -> bool:
        """An archive time-stamp over what is needed to check it; again if another authority than thought answered."""
        before = size(self.out)
        for _ in range(2):
            wanted = self._prove | self._session.stampers.known
            store = await self._session.store(wanted)
            if store is None:
                self.stop(Reason("revocation_unavailable"))
                return False
            token = await self._document_stamp(store)
            if token is None:
                return False
            if token.certificate in wanted:
                return True
            truncate(self.out, before)
        self.stop(Reason("tsa_unavailable"))
        return False

    async def _document_stamp(self, store: Store | None) -> Token | None:
        """A document time-stamp and the store in one revision; or nothing, with the reason. Raises `DocumentLocked`."""
        stampers, before = self._session.stampers, size(self.out)
        if not stampers:
            self.stop(Reason("no_tsa"))
            return None
        for _ in range(2):
            writer = writer_on(self.out)
            if store is not None:
                store.write(writer)
            placed = Placed.timestamp(writer, stampers.room)
            try:
                token = await stampers.stamp(placed.digest)
            except Unstamped:
                truncate(self.out, before)
                self.stop(Reason("tsa_unavailable"))
                return None
            if not await self._session.believes(token):
                truncate(self.out, before)
                self.stop(Reason("timestamp_invalid"))
                return None
            if placed.fill(token.der):
                self.signed_at = self.signed_at or token.time
                return token
            truncate(self.out, before)
        self.stop(Reason("token_too_large"))
        return None

    async def _value(self, signer: Signer, drawn: Drawn, title: str, at: datetime, stamping: bool) -> Token | None:
        """Signs once; a second time only if a time-stamp is larger than any that its authority gave before."""
        parts = assembly(signer.certificate, signer.chain, signer.mechanism)
        stampers, before = self._session.stampers, size(self.out)
        for _ in range(2):
            room = parts.room + (stampers.room if stamping else 0)
            placed = Placed.signature(self.out, drawn, title, at, room)
            attributes = parts.attributes(placed.digest)
            value = await checked(signer, attributes)
            token = await self._token(value) if stamping else None
            if placed.fill(parts.whole(attributes, value, token.der if token else b"")):
                return token
            truncate(self.out, before)
        placed = Placed.signature(self.out, drawn, title, at, parts.room)
        attributes = parts.attributes(placed.digest)
        placed.fill(parts.whole(attributes, await checked(signer, attributes)))
        self.stop(Reason("token_too_large"))
        return None

    async def _token(self, value: bytes) -> Token | None:
        try:
            return await self._session.stampers.stamp(hashlib.sha256(value).digest())
        except Unstamped:
            return None


def newest_stamp(reader: PdfFileReader) -> cms.SignedData | None:
    """The newest document time-stamp; without one the time-stamp inside the last signature that has one."""
    stamps = sorted(reader.embedded_timestamp_signatures, key=lambda one: one.signed_revision)
    if stamps:
        return stamps[-1].signed_data
    for one in reversed(reader.embedded_regular_signatures):
        for token in generic_cms.extract_tst_data_iter(one.signer_info, signed=False):
            return token
    return None
