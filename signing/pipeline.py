"""Signs a document, or many at once, and raises signed ones to a higher level later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from catalogue import HosoError
from signing.cms import parsed
from signing.keys import Signer
from signing.levels import Ascent
from signing.marks import prepare
from signing.model import Level, Mark, Place, Signed
from signing.precheck import check, subject
from signing.profile import Profile, profile
from signing.renewal_errors import NothingToUpgrade
from signing.services import Services
from signing.session import Session
from signing.verification import verify_async

__all__ = ["Job", "Outcome", "sign", "sign_async", "sign_many", "upgrade", "upgrade_async"]


@dataclass(frozen=True, slots=True)
class Job:
    """One document of a batch; `key` comes back with its outcome, `origin` is as `sign_async` has it."""

    key: str
    pdf: bytes = field(repr=False)
    mark: Mark = field(default_factory=Mark)
    place: Place | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document of a batch: a signed file or an error, never both."""

    key: str
    signed: Signed | None = None
    error: HosoError | None = None


def sign(
    pdf: bytes,
    *,
    profile: Profile | str,
    signer: Signer,
    services: Services,
    mark: Mark | None = None,
    place: Place | None = None,
    level: Level | None = None,
) -> Signed:
    """Signs one document; see `sign_async`."""
    return asyncio.run(
        sign_async(pdf, profile=profile, signer=signer, services=services, mark=mark, place=place, level=level)
    )


async def sign_async(
    pdf: bytes,
    *,
    profile: Profile | str,
    signer: Signer,
    services: Services,
    mark: Mark | None = None,
    place: Place | None = None,
    level: Level | None = None,
    session: Session | None = None,
    origin: str = "",
) -> Signed:
    """Signs as the profile says, to `level` or the profile's own, or as far as the services allow; the result says why.

    The earlier bytes stay as they are (an incremental update), so earlier signatures stay valid. `place` overrides
    where the profile would put its mark. `origin` names the maker of a file that this installation made itself, and
    only then: files of one maker may be opened by one confined process (`signing.child`).

    Raises `CertificateRefused`, `Unreadable`, `Encrypted`, `DocumentLocked`, `TooCostly`.
    """
    chosen = _profile(profile)
    wanted = level or chosen.level
    now = datetime.now(UTC)
    session = session or Session.open(services)
    unknown = await check(signer, session, now)
    name = subject(parsed(signer.certificate))
    drawn = await asyncio.to_thread(prepare, pdf, chosen, mark or Mark(), place, name, services.demo, now, origin)
    ascent = Ascent(pdf, session, wanted)
    await ascent.sign(signer, drawn, chosen.title_vi, now)
    ascent.stop(*unknown)
    await ascent.climb()
    return Signed(
        pdf=ascent.out.getvalue(),
        level=ascent.level,
        wanted=wanted,
        reasons=(*ascent.reasons, *drawn.reasons),
        signed_at=ascent.signed_at,
        claimed_at=now,
        mark_box=drawn.place,
        signer=name,
        demo=services.demo,
    )


async def sign_many(
    jobs: Iterable[Job],
    *,
    profile: Profile | str,
    signer: Signer,
    services: Services,
    level: Level | None = None,
    concurrency: int = 8,
) -> AsyncIterator[Outcome]:
    """Signs a batch, `concurrency` documents at once, and yields each outcome as it comes. One document's failure
    is its own; the answers of OCSP and CRL are shared, the jobs are drawn from the iterable as room allows. Raises
    `UnknownProfile`, `BadProfile`."""
    session, chosen = Session.open(services), _profile(profile)

    async def one(job: Job) -> Outcome:
        try:
            signed = await sign_async(
                job.pdf,
                profile=chosen,
                signer=signer,
                services=services,
                mark=job.mark,
                place=job.place,
                level=level,
                session=session,
                origin=job.origin,
            )
        except HosoError as error:
            return Outcome(job.key, error=error)
        return Outcome(job.key, signed=signed)

    running: set[asyncio.Task[Outcome]] = set()
    for job in jobs:
        running.add(asyncio.create_task(one(job)))
        if len(running) >= concurrency:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                yield task.result()
    for last in asyncio.as_completed(running):
        yield await last


def upgrade(pdf: bytes, *, services: Services, level: Level) -> Signed:
    """Raises the last signature of a signed file to `level`; see `upgrade_async`."""
    return asyncio.run(upgrade_async(pdf, services=services, level=level))


async def upgrade_async(pdf: bytes, *, services: Services, level: Level) -> Signed:
    """Adds to a signed file what its last signature lacks, as far as the services allow.

    A signature made without a time-stamp cannot be given one inside later: a document time-stamp takes its place
    (ETSI EN 319 142-1, clause 6.3 lets level B-T rest on either). It proves that the signature existed when the
    upgrade was made, not when the signer claims to have signed; `signed_at` says so. Raises `NothingToUpgrade`,
    `Unreadable`.
    """
    report = await verify_async(pdf, trust=services.trust)
    if not report.signatures:
        raise NothingToUpgrade
    last = report.signatures[-1]
    ascent = Ascent(pdf, Session.open(services), level)
    ascent.level = max(last.level, Level.B_B, key=lambda one: one.rank)
    ascent.signed_at = last.signed_at
    ascent.found()
    if ascent.level is Level.B_B and level.rank > Level.B_B.rank:
        await ascent.stamp()
    await ascent.climb()
    return Signed(
        pdf=ascent.out.getvalue(),
        level=ascent.level,
        wanted=level,
        reasons=tuple(ascent.reasons),
        signed_at=ascent.signed_at,
        claimed_at=last.claimed_at or datetime.now(UTC),
        mark_box=None,
        signer=last.signer,
        demo=last.demo,
    )


def _profile(wanted: Profile | str) -> Profile:
    return profile(wanted) if isinstance(wanted, str) else wanted
