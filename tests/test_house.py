"""What holds for the whole house: errors told in two languages, modules that say their purpose, pages kept complete."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from catalogue import HosoError

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = [
    "accounts",
    "catalogue",
    "digitize",
    "dossiers",
    "hoso",
    "paper",
    "portal",
    "signing",
    "storage",
    "workers",
]
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
)
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)


def errors() -> list[type[HosoError]]:
    """Every error of the product; the error modules are found by name."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if module.name.rsplit(".", 1)[-1] == "errors":
                importlib.import_module(module.name)
    found: list[type[HosoError]] = []
    queue = [HosoError]
    while queue:
        for child in queue.pop().__subclasses__():
            found.append(child)
            queue.append(child)
    return found


def told(template: str, language: str) -> set[str]:
    """What a message tells: its fields, without the language that a field may end in."""
    return {name.removesuffix(language) for _, name, _, _ in Formatter().parse(template) if name}


def test_error_codes_are_stable_names_of_one_error_each() -> None:
    owners: dict[str, str] = {}
    for error in errors():
        if "code" not in vars(error):
            continue
        assert re.fullmatch(r"[a-z_]+(\.[a-z0-9_]+)+", error.code), error
        name = f"{error.__module__}.{error.__qualname__}"
        assert owners.setdefault(error.code, name) == name, error.code


def test_errors_speak_both_languages_and_name_a_next_step() -> None:
    for error in errors():
        assert VIETNAMESE.search(error.message_vi), error
        assert VIETNAMESE.search(error.next_vi), error
        assert error.message_en.isascii() or not VIETNAMESE.search(error.message_en), error
        assert error.next_en, error
        assert told(error.message_vi, "_vi") == told(error.message_en, "_en"), error


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_for_and_stays_readable(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(source)), "the first line says the module's purpose"
    assert len(source.splitlines()) <= 400


def test_each_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for many in project["optional-dependencies"].values() for one in many)]
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for requirement in wanted:
        name = re.match(r"[A-Za-z0-9-]+", requirement)
        assert name and f"| `{name[0]}` |" in page, requirement


def test_names_that_a_package_offers_exist() -> None:
    for package in PACKAGES:
        module = importlib.import_module(package)
        for name in getattr(module, "__all__", []):
            module = __import__(package, fromlist=[name])  # as `from package import name` does: some are modules
            assert getattr(module, name) is not None, f"{package}.{name}"
