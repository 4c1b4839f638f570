"""E-mail: through an SMTP server where one is set, else as files under `HOSO_DATA/outbox`."""

from __future__ import annotations

import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from workers.errors import Unavailable

SENDER = "khong-tra-loi@hoso.invalid"
SECONDS = 30


def send(message_id: UUID, to: str, subject: str, text: str) -> None:
    """Sends a message; its Message-ID follows from `message_id`. Raises Unavailable."""
    mail = EmailMessage()
    mail["From"] = _sender()
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(timezone.now())
    mail["Message-ID"] = f"<{message_id}@hoso>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    if settings.HOSO.email_url:
        _smtp(mail)
    else:
        _file(message_id, mail)


def _sender() -> str:
    user = unquote(urlsplit(settings.HOSO.email_url).username or "")
    return user if "@" in parseaddr(user)[1] else SENDER


def _file(message_id: UUID, mail: EmailMessage) -> None:
    folder: Path = settings.HOSO.data / "outbox"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = folder / f".{message_id}.{os.getpid()}"
    fresh.write_bytes(mail.as_bytes())
    fresh.chmod(0o600)
    fresh.replace(folder / f"{message_id}.eml")


def _smtp(mail: EmailMessage) -> None:
    """`smtp://` (STARTTLS where the server offers it) or `smtps://`."""
    url = urlsplit(settings.HOSO.email_url)
    host, secure = url.hostname or "", url.scheme == "smtps"
    try:
        with (
            smtplib.SMTP_SSL(host, url.port or 465, timeout=SECONDS, context=ssl.create_default_context())
            if secure
            else smtplib.SMTP(host, url.port or 25, timeout=SECONDS)
        ) as server:
            if not secure and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            if url.password:
                server.login(unquote(url.username or ""), unquote(url.password))
            server.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(service="SMTP") from error
