"""docker-compose.yml against the settings it feeds: names are real, secrets are asked for, images are pinned."""

from __future__ import annotations

import importlib
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from hoso.children import program
from portal.config import Config

ROOT = Path(__file__).resolve().parent.parent
OURS = ("prepare", "web", "worker", "sweeper", "agent")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_each_setting_of_the_file_is_a_setting_of_the_product(compose: dict[str, Any]) -> None:
    known = {f"HOSO_{name.upper()}" for name in Config.model_fields}
    for name in OURS:
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
            if re.search("KEY|PASSWORD|JWT", key):
                assert re.fullmatch(r"\$\{[A-Z0-9_]+:\?[^}]*\}", value), (name, key)


def test_services_that_are_named_exist_and_images_are_pinned(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {*OURS, "postgres", "redis", "seaweedfs", "store-durable"} == set(services)
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


def test_what_python_is_told_to_run_is_there(compose: dict[str, Any]) -> None:
    for name in OURS:
        match compose["services"][name]["command"]:
            case ["python", "-m", module]:
                assert find_spec(module) is not None, module
            case [command, *_]:
                assert name in ("web", "worker"), command


def test_the_web_server_takes_its_command(compose: dict[str, Any], tmp_path: Path) -> None:
    command = [program("gunicorn"), *compose["services"]["web"]["command"][1:], "--check-config"]
    env = {"HOSO_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "portal.settings", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_worker_takes_its_command(compose: dict[str, Any]) -> None:
    _, app, module, verb, *options = compose["services"]["worker"]["command"]
    assert (app, verb) == ("--app", "worker")
    assert importlib.import_module(module).app.main == "hoso"
    worker = importlib.import_module("celery.bin.worker").worker
    known = {option for parameter in worker.params for option in parameter.opts}
    assert {option for option in options if option.startswith("--")} <= known


def test_work_starts_only_after_it_was_prepared(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name in set(OURS) - {"prepare"}:
        assert services[name]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}
    assert set(services["prepare"]["depends_on"]) == {"postgres", "store-durable"}
