"""What the officer of the demonstration writes: fields agreed with or put right, and the drafts of the results."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

import storage
from accounts import Actor
from catalogue import kind, nfc
from dossiers import services
from workers.describing import is_identifier


def compare(
    read: Iterable[storage.FieldValue], truth: dict[str, Any], officer: Actor
) -> tuple[list[storage.FieldValue], list[services.Check]]:
    """The fields as they stand after the check, and what was agreed or put right."""
    left, entry, now = list(read), kind(truth["kind"]), timezone.now()
    fields, checks = [], []
    for told in truth["fields"]:
        name, value = told["name"], nfc(told["value"])
        same = [item for item in left if item.name == name]
        agreed = next((item for item in same if nfc(item.value) == value), None)
        found = agreed or next(iter(same), None)
        if found is not None:
            left.remove(found)
        confidence = found.confidence if found is not None else None
        blank = storage.FieldValue(name, value, personal_id=is_identifier(name, entry))
        base = found if found is not None else blank
        fields.append(
            replace(
                base,
                value=value,
                origin=base.origin if agreed else "manual",
                verified_by=officer.id,
                verified_at=now,
            )
        )
        checks.append(services.Check(name=name, corrected=agreed is None, confidence=confidence))
    return [*fields, *left], checks


def _marital_status(sample: dict[str, Any], number: int) -> dict[str, object]:
    person, other = sample["applicant"], sample["others"][0]
    today = timezone.localdate()
    return {
        "number": f"{number:02d}/UBND-XNTTHN",
        "capacity": ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"],
        "issued_on": today.isoformat(),
        "valid_to": (today + timedelta(days=180)).isoformat(),
        "fields": {
            "name": person["name"],
            "born": person["born"],
            "sex": "Nữ",
            "ethnicity": "Kinh",
            "nationality": "Việt Nam",
            "identifier": person["value"],
            "residence": person["address"],
            "status": "đã ly hôn, hiện chưa đăng ký kết hôn với ai",
            "purpose": f"để kết hôn với ông {other['name']}",
        },
    }


def _marriage(sample: dict[str, Any], number: int) -> dict[str, object]:
    today = timezone.localdate()
    fields: dict[str, str] = {"registered_at": "Ủy ban nhân dân xã Ví Dụ", "registered_on": today.isoformat()}
    for who, person in (("wife", sample["applicant"]), ("husband", sample["others"][0])):
        fields |= {
            f"{who}_name": person["name"],
            f"{who}_born": person["born"],
            f"{who}_ethnicity": "Kinh",
            f"{who}_nationality": "Việt Nam",
            f"{who}_residence": person["address"],
            f"{who}_identifier": person["value"],
        }
    return {
        "number": f"{number:02d}/{today.year}",
        "capacity": ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"],
        "issued_on": today.isoformat(),
        "fields": fields,
    }


DRAFTS: dict[str, Callable[[dict[str, Any], int], dict[str, object]]] = {
    "giay_xn_tthn": _marital_status,
    "giay_cn_ket_hon": _marriage,
}
"""What the officer would write into the draft, by kind of result."""
