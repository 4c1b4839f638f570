"""A small remote signing service that speaks the CSC API 2.0 on loopback, keeps its rules, and fails when told to."""

from __future__ import annotations

import json
import secrets
import threading
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from signing import Pkcs12Signer

SHA256_OID = "2.16.840.1.101.3.4.2.1"


@dataclass
class Rssp:
    """The service. `faults` names what goes wrong in the next call of a method; `log` what was asked for."""

    signer: Pkcs12Signer
    pin: str = "2468"
    multisign: int = 4
    status: str = "enabled"
    mode: str = "explicit"
    algorithms: tuple[str, ...] = ("1.2.840.113549.1.1.10", "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2")
    faults: dict[str, str] = field(default_factory=dict)
    mends: dict[str, int] = field(default_factory=dict)
    """After how many calls of a method its fault is gone; those without an entry stay."""
    log: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    made: list[bytes] = field(default_factory=list)
    """Digests signed, whether or not the answer arrived."""
    release: threading.Event = field(default_factory=threading.Event)
    delays: int = 0
    """How often an asynchronous order is still being worked on when it is asked for; -1: for ever."""
    waits_as: str = "202"
    refusal: str = ""
    """The error with which an asynchronous order ends."""
    locks_out: bool = False
    """Whether the client is let in no longer once it has ordered."""
    refreshes: bool = False
    """Whether the token endpoint gives refresh tokens, each good for once."""
    _orders: dict[str, list[str]] = field(default_factory=dict)
    _refresh: set[str] = field(default_factory=lambda: {"r-1"})
    _tokens: set[str] = field(default_factory=set)
    _permits: dict[str, list[str]] = field(default_factory=dict)

    def answer(self, method: str, head: Any, body: bytes) -> tuple[int, Any]:
        """The status and the JSON of one call."""
        if method == "oauth2/token":
            return self._token(head.get("Authorization", ""), body)
        asked = json.loads(body)
        self.log.append((method, asked))
        if head.get("Authorization", "").removeprefix("Bearer ") not in self._tokens:
            return 401, {"error": "invalid_token"}
        if method != "signatures/signPolling" and asked.get("credentialID") != "cred-1":
            return 400, {"error": "invalid_request", "error_description": "Invalid parameter credentialID"}
        return {
            "credentials/info": self._info,
            "credentials/authorize": self._authorize,
            "signatures/signHash": self._sign,
            "signatures/signPolling": self._poll,
        }[method](asked)

    def fault(self, method: str) -> str:
        """What goes wrong in this call."""
        left = self.mends.get(method, 1)
        if method in self.mends:
            self.mends[method] = left - 1
        return self.faults.get(method, "") if left > 0 else ""

    def forget_tokens(self) -> None:
        """Access tokens run out."""
        self._tokens.clear()

    def _token(self, authorization: str, body: bytes) -> tuple[int, Any]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        self.log.append(("oauth2/token", form))
        client = b64decode(authorization.removeprefix("Basic ")).decode()
        if client != "hoso:client secret" or (self.locks_out and self._orders):
            return 401, {"error": "invalid_client"}
        granted = form == {"grant_type": "client_credentials", "scope": "service"}
        if not granted and (form["grant_type"] != "refresh_token" or form["refresh_token"] not in self._refresh):
            return 400, {"error": "invalid_grant"}
        token = secrets.token_hex(16)
        self._tokens.add(token)
        told = {"access_token": token, "token_type": "Bearer", "expires_in": 3600}
        if self.refreshes:
            self._refresh = {secrets.token_hex(16)}
            told["refresh_token"] = next(iter(self._refresh))
        return 200, told

    def forget_refresh_tokens(self) -> None:
        """Refresh tokens run out."""
        self._refresh.clear()

    def _info(self, asked: dict[str, Any]) -> tuple[int, Any]:
        assert asked["certificates"] == "chain"
        chain = [b64encode(one).decode() for one in (self.signer.certificate, *self.signer.chain)]
        objects = [{"type": "PIN", "id": "the-pin", "format": "N", "label": "PIN"}] if self.mode == "explicit" else []
        return 200, {
            "key": {"status": self.status, "algo": list(self.algorithms), "len": 2048},
            "cert": {"status": "valid", "certificates": chain},
            "auth": {"mode": self.mode, "expression": "PIN", "objects": objects},
            "SCAL": "2",
            "multisign": self.multisign,
        }

    def _authorize(self, asked: dict[str, Any]) -> tuple[int, Any]:
        if asked["numSignatures"] != len(asked["hashes"]) or asked["numSignatures"] > self.multisign:
            return 400, {"error": "invalid_request", "error_description": "numSignatures is too high"}
        if self.mode == "explicit" and asked.get("authData") != [{"id": "the-pin", "value": self.pin}]:
            return 400, {"error": "invalid_pin", "error_description": "The PIN is invalid"}
        sad = secrets.token_hex(16)
        self._permits[sad] = list(asked["hashes"])
        return 200, {"SAD": sad, "expiresIn": 300}

    def _sign(self, asked: dict[str, Any]) -> tuple[int, Any]:
        if asked["hashAlgorithmOID"] != SHA256_OID or self._permits.pop(asked["SAD"], None) != asked["hashes"]:
            return 400, {"error": "invalid_request", "error_description": "Invalid parameter SAD"}
        digests = [b64decode(one) for one in asked["hashes"]]
        self.made += digests
        values = [b64encode(self._value(one, asked["signAlgo"])).decode() for one in digests]
        if asked.get("operationMode") == "A":
            assert 0 < asked["validity_period"] <= 600_000
            order = secrets.token_hex(16)
            self._orders[order] = values
            if self.locks_out:
                self.forget_tokens()
            return 200, {"responseID": order}
        return 200, {"signatures": values}

    def _poll(self, asked: dict[str, Any]) -> tuple[int, Any]:
        values = self._orders.get(asked["requestID"])
        if values is None:
            return 400, {"error": "invalid_request", "error_description": "Invalid parameter requestID"}
        if self.delays:
            self.delays -= 1
            sentence = "The previous asynchronous signature request has been accepted for processing, but goes on"
            return {
                "202": (202, {"error": "accepted_request"}),
                "400": (400, {"error": "invalid_request", "error_description": sentence}),
                "200": (200, {"responseID": asked["requestID"]}),
            }[self.waits_as]
        return (400, {"error": self.refusal}) if self.refusal else (200, {"signatures": values})

    def _value(self, digest: bytes, algorithm: str) -> bytes:
        key, known = self.signer.key, Prehashed(SHA256())
        if isinstance(key, ec.EllipticCurvePrivateKey):
            assert algorithm == "1.2.840.10045.4.3.2"
            return key.sign(digest, ec.ECDSA(known))
        if algorithm == "1.2.840.113549.1.1.11":
            return key.sign(digest, padding.PKCS1v15(), known)
        assert algorithm == "1.2.840.113549.1.1.10"
        return key.sign(digest, padding.PSS(padding.MGF1(SHA256()), 32), known)


def serve(rssp: Rssp) -> ThreadingHTTPServer:
    """Answers on a free loopback port; the caller shuts it down."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            method = self.path.removeprefix("/csc/v2/")
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fault = rssp.fault(method)
            status, told = rssp.answer(method, self.headers, body)
            if fault == "silent":
                rssp.release.wait(60)
                return
            if fault == "cut":
                self.close_connection = True
                return
            if fault == "broken":
                status = 502
            if fault == "other key's" and status == 200:
                told["signatures"] = [b64encode(bytes(256)).decode() for _ in told["signatures"]]
            if fault == "too few" and status == 200:
                told["signatures"].pop()
            if fault == "swapped" and status == 200:
                told["signatures"].reverse()
            text = b"<html>" if fault == "not json" else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server
