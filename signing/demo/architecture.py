"""The DEMO authority's PKI as certomancer's configuration: root, issuing authority, TSA, OCSP, CRL, people, seals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

__all__ = ["ARCH", "NOTICE", "Issued", "configuration"]

ARCH = "demo"
NOTICE = "DEMO - không có giá trị pháp lý"

Role = Literal["officer", "leader", "agency"]


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate of a person or an agency. `usage` and the dates may be odd on purpose, to be refused."""

    label: str
    common_name: str
    role: Role
    organisation: str
    serial: int
    valid_from: str
    valid_until: str
    usage: tuple[str, ...] = ("digital_signature", "non_repudiation")
    revoked_since: str | None = None


def configuration(
    created: datetime, base_url: str, people: tuple[Issued, ...], made: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The whole configuration, from fixed dates and serials: the authorities sign deterministically (RSA PKCS#1 v1.5),
    so the same state makes the same certificates byte for byte in every run. Those `made` before are read from files
    (`certs/<label>.cer`), since an OCSP answer looks through all of them."""
    labels = ["root", "issuing", "tsa", "ocsp", *(person.label for person in people)]
    entities = {
        "root": {"common-name": "DEMO Root CA"},
        "issuing": {"common-name": "DEMO Issuing CA"},
        "tsa": {"common-name": "DEMO TSA"},
        "ocsp": {"common-name": "DEMO OCSP"},
    }
    entities |= {person.label: _entity(person) for person in people}
    certificates = _authorities(created) | {person.label: _leaf(person) for person in people}
    for label in made & certificates.keys():
        certificates[label]["certificate-file"] = f"certs/{label}.cer"
    return {
        "external-url-prefix": base_url,
        "keysets": {ARCH: {"path-prefix": "keys", "keys": {label: {"path": f"{label}.pem"} for label in labels}}},
        "pki-architectures": {
            ARCH: {
                "keyset": ARCH,
                "entity-defaults": {
                    "country-name": "VN",
                    "organization-name": "hoso DEMO",
                    "organizational-unit-name": NOTICE,
                },
                "entities": entities,
                "certs": certificates,
                "services": _services(),
            }
        },
    }


def _entity(person: Issued) -> dict[str, str]:
    named = {"common-name": person.common_name}
    if person.organisation:
        named["organization-name"] = person.organisation
    return named


def _authorities(created: datetime) -> dict[str, Any]:
    root, issuing = _years(created, 30), _years(created, 20)
    sign_only = _usage("digital_signature")
    return {
        "root": {
            "subject": "root",
            "issuer": "root",
            "serial": 1,
            "validity": root,
            "extensions": [_ca(), _ca_usage()],
        },
        "issuing": {
            "subject": "issuing",
            "issuer": "root",
            "serial": 2,
            "validity": issuing,
            "extensions": [_ca(0), _ca_usage(), _crl("root")],
        },
        "tsa": {
            "subject": "tsa",
            "issuer": "issuing",
            "serial": 3,
            "validity": _years(created, 15),
            "extensions": [sign_only, _extended("time_stamping"), *_revocation()],
        },
        "ocsp": {
            "subject": "ocsp",
            "issuer": "issuing",
            "serial": 4,
            "validity": _years(created, 15),
            "extensions": [sign_only, _extended("ocsp_signing"), {"id": "ocsp_no_check"}],
        },
    }


def _leaf(person: Issued) -> dict[str, Any]:
    made: dict[str, Any] = {
        "subject": person.label,
        "issuer": "issuing",
        "serial": person.serial,
        "validity": {"valid-from": person.valid_from, "valid-to": person.valid_until},
        "extensions": [_usage(*person.usage), *_revocation()],
    }
    if person.revoked_since:
        made["revocation"] = {"revoked-since": person.revoked_since, "reason": "key_compromise"}
    return made


def _services() -> dict[str, Any]:
    return {
        "ocsp": {"issuing": {"for-issuer": "issuing", "responder-cert": "ocsp", "signing-key": "ocsp"}},
        "crl-repo": {
            "root": {"for-issuer": "root", "signing-key": "root", "simulated-update-schedule": "P30D"},
            "issuing": {"for-issuer": "issuing", "signing-key": "issuing", "simulated-update-schedule": "P1D"},
        },
        "time-stamping": {"tsa": {"signing-key": "tsa", "signing-cert": "tsa", "certs-to-embed": ["issuing"]}},
    }


def _years(start: datetime, years: int) -> dict[str, str]:
    return {"valid-from": start.isoformat(), "valid-to": (start + timedelta(days=365 * years)).isoformat()}


def _ca(path_length: int | None = None) -> dict[str, Any]:
    value: dict[str, Any] = {"ca": True}
    if path_length is not None:
        value["path_len_constraint"] = path_length
    return {"id": "basic_constraints", "critical": True, "value": value}


def _ca_usage() -> dict[str, Any]:
    return _usage("key_cert_sign", "crl_sign")


def _usage(*names: str) -> dict[str, Any]:
    return {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": list(names)}}


def _extended(purpose: str) -> dict[str, Any]:
    return {"id": "extended_key_usage", "critical": True, "value": [purpose]}


def _crl(repository: str) -> dict[str, Any]:
    return {
        "id": "crl_distribution_points",
        "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": [repository]}},
    }


def _revocation() -> list[dict[str, Any]]:
    ocsp = {"schema": "aia-urls", "params": {"ocsp-responder-names": ["issuing"]}}
    return [_crl("issuing"), {"id": "authority_information_access", "smart-value": ocsp}]
