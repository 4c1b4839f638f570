"""A wrong data file is one clear error that names the record; the files travel with the package."""

from __future__ import annotations

import unicodedata
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from catalogue import BadCatalogue, Certainty, Provenance
from catalogue.errors import InvalidCode
from catalogue.load import Record, in_order, read_toml, read_tsv

DATA = files("catalogue") / "data"
NAMES = sorted(Path(str(item)).name for item in DATA.iterdir())


def record(**values: object) -> Record:
    return Record("kinds.toml", "giay_thu", values)


def test_a_record_says_what_is_wrong_with_it() -> None:
    with pytest.raises(BadCatalogue, match=r"kinds\.toml is wrong at giay_thu: name_vi must be text"):
        record().text("name_vi")
    with pytest.raises(BadCatalogue, match="must be one of confirmed, secondary, unconfirmed"):
        record(valid_from="2020-01-01", source="x", certainty="sure").provenance()
    with pytest.raises(BadCatalogue, match="valid_to lies before valid_from"):
        record(valid_from="2020-01-02", valid_to="2020-01-01", source="x", certainty="confirmed").provenance()
    with pytest.raises(BadCatalogue, match="unknown keys sensitivty"):
        record(sensitivty=3).done()
    with pytest.raises(BadCatalogue, match="whole number"):
        record(sensitivity=True).whole("sensitivity")
    with pytest.raises(BadCatalogue, match="YYYY-MM-DD"):
        record(valid_from="01/02/2020").day("valid_from")


def test_two_records_of_one_id_never_hold_on_the_same_day() -> None:
    def span(start: date, end: date | None) -> Provenance:
        return Provenance("x", Certainty.CONFIRMED, start, end)

    first, second = span(date(2020, 1, 1), date(2020, 12, 31)), span(date(2021, 1, 1), None)
    in_order("x", [("a", first), ("b", first), ("a", second)])
    with pytest.raises(BadCatalogue):
        in_order("x", [("a", second), ("a", first)])
    with pytest.raises(BadCatalogue):
        in_order("x", [("a", first), ("a", span(date(2020, 12, 31), None))])
    assert first.holds(date(2020, 12, 31))
    assert not first.holds(date(2021, 1, 1))


def test_broken_files_are_told_apart_from_missing_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"bad.toml": "a = ", "bad.tsv": "# c\na\tb\n1\n"}
    monkeypatch.setattr("catalogue.load.read_text", texts.__getitem__)
    with pytest.raises(BadCatalogue, match=r"bad\.toml"):
        read_toml("bad.toml")
    with pytest.raises(BadCatalogue, match="wrong number of columns"):
        list(read_tsv("bad.tsv"))


@pytest.mark.parametrize("name", NAMES)
def test_data_files_are_nfc_and_in_the_package(name: str) -> None:
    text = (DATA / name).read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert "\r" not in text


def test_every_error_has_its_own_code_and_both_languages() -> None:
    found: list[type[InvalidCode]] = [InvalidCode, *InvalidCode.__subclasses__()]
    assert len({error.code for error in found}) == len(found)
    for error in found:
        shown = error(reason_vi="để trống", reason_en="empty").as_dict()
        assert "để trống" in shown["message_vi"]
        assert "empty" in shown["message_en"]
        assert shown["next"] != shown["next_en"]
