"""Systems are told: a real receiver on loopback gets signed messages with ids only, until it takes them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.utils import timezone

import storage
from catalogue import HosoError
from dossiers import services
from dossiers.models import Result
from tests.dossiers.conftest import LEADER, Desk
from tests.portal.api.conftest import AGENCY, ELSEWHERE, OFFICER, MakeSystem, Person, System
from workers import runner, webhooks
from workers.models import Job, OutboxMessage, Subscription


@dataclass
class Receiver:
    """A small HTTP server that keeps what it gets and answers as it is told."""

    url: str = ""
    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """The receiver, listening on loopback."""
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(kept.status)
            if kept.status in (302, 307):
                self.send_header("Location", f"{kept.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        kept.url = f"http://127.0.0.1:{server.server_port}/hook"
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Told:
    """A subscribed system and its signing secret."""

    system: System
    secret: str
    id: str


def subscribe(system_of: MakeSystem, url: str, *events: str, **grant: Any) -> Told:
    system = system_of(hooks=[url], **grant)
    answer = system.send("POST", "/webhooks", {"url": url, "events": list(events or webhooks.EVENTS)})
    assert answer.status_code == 201, answer.content
    return Told(system, answer.json()["secret"], answer.json()["id"])


def deliver_all() -> list[Job]:
    """Runs what waits in the outbox, as a worker would."""
    jobs = list(Job.objects.filter(kind="deliver", state=Job.State.QUEUED))
    for job in jobs:
        Job.objects.filter(pk=job.pk).update(run_at=timezone.now())
        runner.run(job.pk)
        job.refresh_from_db()
    return jobs


def test_a_stored_document_is_told_signed_and_without_personal_data(
    system_of: MakeSystem, person: Person, receiver: Receiver
) -> None:
    told = subscribe(system_of, receiver.url, "document.stored")
    document = person.result()
    assert [job.state for job in deliver_all()] == ["done"]
    headers, body = receiver.got[0]
    assert headers["webhook-signature"] == webhooks.signature(
        told.secret, headers["webhook-id"], int(headers["webhook-timestamp"]), body
    )
    message = json.loads(body)
    assert message["type"] == "document.stored"
    assert message["data"] == {
        "document": str(document),
        "version": 1,
        "role": "issued",
        "kind": "giay_xn_tthn",
        "agency": AGENCY,
    }
    assert person.identifier.value not in body.decode() and "Mẫu" not in body.decode()
    assert str(person.owner) not in body.decode()


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example of the specification's reference libraries."""
    signed = webhooks.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_issued_and_revoked_results_are_told(system_of: MakeSystem, person: Person, receiver: Receiver) -> None:
    """A dossier runs to its issued result, which is then taken back."""
    subscribe(system_of, receiver.url, "result.issued", "result.revoked")
    dossier = Desk(person.owner).done()
    result = Result.objects.get(dossier=dossier)
    services.revoke_result(result.id, LEADER, reason="cấp sai thẩm quyền")
    deliver_all()
    messages = [json.loads(body) for _, body in receiver.got]
    assert sorted(message["type"] for message in messages) == ["result.issued", "result.revoked"]
    for message in messages:
        assert message["data"] == {
            "result": str(result.id),
            "document": str(result.document),
            "case": dossier.code,
            "kind": "giay_xn_tthn",
            "agency": AGENCY,
        }


def test_a_receiver_that_fails_is_told_again_with_the_same_id_and_longer_pauses(
    system_of: MakeSystem, person: Person, receiver: Receiver
) -> None:
    told = subscribe(system_of, receiver.url, "document.stored")
    person.result()
    for status, least in ((500, 0.8), (307, 1.6), (404, 3.2)):
        receiver.status, before = status, timezone.now()
        (job,) = deliver_all()
        assert (job.state, job.error_code) == ("queued", "workers.unavailable")
        assert job.run_at - before >= timedelta(seconds=least)
    receiver.status = 204
    assert [job.state for job in deliver_all()] == ["done"]
    assert len(receiver.got) == 4, "a redirect is not followed"
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1
    (message,) = told.system.send("GET", "/webhooks/messages").json()["items"]
    assert (message["state"], message["attempts"]) == ("done", 4)


def test_a_dead_letter_is_seen_and_sent_again(system_of: MakeSystem, person: Person, receiver: Receiver) -> None:
    told = subscribe(system_of, receiver.url, "document.stored")
    person.result()
    receiver.status = 503
    Job.objects.filter(kind="deliver").update(tried_since=timezone.now() - timedelta(days=2))
    (job,) = deliver_all()
    assert job.state == "failed"
    (dead,) = told.system.send("GET", "/webhooks/messages?failed=true").json()["items"]
    assert (dead["state"], dead["error"], dead["next_attempt_at"]) == ("failed", "workers.unavailable", None)
    receiver.status = 200
    assert told.system.send("POST", f"/webhooks/messages/{dead['id']}/again").status_code == 202
    assert [found.state for found in deliver_all()] == ["done"]
    stranger = system_of()
    assert stranger.send("POST", f"/webhooks/messages/{dead['id']}/again").status_code == 404
    assert stranger.send("GET", "/webhooks/messages").json()["items"] == []


def test_a_receiver_that_is_gone_is_asked_no_more(system_of: MakeSystem, person: Person, receiver: Receiver) -> None:
    told = subscribe(system_of, receiver.url)
    person.result()
    receiver.status = 410
    deliver_all()
    assert told.system.send("GET", "/webhooks").json()[0]["active"] is False
    person.result()
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize(
    "grant", [{"agency": ELSEWHERE}, {"clearance": 2}, {"kinds": ["ct07"]}], ids=["agency", "clearance", "kind"]
)
def test_nobody_hears_of_what_they_may_not_read(
    system_of: MakeSystem, person: Person, receiver: Receiver, grant: dict[str, Any]
) -> None:
    subscribe(system_of, receiver.url, **grant)
    document = person.result()
    storage.revoke(document, OFFICER, "cấp sai")
    assert not OutboxMessage.objects.exists()


def test_a_version_that_is_rolled_back_is_not_told(system_of: MakeSystem, person: Person, receiver: Receiver) -> None:
    subscribe(system_of, receiver.url)
    with pytest.raises(HosoError):
        person.result(sensitivity=9)
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.vn/hook",
        "http://10.0.0.1/hook",
        "ftp://127.0.0.1/",
        "https://a:b@example.vn/",
        "https://",
        "http://127.0.0.1.example.vn/",
        "https://example.vn/#x",
    ],
)
def test_an_address_that_nothing_may_be_sent_to(url: str) -> None:
    with pytest.raises(HosoError) as told:
        webhooks.check_url(url)
    assert told.value.code == "workers.webhook_url"


def test_only_registered_addresses_are_subscribed(system: System) -> None:
    answer = system.send("POST", "/webhooks", {"url": "https://example.vn/hook", "events": ["document.stored"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "api.webhook_not_registered")


def test_the_secret_is_not_kept_in_clear(system_of: MakeSystem, receiver: Receiver) -> None:
    from django.db import connection

    told = subscribe(system_of, receiver.url)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM workers_subscription")
        (kept,) = cursor.fetchone()
    assert told.secret not in kept and Subscription.objects.get().secret == {"key": told.secret}
    assert told.system.send("DELETE", f"/webhooks/{told.id}").status_code == 204
    assert told.system.send("GET", "/webhooks").json()[0]["active"] is False
