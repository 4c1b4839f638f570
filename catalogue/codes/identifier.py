"""An owner's number together with what kind of number it is: how people and organisations are found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from catalogue.codes.base import Code, plain
from catalogue.codes.organisation import AgencyCode, TaxCode
from catalogue.codes.person import CitizenId, IdCard, Passport, mask
from catalogue.errors import InvalidCode

Scheme = Literal["citizen_id", "id_card", "passport", "tax_code", "agency", "surrogate"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
_CODES: dict[str, type[Code]] = {
    "citizen_id": CitizenId,
    "id_card": IdCard,
    "passport": Passport,
    "tax_code": TaxCode,
    "agency": AgencyCode,
}
_SURROGATE = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Identifier:
    """A number and its scheme, canonical from the start: equal identifiers are the same owner's same number.

    The constructor forgives what `Code.parse` forgives and raises the scheme's `InvalidCode`. `surrogate` is for
    owners without a number (a newborn, a foreigner without papers): 1 to 64 letters, digits and dashes.
    """

    scheme: Scheme
    value: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _canonical(self.scheme, self.value))

    @classmethod
    def guess(cls, text: str) -> Identifier:
        """The identifier that `text` must be by its looks: 12 digits, 9 digits, a tax code or a passport.

        Raises `InvalidCitizenId` where it looks like none of them: that is what people mostly mean to type.
        """
        for scheme in ("citizen_id", "id_card", "tax_code", "passport"):
            try:
                return cls(scheme, text)
            except InvalidCode:
                continue
        CitizenId.parse(text)
        raise InvalidCode(reason_vi="không đúng mẫu", reason_en="it does not have the right pattern")

    @property
    def masked(self) -> str:
        """As people may see it."""
        return mask(self.value)

    def __repr__(self) -> str:
        return f"Identifier({self.scheme}, {self.masked})"


def _canonical(scheme: str, text: str) -> str:
    if scheme in _CODES:
        return _CODES[scheme].parse(text).value
    value = plain(text)
    if scheme != "surrogate" or not _SURROGATE.fullmatch(value):
        raise InvalidCode(reason_vi="không đúng mẫu", reason_en="it does not have the right pattern")
    return value
