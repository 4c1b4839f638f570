"""Only listed addresses are asked, whatever a file wishes."""

from __future__ import annotations

import asyncio

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


@pytest.mark.parametrize(
    "url", ["", None, "http://localhost:8000", "http://127.0.0.1", "http://[::1]/", "ftp://a.vn", "x"]
)
def test_official_signatures_need_an_address_people_can_reach(url: str | None) -> None:
    with pytest.raises(NoPublicAddress):
        require_public_address(url)


def test_a_public_address_passes() -> None:
    assert require_public_address("https://motcua.example.vn") == "https://motcua.example.vn"
