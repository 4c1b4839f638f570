"""Only listed addresses are asked, whatever a file wishes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from signing import HttpTransport, Unreachable, require_public_address
from signing.errors import NoPublicAddress
from signing.http import _within


@pytest.mark.parametrize(
    ("url", "allowed", "may"),
    [
        ("http://ocsp.example.vn/", "http://ocsp.example.vn/", True),
        ("http://ocsp.example.vn/a/b", "http://ocsp.example.vn/a/", True),
        ("http://ocsp.example.vn/b", "http://ocsp.example.vn/a/", False),
        ("https://ocsp.example.vn/", "http://ocsp.example.vn/", False),
        ("http://ocsp.example.vn:8080/", "http://ocsp.example.vn/", False),
        ("http://ocsp.example.vn.evil.example/", "http://ocsp.example.vn/", False),
        ("http://ocsp.example.vn@evil.example/", "http://ocsp.example.vn/", False),
        ("http://user@ocsp.example.vn/", "http://ocsp.example.vn/", False),
        ("file:///etc/passwd", "http://ocsp.example.vn/", False),
        ("http://[broken", "http://ocsp.example.vn/", False),
    ],
)
def test_list(url: str, allowed: str, may: bool) -> None:
    assert _within(url, allowed) is may


def test_what_is_not_listed_is_not_asked() -> None:
    with pytest.raises(Unreachable):
        asyncio.run(HttpTransport(()).get("http://127.0.0.1:9/"))


def test_silence_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        asyncio.run(HttpTransport(("http://127.0.0.1:9/",), seconds=1).get("http://127.0.0.1:9/x"))


class Answering(BaseHTTPRequestHandler):
    """Says what it was sent; wants to be remembered."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])) + str(self.headers["Cookie"]).encode()
        self.send_response(200 if self.path != "/broken" else 500)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "who=one; Path=/")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


class Patient(ThreadingHTTPServer):
    """Lets all callers of a test wait."""

    request_queue_size = 128


@pytest.fixture
def base() -> Iterator[str]:
    server = Patient(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_many_requests_at_once_each_have_their_own_answer_and_are_not_remembered(base: str) -> None:
    transport = HttpTransport((base,))

    async def run() -> list[bytes]:
        return await asyncio.gather(*(transport.post(base, str(one).encode() * 9, "text/plain") for one in range(50)))

    for _ in range(2):  # each in an event loop of its own, as the command line has it
        assert asyncio.run(run()) == [str(one).encode() * 9 + b"None" for one in range(50)]


def test_an_answer_that_is_an_error_is_unreachable(base: str) -> None:
    with pytest.raises(Unreachable):
        asyncio.run(HttpTransport((base,)).post(f"{base}broken", b"x", "text/plain"))


@pytest.mark.parametrize(
    "url", ["", None, "http://localhost:8000", "http://127.0.0.1", "http://[::1]/", "ftp://a.vn", "x"]
)
def test_official_signatures_need_an_address_people_can_reach(url: str | None) -> None:
    with pytest.raises(NoPublicAddress):
        require_public_address(url)


def test_a_public_address_passes() -> None:
    assert require_public_address("https://motcua.example.vn") == "https://motcua.example.vn"
