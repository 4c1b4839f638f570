"""Codes of procedures, dossiers and results."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from catalogue.codes.base import WRONG_PATTERN, Code, digits_only, plain
from catalogue.codes.organisation import AgencyCode
from catalogue.errors import (
    InvalidAgencyCode,
    InvalidDossierCode,
    InvalidProcedureCode,
    InvalidResultCode,
    InvalidResultTypeCode,
)

_PROCEDURE = re.compile(r"(\d\.\d{6})(\.\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2})?", re.ASCII)
_RESULT_TYPE = re.compile(r"KQ\.([A-Y]\d{2})\.\d{5,7}", re.ASCII)
_RESULT = re.compile(r"(.+)-KQ([1-9]\d{0,5})?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class DossierCode(Code):
    """Mã hồ sơ: `<agency>-YYMMDD-<sequence>`, at least four digits in the sequence and no upper bound.

    Three forms share that shape: `H04.01.02-240531-0001` (current practice), `000.23.45.H13-210705-0123`
    (TT 01/2018/TT-VPCP Đ19) and `G01.899.001-260701-010001` (centralised services, TT 4/2025/TT-VPCP Đ23.2).
    """

    error = InvalidDossierCode

    @classmethod
    def make(cls, agency: AgencyCode, received: date, sequence: int) -> Self:
        """The code of the `sequence`-th dossier that an agency received on a day (2000 to 2099)."""
        if sequence < 1 or not 2000 <= received.year <= 2099:
            raise cls.error(
                reason_vi="ngày hoặc số thứ tự không đúng", reason_en="its date or sequence is out of range"
            )
        return cls(f"{agency}-{received:%y%m%d}-{sequence:04d}")

    @classmethod
    def normalise(cls, text: str) -> str:
        return plain(text).upper().strip(".")

    @classmethod
    def check(cls, value: str) -> None:
        prefix, _, rest = value.partition("-")
        day, _, sequence = rest.partition("-")
        if not (digits_only(day) and len(day) == 6 and digits_only(sequence)):
            raise cls.error(**WRONG_PATTERN)
        if len(sequence) < 4:
            raise cls.error(
                reason_vi="số thứ tự phải có ít nhất 4 chữ số", reason_en="its sequence needs at least 4 digits"
            )
        try:
            AgencyCode.check(prefix)
        except InvalidAgencyCode as error:
            raise cls.error(
                reason_vi="phần đầu không phải mã định danh cơ quan", reason_en="it does not open with an agency code"
            ) from error
        try:
            _day(day)
        except ValueError as error:
            raise cls.error(reason_vi="ngày không có thật", reason_en="its date does not exist") from error

    @property
    def agency(self) -> AgencyCode:
        """The agency that the code opens with."""
        return AgencyCode(self.value.partition("-")[0])

    @property
    def date(self) -> date:
        """The day of receipt."""
        return _day(self.value.split("-")[1])

    @property
    def sequence(self) -> int:
        """The number of the day's dossier; of a centralised code it holds the two leading digits too."""
        return int(self.value.rpartition("-")[2])

    @property
    def central(self) -> tuple[str, int] | None:
        """Read as a centralised code: the two digits of the system's owner and the sequence; None if too short.

        Nothing in the code says whether it is one: ask only where the procedure is known to be centralised.
        """
        sequence = self.value.rpartition("-")[2]
        return (sequence[:2], int(sequence[2:])) if len(sequence) >= 6 else None


@dataclass(frozen=True, slots=True, order=True)
class ResultCode(Code):
    """Mã kết quả of a dossier: `<dossier>-KQ`, or `-KQ<n>` where there are several (NĐ 45/2020/NĐ-CP Đ14.3)."""

    error = InvalidResultCode

    @classmethod
    def normalise(cls, text: str) -> str:
        return plain(text).upper().strip(".")

    @classmethod
    def check(cls, value: str) -> None:
        match = _RESULT.fullmatch(value)
        if match is None:
            raise cls.error(
                reason_vi="phải kết thúc bằng -KQ hoặc -KQ và số thứ tự",
                reason_en="it must end with -KQ or -KQ and a number",
            )
        try:
            DossierCode.check(match[1])
        except InvalidDossierCode as error:
            raise cls.error(**{key: str(text) for key, text in error.context.items()}) from error

    @property
    def dossier(self) -> DossierCode:
        """The dossier that the result ends."""
        return DossierCode(self.value.rpartition("-KQ")[0])

    @property
    def number(self) -> int | None:
        """Which of several results, or None where the code names none."""
        tail = self.value.rpartition("-KQ")[2]
        return int(tail) if tail else None


@dataclass(frozen=True, slots=True, order=True)
class ProcedureCode(Code):
    """Mã thủ tục hành chính: `1.001193`; provincial systems append their agency (`1.001193.000.00.00.H26`)."""

    error = InvalidProcedureCode

    @classmethod
    def normalise(cls, text: str) -> str:
        return plain(text).upper().strip(".")

    @classmethod
    def check(cls, value: str) -> None:
        if not _PROCEDURE.fullmatch(value):
            raise cls.error(**WRONG_PATTERN)

    @property
    def national(self) -> str:
        """The national part, `1.001193`."""
        return self.value[:8]

    @property
    def agency(self) -> AgencyCode | None:
        """The appended agency in the order of TT 01/2018, or None."""
        return AgencyCode(self.value[9:]) if len(self.value) > 8 else None


@dataclass(frozen=True, slots=True, order=True)
class ResultTypeCode(Code):
    """Mã loại kết quả of the national database of procedures: `KQ.G15.000031`."""

    error = InvalidResultTypeCode

    @classmethod
    def normalise(cls, text: str) -> str:
        return plain(text).upper().strip(".")

    @classmethod
    def check(cls, value: str) -> None:
        if not _RESULT_TYPE.fullmatch(value):
            raise cls.error(**WRONG_PATTERN)

    @property
    def ministry(self) -> AgencyCode:
        """The ministry that owns the type: `G15`."""
        return AgencyCode(self.value[3:6])


def _day(yymmdd: str) -> date:
    return date(2000 + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:]))
