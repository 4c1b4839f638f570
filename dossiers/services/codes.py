"""Gives dossier codes: one sequence an agency and day, without gaps and safe under concurrency."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F

from catalogue import AgencyCode, DossierCode
from dossiers.models import DailySequence


def next_code(agency: str, day: date) -> str:
    """The next code `<agency>-YYMMDD-<seq>` of the day (sequence of at least four digits, without upper bound).

    Must run inside the transaction that saves the dossier: it holds the sequence's row until then, so a number is
    neither given twice nor lost when the dossier is not saved.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("next_code needs a transaction")
    mine = DailySequence.objects.filter(agency=agency, day=day)
    if not mine.update(last=F("last") + 1):
        DailySequence.objects.bulk_create([DailySequence(agency=agency, day=day)], ignore_conflicts=True)
        mine.update(last=F("last") + 1)
    return str(DossierCode.make(AgencyCode(agency), day, mine.values_list("last", flat=True).get()))
