"""The numbers: the national ones as the ministry computes them, ours beside them, and neither flatters."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from dossiers import services, statistics
from dossiers.calendar import ZONE
from dossiers.models import Component, Dossier
from dossiers.states import Channel, Decision
from dossiers.statistics import Ratio, Report, Scope
from tests.dossiers.conftest import HERE, LEADER, MARRIAGE, MONDAY, OFFICER, Desk, Stored

START, END = date(2026, 11, 16), date(2026, 11, 30)


def on(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, 0, tzinfo=ZONE)


def counted(now: datetime = MONDAY + timedelta(days=30), scope: Scope | None = None) -> Report:
    return statistics.report(scope or Scope((HERE,)), START, END, now=now)


def ratio(report: Report, id: str) -> tuple[int, int]:
    found = report[id].ratio
    return found.numerator, found.denominator


def part(dossier: Dossier, id: str) -> Component:
    return Component.objects.get(dossier=dossier, catalogue_id=id)


def test_without_dossiers_there_is_no_rate_and_no_crash(db: None) -> None:
    report = counted()
    assert {item.ratio.percent for item in report.indicators} == {None}
    assert (report.received, report.finished) == (0, 0)


def test_rates_have_two_decimals_rounded_half_up() -> None:
    assert Ratio(1, 3).percent == Decimal("33.33")
    assert Ratio(1, 800).percent == Decimal("0.13")
    assert Ratio(5, 5).percent == Decimal("100.00")


def test_in_time_counts_the_end_of_processing_against_the_appointment(desk: Desk) -> None:
    desk.done(until=on(19, 17))
    desk.done(until=on(20, 8))
    assert ratio(counted(), "2.1") == (1, 2)


def test_a_second_supplement_request_counts_as_late(desk: Desk) -> None:
    for requests in (1, 2):
        dossier = desk.processing()
        for _ in range(requests):
            services.request_supplement(dossier.id, OFFICER, reason="Thiếu xác minh", at=on(17))
            services.supplement_received(dossier.id, OFFICER, at=on(18))
        desk.issue(desk.draft(dossier, on(18)), on(18))
    assert ratio(counted(), "2.1") == (1, 2)


def test_refused_and_stopped_dossiers_have_an_end_too(desk: Desk) -> None:
    services.refuse(desk.receive().id, OFFICER, reason="Không thuộc thẩm quyền", at=on(17))
    services.stop(desk.receive().id, OFFICER, reason="Công dân đề nghị", at=on(25))
    services.refuse(
        services.register(desk.new(), OFFICER, at=MONDAY).id, OFFICER, reason="Không thuộc thẩm quyền", at=on(17)
    )
    report = counted()
    assert ratio(report, "2.1") == (1, 2)
    assert (report.received, report.finished) == (2, 2)


def test_honest_timeliness_counts_what_still_runs_late_and_what_was_put_off(desk: Desk) -> None:
    desk.done(until=on(18))
    put_off = desk.processing()
    services.extend(put_off.id, LEADER, reason="Chờ xác minh", due_at=on(27, 17), at=on(18))
    desk.issue(desk.draft(put_off, on(26)), on(26))
    desk.receive()
    assert ratio(counted(), "2.1") == (2, 2)
    assert ratio(counted(), "in_time_honest") == (1, 3)
    assert ratio(counted(now=on(18)), "in_time_honest") == (1, 2), "not late before its day"


def test_electronic_results_are_counted_where_a_paper_is_returned(desk: Desk) -> None:
    desk.done()
    waiting = desk.receive()
    Dossier.objects.filter(pk=desk.receive().pk).update(returns_paper=False)
    assert ratio(counted(), "4.1") == (1, 2)
    assert waiting.returns_paper


def test_digitised_needs_a_file_in_a_component_and_in_the_result(desk: Desk) -> None:
    desk.done()
    services.attach(part(desk.receive(), "to_khai").id, OFFICER, document=uuid.uuid4(), pages=1)
    choice = services.Choice(Decision.SKIP, "Biểu mẫu điện tử", "Nghị quyết 66.7/2025/NQ-CP")
    bare = desk.processing(choices={"to_khai": choice})
    desk.issue(desk.draft(bare))
    assert ratio(counted(), "4.2") == (1, 3)


def test_one_reused_component_satisfies_the_ministry_but_not_us(desk: Desk, stored: Stored) -> None:
    document = stored(desk.owner)
    dossier = desk.receive(MARRIAGE)
    services.choose_reuse(part(dossier, "tinh_trang_hon_nhan").id, OFFICER, document=document, at=MONDAY)
    report = counted()
    assert ratio(report, "4.3") == (1, 1)
    assert ratio(report, "true_reuse") == (1, 2), "the declaration still came on paper; shown papers do not count"
    assert report["4.3"].national
    assert not report["true_reuse"].national


def test_a_look_up_that_found_is_reuse_and_one_that_failed_is_not(desk: Desk) -> None:
    services.record_lookup(part(desk.receive(MARRIAGE), "noi_cu_tru").id, OFFICER, found=True)
    services.record_lookup(part(desk.receive(MARRIAGE), "noi_cu_tru").id, OFFICER, found=False)
    assert ratio(counted(), "4.3") == (1, 2)


def test_paper_asked_for_although_the_archive_had_it_is_counted_against_us(desk: Desk, stored: Stored) -> None:
    document = stored(desk.owner)
    kind = services.choose_reuse(
        part(desk.receive(MARRIAGE), "tinh_trang_hon_nhan").id, OFFICER, document=document, at=MONDAY
    )
    assert kind.reused
    stubborn = services.Choice(Decision.SCAN, "Cán bộ muốn có bản giấy")
    desk.receive(MARRIAGE, choices={"tinh_trang_hon_nhan": stubborn})
    assert ratio(counted(), "asked_again") == (1, 2)


def test_online_counts_only_with_its_electronic_result(desk: Desk) -> None:
    for finished in (True, False):
        online = services.register(desk.new(channel=Channel.ONLINE), OFFICER, at=MONDAY)
        services.accept(online.id, OFFICER, at=MONDAY)
        if finished:
            desk.settle(online)
            services.start_processing(online.id, OFFICER, at=MONDAY)
            desk.issue(desk.draft(online))
    desk.receive()
    assert ratio(counted(), "3.3") == (1, 3)


def test_checked_fields_tell_how_complete_and_how_right_the_machine_was(desk: Desk) -> None:
    component, document = part(desk.receive(), "to_khai"), uuid.uuid4()
    services.attach(component.id, OFFICER, document=document, pages=1)
    services.tick(component.id, OFFICER)
    checks = [
        services.Check("ho_ten", corrected=False, confidence=0.99),
        services.Check("ngay_sinh", corrected=True, confidence=0.4),
        services.Check("noi_sinh", corrected=True),
    ]
    services.confirm_fields(component.id, OFFICER, document=document, checks=checks, total=4)
    report = counted()
    assert ratio(report, "metadata") == (3, 4)
    assert ratio(report, "machine_right") == (1, 2), "what was typed by hand is not the machine's"
    assert ratio(report, "pages_reconciled") == (0, 1)


@pytest.mark.parametrize(
    ("scope", "received"),
    [
        (Scope(), 1),
        (Scope((HERE,)), 1),
        (Scope(("H26.01.03",)), 0),
        (Scope((HERE,), desk="Q1"), 1),
        (Scope((HERE,), desk="Q9"), 0),
        (Scope(officer="officer-1"), 1),
    ],
)
def test_numbers_go_down_to_agency_desk_and_officer(desk: Desk, scope: Scope, received: int) -> None:
    desk.receive()
    assert counted(scope=scope).received == received


def test_the_period_is_of_local_days_with_both_ends(desk: Desk) -> None:
    desk.receive(at=datetime(2026, 11, 16, 0, 30, tzinfo=ZONE))
    desk.receive(at=datetime(2026, 11, 30, 23, 30, tzinfo=ZONE))
    desk.receive(at=datetime(2026, 12, 1, 0, 30, tzinfo=ZONE))
    assert counted().received == 2
    assert statistics.report(Scope((HERE,)), START, START).received == 1
