"""What a procedure asks of a person, and what is done about each component, with the reason and its legal basis.

The order is: what is only shown is not scanned; what the law excludes is skipped; what the archive holds is reused;
what a database answers is looked up, even where the paper would only be shown; only the rest is scanned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from accounts import Actor, Purpose
from catalogue import Component, Mode, Party, ScanRule, kind, procedure
from dossiers.calendar import ZONE
from dossiers.reuse import Candidate, candidates
from dossiers.states import Channel, Decision

PRESENT_ONLY = "Thông tư 03/2025/TT-VPCP, Điều 5 khoản 2 điểm b"
FILED_ONLINE = "Thông tư 03/2025/TT-VPCP, Điều 5 khoản 2 điểm a"
ASK_ONCE = "Nghị định 118/2025/NĐ-CP; Thông tư 01/2023/TT-VPCP, Điều 4"
LOOK_UP = "Nghị quyết 66.7/2025/NQ-CP"
TO_SCAN = "Thông tư 01/2023/TT-VPCP, Điều 4"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist. `candidate` is the document that would be reused, `others` those that would not do,
    each with its reasons."""

    component: Component
    decision: Decision
    reason_vi: str
    reason_en: str
    legal_basis: str
    candidate: Candidate | None = None
    others: tuple[Candidate, ...] = ()


def build(
    procedure_code: str,
    owners: Mapping[Party, UUID],
    actor: Actor,
    purpose: Purpose,
    *,
    on: date | None = None,
    channel: Channel = Channel.COUNTER,
) -> tuple[Item, ...]:
    """The checklist of a procedure for the persons known (`Party.APPLICANT` at least), on a day (today by default).

    Searching the archive is an event in its log, for the purpose given. Raises `catalogue.UnknownEntry` for an unknown
    procedure and the archive's errors.
    """
    day = on or timezone.now().astimezone(ZONE).date()
    components = procedure(procedure_code, day).components
    known = candidates(components, owners, actor, purpose, day)
    return tuple(decide(component, known.get(component.id, ()), channel=channel) for component in components)


def decide(component: Component, known: tuple[Candidate, ...] = (), *, channel: Channel = Channel.COUNTER) -> Item:
    """What is done about one component, given the person's documents that could prove it."""
    usable = next((item for item in known if item.verdict.reusable), None)
    others = tuple(item for item in known if item is not usable)
    decision, reason_vi, reason_en, basis = _rule(component, usable is not None, channel)
    return Item(component, decision, reason_vi, reason_en, basis, usable, others)


def _rule(component: Component, in_archive: bool, channel: Channel) -> tuple[Decision, str, str, str]:
    if component.mode is Mode.SHOW and component.scan is not ScanRule.LOOKUP:
        return (
            Decision.SHOWN,
            component.skip_reason_vi or "Chỉ xuất trình để đối chiếu, không số hóa.",
            component.skip_reason_en or "Only shown for comparison; not scanned.",
            PRESENT_ONLY,
        )
    if component.scan is ScanRule.SKIP:
        return Decision.SKIP, component.skip_reason_vi, component.skip_reason_en, component.legal_basis
    if in_archive:
        return (
            Decision.REUSE,
            "Kho đã có giấy tờ còn giá trị; không yêu cầu nộp lại.",
            "The archive holds a valid document; it is not asked for again.",
            ASK_ONCE,
        )
    if component.scan is ScanRule.LOOKUP:
        return (
            Decision.LOOKUP,
            "Tra cứu cơ sở dữ liệu thay cho giấy tờ.",
            "Looked up in a database instead of the paper.",
            component.lookup_basis or LOOK_UP,
        )
    without_image = next((item for item in map(kind, component.kinds) if not item.archive_image), None)
    if without_image is not None:
        return (
            Decision.SHOWN,
            without_image.archive_reason_vi,
            "Read and compared; no image is kept.",
            PRESENT_ONLY,
        )
    if channel is Channel.ONLINE:
        return Decision.SKIP, "Hồ sơ nộp trực tuyến, không phải số hóa.", "Filed online; not scanned.", FILED_ONLINE
    return Decision.SCAN, "Số hóa từ bản giấy.", "Scanned from paper.", component.legal_basis or TO_SCAN
