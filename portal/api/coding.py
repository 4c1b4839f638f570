"""National codes of documents, `MCQ_LV_STT_PB`: numbered by agency and kind, never made of anything about a person.

What other systems bring gets its code at the import. What was digitized or issued here gets one with the signature
that makes it a digitized copy or a result: until then its kind may still be corrected.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F

import storage
from catalogue import DocCode, InvalidCode, UnknownEntry, kind
from portal.api import national
from portal.api.models import CodedDocument, CodeSequence

LENGTH = 30
"""The guide's `DocCode` is String(30)."""
_SIGNED = (storage.VersionRole.CERTIFIED, storage.VersionRole.ISSUED)


def next_code(agency: str, short: str) -> str:
    """The next free code of an agency and an abbreviation, in the caller's transaction. Raises InvalidDocCode."""
    while True:
        CodeSequence.objects.get_or_create(agency=agency, kind=short)
        CodeSequence.objects.filter(agency=agency, kind=short).update(last=F("last") + 1)
        last = CodeSequence.objects.get(agency=agency, kind=short).last
        code = DocCode(f"{agency}_{short}_{last:06d}_V1").value
        if not CodedDocument.objects.filter(code=code).exists():
            return code


def code_own(sender: object, *, stored: storage.Stored, **_: Any) -> None:
    """Gives a document of ours its code with its first signed version, in the transaction of that version.

    An agency whose code does not fit into the guide's 30 characters gets none: a deposit must not fail for it.
    """
    if stored.role not in _SIGNED or CodedDocument.objects.filter(document=stored.document).exists():
        return
    short = national.abbreviation(_name(stored.kind))
    try:
        longest = DocCode(f"{stored.agency}_{short}_999999_V1").value
    except InvalidCode:
        return
    if len(longest) > LENGTH:
        return
    code = next_code(stored.agency, short)
    CodedDocument.objects.create(code=code, document=stored.document, agency=stored.agency, key=str(stored.document))


def _name(kind_id: str) -> str:
    try:
        return kind(kind_id).name_vi
    except UnknownEntry:
        return ""
