"""Dossiers, their components, steps and results; only `dossiers.services` writes them."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime

from django.db import models

from dossiers.sealed import SealedJSONField
from dossiers.states import BEFORE_RECEIPT, OPEN, Channel, ComponentState, Decision, ResultState, State


def random_token() -> str:
    """192 random bits for a look-up or verification address; knowing one tells nothing of the others."""
    return secrets.token_urlsafe(24)


class DailySequence(models.Model):
    """The last number given to a dossier of an agency on a day (local date)."""

    agency = models.CharField(max_length=64)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "day"], name="daily_sequence_once")]

    def __str__(self) -> str:
        return f"{self.agency} {self.day:%y%m%d} {self.last}"


class Dossier(models.Model):
    """A dossier (hồ sơ) of one procedure.

    Three agencies stand on it (Decree 118/2025/NĐ-CP): who received, who decides, who hands over. `owner` is the
    archive's owner id of the applicant, whose matter it is; an agent who files for them stands in `agent_*`
    (`relation` says as what: parent, guardian, authorised; `agent_document` proves it). `due_at` is the appointment as
    it stands; a running pause suspends it. `order_at` is `due_at`, or the day of registration before there is one:
    work lists are ordered and paged by it. `ended_at` is the end of the processing that the indicators count: the day
    it was processed, or refused, stopped, withdrawn. `applicant_key` is the name without tone marks, for search.
    `contact` holds e-mail, phone and address for notices, encrypted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=128, null=True, default=None)
    procedure = models.CharField(max_length=32)
    procedure_version = models.CharField(max_length=32)
    procedure_name = models.CharField(max_length=500)
    returns_paper = models.BooleanField(default=True)
    owner = models.UUIDField()
    applicant_name = models.CharField(max_length=200)
    applicant_key = models.CharField(max_length=200, default="")
    agent_owner = models.UUIDField(null=True, default=None)
    agent_name = models.CharField(max_length=200, blank=True, default="")
    relation = models.CharField(max_length=40, blank=True, default="")
    agent_document = models.UUIDField(null=True, default=None)
    receive_agency = models.CharField(max_length=64)
    decide_agency = models.CharField(max_length=64)
    handover_agency = models.CharField(max_length=64)
    desk = models.CharField(max_length=40, blank=True, default="")
    officer = models.CharField(max_length=64, blank=True, default="")
    officer_name = models.CharField(max_length=200, blank=True, default="")
    channel = models.PositiveSmallIntegerField(default=Channel.COUNTER.value)
    language = models.CharField(max_length=5, default="vi")
    contact = SealedJSONField(default=dict)
    state = models.CharField(max_length=16, default=State.REGISTERED.value)
    registered_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True, default=None)
    due_at = models.DateTimeField(null=True, default=None)
    first_due_at = models.DateTimeField(null=True, default=None)
    order_at = models.DateTimeField()
    limit_amount = models.PositiveSmallIntegerField(null=True, default=None)
    limit_unit = models.CharField(max_length=20, blank=True, default="")
    limit_same_day = models.BooleanField(default=False)
    finished_at = models.DateTimeField(null=True, default=None)
    closed_at = models.DateTimeField(null=True, default=None)
    ended_at = models.DateTimeField(null=True, default=None)
    supplements = models.PositiveSmallIntegerField(default=0)
    extensions = models.PositiveSmallIntegerField(default=0)
    delivery = models.CharField(max_length=16, blank=True, default="")
    lookup_token = models.CharField(max_length=48, unique=True, default=random_token)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receive_agency", "key"], name="dossier_key_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in State]), name="dossier_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=[channel.value for channel in Channel]), name="dossier_channel_known"
            ),
            models.CheckConstraint(
                condition=models.Q(received_at__isnull=False)
                | models.Q(state__in=[state.value for state in BEFORE_RECEIPT]),
                name="dossier_clock_started",
            ),
        ]
        indexes = [
            models.Index(fields=["receive_agency", "state", "order_at", "id"], name="dossier_received_list"),
            models.Index(fields=["decide_agency", "state", "order_at", "id"], name="dossier_decided_list"),
            models.Index(fields=["handover_agency", "state", "order_at", "id"], name="dossier_handover_list"),
            models.Index(fields=["officer", "state", "order_at", "id"], name="dossier_officer_list"),
            models.Index(fields=["owner", "registered_at", "id"], name="dossier_of_owner"),
            models.Index(fields=["agent_owner", "registered_at", "id"], name="dossier_of_agent"),
            models.Index(fields=["receive_agency", "received_at"], name="dossier_period"),
            models.Index(fields=["receive_agency", "ended_at"], name="dossier_ended"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        """Whether work remains."""
        return self.state in OPEN

    def late_at(self, now: datetime) -> bool:
        """Whether the appointment has passed: at the end for a finished dossier, at `now` for a running one.

        A dossier that waits for a supplement is not late: its clock stands (Decree 118/2025/NĐ-CP).
        """
        if self.due_at is None or self.state == State.SUPPLEMENT:
            return False
        return (self.ended_at or now) > self.due_at


class Pause(models.Model):
    """A span in which the clock stands, from a request for a supplement (form 02) to its completion."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="pauses")
    resumes = models.CharField(max_length=16)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=models.Q(ended_at__isnull=True), name="pause_one_running"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("started_at")),
                name="pause_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at} – {self.ended_at or '…'}"


class Component(models.Model):
    """One component (thành phần hồ sơ) of a dossier and what was decided about it, with the reason and its basis.

    `owner` is whose document it is, where that person is known to the archive (`party`: applicant, spouse, child, …).
    `decision` may change while the dossier is open; each change is a step. `archive_had` says that the archive held a
    reusable document when the component was judged: paper asked for all the same is counted against us.
    `verdict` is what the archive said about `reuse_document` when reuse was chosen.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="components")
    position = models.PositiveSmallIntegerField()
    catalogue_id = models.CharField(max_length=64)
    title = models.CharField(max_length=500)
    title_en = models.CharField(max_length=500, blank=True, default="")
    kinds = models.JSONField(default=list)
    party = models.CharField(max_length=20, default="applicant")
    owner = models.UUIDField(null=True, default=None)
    mode = models.CharField(max_length=16)
    required = models.BooleanField(default=True)
    decision = models.CharField(max_length=16)
    reason = models.TextField(blank=True, default="")
    legal_basis = models.CharField(max_length=500, blank=True, default="")
    database = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=16, default=ComponentState.WAITING.value)
    pages_declared = models.PositiveIntegerField(null=True, default=None)
    reused = models.BooleanField(default=False)
    reuse_document = models.UUIDField(null=True, default=None)
    verdict = models.JSONField(default=dict)
    archive_had = models.BooleanField(default=False)
    shown_by = models.CharField(max_length=64, blank=True, default="")
    shown_by_name = models.CharField(max_length=200, blank=True, default="")
    shown_at = models.DateTimeField(null=True, default=None)
    lookup_found = models.BooleanField(null=True, default=None)
    lookup_at = models.DateTimeField(null=True, default=None)
    notice_due_at = models.DateTimeField(null=True, default=None)
    settled_by = models.CharField(max_length=64, blank=True, default="")
    settled_at = models.DateTimeField(null=True, default=None)
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "catalogue_id"], name="component_once"),
            models.CheckConstraint(
                condition=models.Q(decision__in=[item.value for item in Decision]), name="component_decision_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[item.value for item in ComponentState]), name="component_state_known"
            ),
        ]
        indexes = [models.Index(fields=["notice_due_at"], name="component_notice_due")]

    def __str__(self) -> str:
        return self.title


