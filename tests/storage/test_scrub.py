"""Identifiers stay out of the index; numbers that people search by stay in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.scrub import looks_personal, scrub


@given(digits=st.from_regex(r"\A0[0-9]{11}\Z"), before=st.sampled_from(["", "số ", "(", "CCCD:"]))
def test_a_citizen_id_never_gets_through(digits: str, before: str) -> None:
    for written in (digits, " ".join([digits[:3], digits[3:6], digits[6:9], digits[9:]]), f"{digits[:6]}.{digits[6:]}"):
        masked = scrub(f"{before}{written}, cấp tại")
        assert not any(char.isdigit() for char in masked)
        assert "cấp tại" in masked


@pytest.mark.parametrize("text", ["012345678", "0100233488", "0100233488-001"])
def test_old_cards_and_tax_codes_are_masked_too(text: str) -> None:
    assert looks_personal(f"số {text}.")


@pytest.mark.parametrize(
    "text",
    ["12/UBND-XNTTHN", "123/2024", "Số 45/QĐ-UBND ngày 02/03/2026", "H26.01.02-261121-0001", "1234567", "năm 2026"],
)
def test_document_numbers_and_dates_stay(text: str) -> None:
    assert scrub(text) == text
