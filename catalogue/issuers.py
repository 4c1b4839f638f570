"""Who issued a paper: an issuer's name as printed, resolved for the day of the paper."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from catalogue.agencies import MERGER, all_agencies, all_provinces, province_key, provinces
from catalogue.agency_model import Agency, Issuer, IssuerWarning, Level, Province
from catalogue.text import fold

_SHORT = (
    (r"\bub\s?nd\b", "uy ban nhan dan"),
    (r"\btp\.?\s?hcm\b", "thanh pho ho chi minh"),
    (r"\btp\.?\s", "thanh pho "),
    (r"\btt\.\s", "thi tran "),
    (r"\b(x|p|q|h|t)\.\s", r"\1. "),
)
_COMMUNE = re.compile(r"\b(xa|phuong|thi tran|dac khu)\b")
_DISTRICT = re.compile(r"\b(huyen|quan|thi xa)\b")
_CITY = re.compile(r"\bthanh pho ([^,;]+)")
_PROVINCE = re.compile(
    r"\btinh\b|^so\b|\bso (tu phap|xay dung|y te|noi vu|tai chinh|nong nghiep)\b|^toa an nhan dan tinh\b"
)
_MINISTRY = re.compile(r"^(bo|cuc canh sat|ngan hang nha nuoc)\b")
# Words in which `xã`, `quận`, `quân` are no territory.
_NOT_PLACES = re.compile(r"\b(bao hiem xa hoi|xa hoi|hop tac xa|quan ly|quan su|quan doi|quan trac)\b")


def find_agency(name_as_printed: str, on: date) -> Issuer:
    """What an issuer's printed name was on the day of the paper. Never raises and never refuses: it warns.

    Districts (`UBND huyện …`, `Phòng Tư pháp quận …`, `Công an thị xã …`) are right for papers before 1 July 2025 and
    warned of after it; so are provinces that no longer were. Names that the registry does not list still get
    their level and province.
    """
    name = _long(name_as_printed)
    listed = _listed(name, on)
    where = _province(name, on)
    level = listed.level if listed else _level(name)
    warnings = []
    if on >= MERGER and _says_district(name):
        warnings.append(_DISTRICT_GONE)
    elif listed is not None and not listed.provenance.holds(on):
        warnings.append(_NOT_THEN)
    elif where is not None and not where.provenance.holds(on):
        warnings.append(_PROVINCE_NOT_THEN)
    return Issuer(
        as_printed=name_as_printed,
        agency=listed,
        level=level,
        province=where,
        successor=_successor(listed, where),
        warnings=tuple(warnings),
    )


_DISTRICT_GONE = IssuerWarning(
    "issuer.district_gone",
    "Từ 01/7/2025 không còn cấp huyện: kiểm tra lại ngày cấp hoặc cơ quan cấp.",
    "There are no districts since 1 July 2025: check the date or the issuer.",
)
_NOT_THEN = IssuerWarning(
    "issuer.not_then",
    "Cơ quan này không hoạt động vào ngày ghi trên giấy tờ.",
    "This agency did not exist on the day of the paper.",
)
_PROVINCE_NOT_THEN = IssuerWarning(
    "issuer.province_not_then",
    "Tỉnh, thành phố này không có vào ngày ghi trên giấy tờ.",
    "This province did not exist on the day of the paper.",
)


def _long(name: str) -> str:
    """The name folded, abbreviations written out, words for nothing (TM., dấu câu cuối) gone."""
    text = fold(name)
    for pattern, full in _SHORT:
        text = re.sub(pattern, full, text)
    return re.sub(r"^(tm|kt|tl|tuq)\.?\s", "", text).strip(" .,;:-")


def _listed(name: str, on: date) -> Agency | None:
    """The registered agency of that name: one in force that day if there is one, else any."""
    found = _by_name().get(name, [])
    return next((item for item in found if item.provenance.holds(on)), found[-1] if found else None)


@cache
def _by_name() -> dict[str, list[Agency]]:
    found: dict[str, list[Agency]] = {}
    for item in all_agencies():
        for name in {_long(item.name), *map(_long, item.aliases)}:
            found.setdefault(name, []).append(item)
    return found


@cache
def _folded() -> tuple[tuple[Province, str], ...]:
    """Every province record with its folded name, longest names first: Hà Nam must not be read in Hà Nam Ninh."""
    pairs = ((item, fold(item.name)) for item in all_provinces())
    return tuple(sorted(pairs, key=lambda pair: -len(pair[1])))


def _province(name: str, on: date) -> Province | None:
    """The province named after `tỉnh` or `thành phố`, or by the last part; of that day, else of another time."""
    last = province_key(re.split(r"[,;–]", name)[-1].strip())
    named = [
        item
        for item, bare in _folded()
        if last == bare or (bare in name and re.search(rf"\b(tinh|thanh pho) {re.escape(bare)}\b", name))
    ]
    return next((item for item in named if item.provenance.holds(on)), named[0] if named else None)


def _level(name: str) -> Level | None:
    """The level that the first word for a territory says."""
    text = _NOT_PLACES.sub(" ", name)
    if _MINISTRY.search(text):
        return Level.MINISTRY
    places = [
        (match.start(), level)
        for pattern, level in ((_COMMUNE, Level.COMMUNE), (_DISTRICT, Level.DISTRICT), (_PROVINCE, Level.PROVINCE))
        if (match := pattern.search(text))
    ]
    city = _CITY.search(text)
    if city:
        places.append((city.start(), Level.PROVINCE if _central(city[1]) else Level.DISTRICT))
    return min(places)[1] if places else None


def _says_district(name: str) -> bool:
    text = _NOT_PLACES.sub(" ", name)
    return bool(_DISTRICT.search(text)) or any(not _central(match[1]) for match in _CITY.finditer(text))


def _central(city: str) -> bool:
    """Whether a city is one of the six under the central government."""
    return any(item.kind_vi == "thành phố" and bare == city.strip() for item, bare in _folded())


def _successor(listed: Agency | None, where: Province | None) -> Agency | Province | None:
    if listed is not None:
        heirs = [item for item in all_agencies() if item.code == (listed.successor or listed.code)]
        return heirs[-1] if heirs[-1] is not listed else None
    if where is None:
        return None
    heir = next(item for item in provinces() if item.code == where.successor)
    return heir if heir != where else None
