"""docker-compose.yml against the settings it feeds: names are real, secrets are asked for, images are pinned."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.config import Config

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_each_setting_of_the_file_is_a_setting_of_the_product(compose: dict[str, Any]) -> None:
    known = {f"HOSO_{name.upper()}" for name in Config.model_fields}
    for name in ("web", "worker", "migrate"):
        settings = compose["services"][name]["environment"]
        assert {key for key in settings if key.startswith("HOSO_")} <= known


def test_the_settings_load_as_the_file_gives_them(compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in compose["services"]["web"]["environment"].items():
        given = re.sub(r"\$\{[^:}]+:-([^}]*)\}", r"\1", value)
        monkeypatch.setenv(name, re.sub(r"\$\{[^}]+\}", "00" * 32, given))
    config = Config()
    assert config.env == "production"
    assert config.s3_endpoint == "seaweedfs:8333"
    assert config.db_url.startswith("postgresql://")


def test_no_secret_stands_in_the_file(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for key, value in service.get("environment", {}).items():
            if re.search("KEY|PASSWORD", key):
                assert re.fullmatch(r"\$\{[A-Z0-9_]+:\?[^}]*\}", value), (name, key)


def test_services_that_are_named_exist_and_images_are_pinned(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {"web", "worker", "postgres", "redis", "seaweedfs"} <= set(services)
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        assert re.search(r":\d", service["image"])
    settings = services["web"]["environment"]
    for name in ("HOSO_DB_URL", "HOSO_BROKER_URL", "HOSO_S3_ENDPOINT"):
        host = re.sub(r".*[@/]", "", settings[name].split("?}")[-1].rsplit(":", 1)[0])
        assert host in services, (name, host)


def test_nothing_is_published_beyond_loopback(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
