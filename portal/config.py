"""Every setting of the product in one place, read from the environment; the documentation is made from here."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _default_data() -> Path:
    return Path.home() / ".local" / "share" / "hoso"


class Config(BaseSettings):
    """Settings of one installation. Each is an environment variable with the prefix HOSO_."""

    model_config = SettingsConfigDict(env_prefix="HOSO_", frozen=True, extra="ignore")

    env: Literal["demo", "production"] = Field(default="demo", description="`production` refuses the DEMO authority.")
    data: Path = Field(default_factory=_default_data, description="Where all state lives (mode 0700).")
    bind: str = Field(default="127.0.0.1", description="Address the web server listens on.")
    port: int = Field(default=8765, description="Port of the web server.")
    public_url: str = Field(default="", description="Address that people reach from outside; printed on signed files.")
    db_url: str = Field(
        default="", description="PostgreSQL as postgresql://user:password@host:port/name; empty: SQLite."
    )
    broker_url: str = Field(default="", description="redis:// or amqp:// URL; empty: a folder under HOSO_DATA.")
    s3_endpoint: str = Field(default="", description="host:port of an S3 server; empty: the embedded one.")
    s3_access_key: str = Field(default="", description="Access key of that server.")
    s3_secret_key: str = Field(default="", description="Secret key of that server.")
    s3_secure: bool = Field(default=False, description="Speak TLS to that server.")
    bucket: str = Field(default="hoso", description="Bucket of the archive, made with versioning and object lock.")
    keys: str = Field(default="hoso-keys", description="Bucket of the wrapped keys, made without versioning or lock.")
    transient_bucket: str = Field(
        default="hoso-transient", description="Bucket of what must vanish: staging, verification."
    )
    master_key: str = Field(default="", description="Master key, 32 bytes in hex; empty: a 0600 file under HOSO_DATA.")
    secret_key: str = Field(
        default="", description="Signs sessions; the same for all web processes. Empty: a 0600 file under HOSO_DATA."
    )
    email_url: str = Field(
        default="", description="smtp://user:password@host:port; empty: an outbox folder under HOSO_DATA."
    )
    tsa: str = Field(
        default="", description="Time stamp authorities (RFC 3161) by URL, best first, spaces between. DEMO has one."
    )
    trust: str = Field(
        default="", description="Folder of trusted root certificates; empty: the folder trust under HOSO_DATA."
    )
    profiles: str = Field(
        default="", description="Folder of signing profiles of one's own; empty: the folder profiles under HOSO_DATA."
    )
    revocation: str = Field(
        default="", description="OCSP, CRL and issuer addresses that may be asked, as http://host/path, spaces between."
    )
    renew_before: int = Field(
        default=180, description="Days before an archive time stamp lapses within which it is renewed."
    )
    engine: Literal["hoso", "tesseract", "hoso+tesseract", "tesseract+hoso"] = Field(
        default="hoso", description="What reads scans; of two, the second reads what the first doubts."
    )
    worker_processes: int = Field(default=0, description="Jobs done at the same time; 0: one for each core, at most 8.")
    lease_seconds: float = Field(
        default=60.0, description="How long a job stays with a worker of another machine that has gone silent."
    )
    agency: str = Field(default="H26.01.02", description="Code of the agency that this installation serves first.")
    debug: bool = Field(default=False, description="Django's debug pages; never outside a developer's machine.")

    @property
    def timestampers(self) -> tuple[str, ...]:
        """The time stamp authorities in order."""
        return tuple(self.tsa.split())

    @property
    def trust_folder(self) -> Path:
        """Where the trusted roots lie."""
        return Path(self.trust) if self.trust else self.data / "trust"

    @property
    def profiles_folder(self) -> Path:
        """Where the installation keeps signing profiles of its own, and each agency in a folder of its code."""
        return Path(self.profiles) if self.profiles else self.data / "profiles"


def load() -> Config:
    """The settings of this process, as the environment has them now."""
    return Config()