class Attachment(models.Model):
    """A document of the archive that proves a component: a scan, an e-form or an evidence of a look-up."""

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="attachments")
    document = models.UUIDField(db_index=True)
    pages = models.PositiveIntegerField()
    attached_by = models.CharField(max_length=64)
    attached_at = models.DateTimeField()
    fields_total = models.PositiveSmallIntegerField(null=True, default=None)
    fields_filled = models.PositiveSmallIntegerField(null=True, default=None)
    fields_corrected = models.PositiveSmallIntegerField(null=True, default=None)
    confirmed_by = models.CharField(max_length=64, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["component", "document"], name="attachment_once")]

    def __str__(self) -> str:
        return str(self.document)


class FieldCheck(models.Model):
    """One machine field that an officer looked at: how sure the machine was and whether the officer changed it.

    The value itself lives in the archive, with the document; here is only what the honest statistics need.
    """

    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="checks")
    name = models.CharField(max_length=64)
    confidence = models.FloatField(null=True, default=None)
    corrected = models.BooleanField()
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Result(models.Model):
    """A result of a dossier, code `<dossier>-KQ<n>` (Decree 45/2020/NĐ-CP Art. 14.3).

    `data` are the values that the template prints: personal, so encrypted, and emptied when the result is issued, for
    then the signed document in the archive holds them. `levels` are the PAdES levels that were reached, by act
    (`signature`, `seal`), with the reasons where it is less than wanted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="results")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=80, unique=True)
    key = models.CharField(max_length=128, null=True, default=None)
    kind = models.CharField(max_length=64)
    template = models.CharField(max_length=64, blank=True, default="")
    result_type = models.CharField(max_length=32, blank=True, default="")
    title = models.CharField(max_length=300)
    data = SealedJSONField(default=dict)
    state = models.CharField(max_length=16, default=ResultState.DRAFT.value)
    document = models.UUIDField(null=True, default=None)
    levels = models.JSONField(default=dict)
    drafted_by = models.CharField(max_length=64)
    drafted_at = models.DateTimeField()
    signer = models.CharField(max_length=64, blank=True, default="")
    signer_name = models.CharField(max_length=200, blank=True, default="")
    signed_at = models.DateTimeField(null=True, default=None)
    sealer = models.CharField(max_length=64, blank=True, default="")
    sealer_name = models.CharField(max_length=200, blank=True, default="")
    sealed_at = models.DateTimeField(null=True, default=None)
    issued_at = models.DateTimeField(null=True, default=None)
    ended_at = models.DateTimeField(null=True, default=None)
    end_reason = models.TextField(blank=True, default="")
    end_cause = models.CharField(max_length=16, blank=True, default="")
    replaces = models.ForeignKey("self", null=True, default=None, on_delete=models.PROTECT, related_name="replacements")
    replace_reason = models.TextField(blank=True, default="")
    replace_cause = models.CharField(max_length=16, blank=True, default="")
    failure = models.CharField(max_length=200, blank=True, default="")
    verify_token = models.CharField(max_length=48, unique=True, default=random_token)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="result_number_once"),
            models.UniqueConstraint(fields=["dossier", "key"], name="result_key_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=[item.value for item in ResultState]), name="result_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ResultState.ISSUED.value)
                | models.Q(document__isnull=False, issued_at__isnull=False),
                name="result_issued_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "drafted_at", "id"], name="result_state_list"),
            models.Index(fields=["document"], name="result_document"),
        ]

    def __str__(self) -> str:
        return self.code


class Step(models.Model):
    """One act done to a dossier: who, when, from which state to which, why. Steps are only ever added.

    `form` is the number of the form that tells the applicant (Circular 03/2025/TT-VPCP, Annex I), `document` its PDF
    in the archive once it is made. `key` is the client's idempotency key.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="steps")
    act = models.CharField(max_length=32)
    state_from = models.CharField(max_length=16, blank=True, default="")
    state_to = models.CharField(max_length=16)
    component = models.ForeignKey(Component, null=True, default=None, on_delete=models.SET_NULL, related_name="steps")
    result = models.ForeignKey(Result, null=True, default=None, on_delete=models.SET_NULL, related_name="steps")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200, blank=True, default="")
    agency = models.CharField(max_length=64, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    details = models.JSONField(default=dict)
    form = models.CharField(max_length=4, blank=True, default="")
    document = models.UUIDField(null=True, default=None)
    key = models.CharField(max_length=128, null=True, default=None)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["dossier", "key"], name="step_key_once")]
        indexes = [models.Index(fields=["by", "at"], name="step_by")]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d %H:%M}"
