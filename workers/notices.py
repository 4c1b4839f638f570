"""What the applicant is told of: each change of the dossier, with its code and when it is due, by e-mail."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings

from dossiers.labels import label
from dossiers.models import Step
from dossiers.states import Act, State
from workers import mail
from workers.agencies import agency_name, public_url
from workers.models import OutboxMessage
from workers.outbox import delivers
from workers.receivers import TOPIC

_VI = """Kính gửi ông/bà {name},

Hồ sơ {code} ({procedure}) có thay đổi: {act}.
Trạng thái hiện nay: {state}.
{due}{reason}
Theo dõi hồ sơ: {url}

{agency}
Thư này được gửi tự động, vui lòng không trả lời.
"""
_EN = """Dear {name},

Dossier {code} ({procedure}) has changed: {act}.
State now: {state}.
{due}{reason}
Follow the dossier: {url}

{agency}
This message was sent automatically; please do not answer it.
"""
_LINES = {
    "vi": ("Hẹn trả kết quả: {due:%H:%M ngày %d/%m/%Y}.\n", "Lý do, nội dung: {reason}\n"),
    "en": ("Due: {due:%d/%m/%Y %H:%M}.\n", "Reason: {reason}\n"),
}


@delivers(TOPIC)
def tell(message: OutboxMessage) -> None:
    """Payload: `step`. An applicant who gave no address is told at the desk."""
    step = Step.objects.select_related("dossier").filter(pk=message.payload["step"]).first()
    if step is None or not (to := step.dossier.contact.get("email", "")):
        return
    subject, text = compose(step)
    mail.send(message.id, to, subject, text)


def compose(step: Step) -> tuple[str, str]:
    """Subject and text in the dossier's language."""
    dossier = step.dossier
    language = "en" if dossier.language.startswith("en") else "vi"
    due_line, reason_line = _LINES[language]
    zone = ZoneInfo(settings.TIME_ZONE)
    text = (_EN if language == "en" else _VI).format(
        name=dossier.applicant_name,
        code=dossier.code,
        procedure=dossier.procedure_name,
        act=label(Act(step.act), language),
        state=label(State(step.state_to), language),
        due=due_line.format(due=dossier.due_at.astimezone(zone)) if dossier.due_at else "",
        reason=reason_line.format(reason=step.reason) if step.reason else "",
        url=f"{public_url()}/citizen/",
        agency=agency_name(dossier.receive_agency),
    )
    subject = f"[{dossier.code}] {label(State(step.state_to), language)}"
    return subject, text
