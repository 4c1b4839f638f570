"""The DEMO authority: a local PKI with made-up subjects, for trials, tests and the first steps of an installation."""

from pathlib import Path

from signing.demo.authority import Authority

__all__ = ["Authority", "home"]


def home(data: Path) -> Path:
    """Where an installation keeps its DEMO authority, given its HOSO_DATA."""
    return data / "demo-authority"
