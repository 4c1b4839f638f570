"""The national indicators as Decision 766/QĐ-TTg has them computed, and the honest ones beside them.

Every number comes with its numerator and denominator; a zero denominator gives no rate, never a perfect one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from dossiers.calendar import ZONE
from dossiers.models import Attachment, Component, Dossier, FieldCheck, Result
from dossiers.states import Channel, ComponentState, Decision, State

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose dossiers: receiving agencies (none: all), and within them a desk or an officer (user id)."""

    agencies: tuple[str, ...] = ()
    desk: str = ""
    officer: str = ""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share. `percent` has two decimals and is None where the denominator is zero."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        if self.denominator == 0:
            return None
        share = Decimal(100 * self.numerator) / self.denominator
        return share.quantize(_CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. `full_marks` is the percentage that earns all points, where the national set names one;
    `national` tells the official formula from our own stricter one."""

    id: str
    name_vi: str
    name_en: str
    ratio: Ratio
    national: bool
    full_marks: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The indicators of a scope over whole days, both ends included, with what does not fit a ratio."""

    scope: Scope
    start: date
    end: date
    indicators: tuple[Indicator, ...]
    received: int
    finished: int
    without_appointment: int
    components_skipped: int

    def __getitem__(self, id: str) -> Indicator:
        """The indicator of that id. Raises `KeyError`: a `StopIteration` would end a caller's loop without a word."""
        for item in self.indicators:
            if item.id == id:
                return item
        raise KeyError(id)


def report(scope: Scope, start: date, end: date, *, now: datetime | None = None) -> Report:
    """Computes every indicator. Dossiers count by their day of receipt, for timeliness by the day their processing
    ended; days are local."""
    moment = now or timezone.now()
    opens = datetime.combine(start, time(), ZONE)
    closes = datetime.combine(end + timedelta(days=1), time(), ZONE)
    ours = _within(scope)
    received = ours.filter(received_at__gte=opens, received_at__lt=closes)
    ended = ours.filter(received_at__isnull=False, ended_at__gte=opens, ended_at__lt=closes)
    components = Component.objects.filter(dossier__in=received)
    return Report(
        scope=scope,
        start=start,
        end=end,
        indicators=(*_national(received, ended), *_honest(received, ended, components, min(moment, closes))),
        received=received.count(),
        finished=ended.count(),
        without_appointment=ended.filter(due_at__isnull=True).count(),
        components_skipped=components.filter(decision=Decision.SKIP.value).count(),
    )


def _within(scope: Scope) -> QuerySet[Dossier]:
    found = Dossier.objects.all()
    if scope.agencies:
        found = found.filter(receive_agency__in=scope.agencies)
    exact = {"desk": scope.desk, "officer": scope.officer}
    return found.filter(**{name: value for name, value in exact.items() if value})


def _has_file() -> Q:
    attached = Attachment.objects.filter(component__dossier=OuterRef("pk"))
    reused = Component.objects.filter(dossier=OuterRef("pk"), reused=True)
    return Q(Exists(attached)) | Q(Exists(reused))


def _has_result() -> Exists:
    return Exists(Result.objects.filter(dossier=OuterRef("pk"), issued_at__isnull=False, document__isnull=False))


def _answered() -> Q:
    """A component that the archive or a database satisfied."""
    return Q(reused=True) | Q(lookup_found=True)


def _national(received: QuerySet[Dossier], ended: QuerySet[Dossier]) -> tuple[Indicator, ...]:
    timed = ended.filter(due_at__isnull=False)
    in_time = timed.filter(ended_at__lte=F("due_at"), supplements__lte=1)
    online = received.filter(channel=Channel.ONLINE.value).filter(Q(returns_paper=False) | Q(_has_result()))
    papers = received.filter(returns_paper=True)
    digitised = received.filter(_has_file()).filter(_has_result())
    reusing = received.filter(Exists(Component.objects.filter(_answered(), dossier=OuterRef("pk"))))
    total = received.count()
    return (
        Indicator("2.1", "Hồ sơ giải quyết đúng hạn", "Processed in time", _ratio(in_time, timed), True),
        Indicator(
            "3.3",
            "Hồ sơ nộp trực tuyến",
            "Filed online, with an e-result where there is one",
            Ratio(online.count(), total),
            True,
            50,
        ),
        Indicator(
            "4.1", "Cấp kết quả điện tử", "Electronic result issued", _ratio(papers.filter(_has_result()), papers), True
        ),
        Indicator("4.2", "Số hóa hồ sơ", "Dossier digitised", Ratio(digitised.count(), total), True, 80),
        Indicator("4.3", "Khai thác, sử dụng lại", "Digitised data reused", Ratio(reusing.count(), total), True, 80),
    )


def _honest(
    received: QuerySet[Dossier], ended: QuerySet[Dossier], components: QuerySet[Component], now: datetime
) -> tuple[Indicator, ...]:
    owed = components.filter(required=True).exclude(decision__in=[Decision.SHOWN.value, Decision.SKIP.value])
    held = components.filter(archive_had=True)
    asked_again = held.filter(reused=False).exclude(decision=Decision.REUSE.value)
    scanned = components.filter(decision=Decision.SCAN.value, state=ComponentState.SETTLED.value)
    running_late = received.filter(due_at__lt=now, ended_at__isnull=True).exclude(state=State.SUPPLEMENT.value)
    timed = ended.filter(due_at__isnull=False)
    in_time = timed.filter(ended_at__lte=F("due_at"), supplements__lte=1, extensions=0)
    checks = FieldCheck.objects.filter(attachment__component__in=components, confidence__isnull=False)
    filled = Attachment.objects.filter(component__in=components, fields_total__isnull=False).aggregate(
        filled=Sum("fields_filled"), total=Sum("fields_total")
    )
    return (
        Indicator(
            "true_reuse",
            "Tái sử dụng thực: thành phần được kho hoặc cơ sở dữ liệu đáp ứng",
            "True reuse: components satisfied by the archive or a database",
            _ratio(owed.filter(_answered()), owed),
            False,
        ),
        Indicator(
            "asked_again",
            "Giấy tờ kho đã có mà vẫn yêu cầu nộp",
            "Papers asked for although the archive had them",
            _ratio(asked_again, held),
            False,
        ),
        Indicator(
            "in_time_honest",
            "Đúng hạn, kể cả hồ sơ đang quá hạn và hồ sơ xin lỗi hẹn lại",
            "In time, with running late and extended dossiers counted as late",
            Ratio(in_time.count(), timed.count() + running_late.count()),
            False,
        ),
        Indicator(
            "metadata",
            "Mức đầy đủ của dữ liệu đặc tả",
            "Metadata completeness",
            Ratio(filled["filled"] or 0, filled["total"] or 0),
            False,
        ),
        Indicator(
            "machine_right",
            "Trường máy đọc đúng, cán bộ không phải sửa",
            "Machine fields that needed no correction",
            _ratio(checks.filter(corrected=False), checks),
            False,
        ),
        Indicator(
            "pages_reconciled",
            "Thành phần số hóa đã đối chiếu số trang",
            "Scanned components with reconciled page count",
            _ratio(scanned.filter(pages_declared__isnull=False), scanned),
            False,
        ),
    )


def _ratio(part: QuerySet[Any], whole: QuerySet[Any]) -> Ratio:
    return Ratio(part.count(), whole.count())
