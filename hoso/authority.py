"""Answers for the DEMO authority on loopback: `python -m hoso.authority` (time stamps, OCSP, CRL).

Our own processes ask the authority without a socket; this is for other programs that check its signatures.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from portal.config import load
from signing.demo import Authority, home


def main() -> None:
    """Serves until it is stopped, at the address that the authority wrote into its certificates."""
    config = load()
    authority = Authority(home(config.data), env=config.env)
    port = urlsplit(authority.services.timestampers[0]).port
    assert port is not None
    authority.serve(port=port)


if __name__ == "__main__":
    main()
