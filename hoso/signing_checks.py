"""What `hoso doctor` looks at before pages can sign outside DEMO: the public address, keys, roots, time stamps."""

from __future__ import annotations

from collections.abc import Iterator

from catalogue import HosoError
from hoso.checks import Check, State, reached
from portal.config import Config


def signing(config: Config) -> Iterator[Check]:
    """One check a thing; in DEMO the authority of the installation stands for all but the profiles."""
    yield from _profiles(config)
    yield from _algorithms(config)
    if config.env == "demo":
        yield Check("signing", State.OK, "DEMO")
        return
    yield _public_address(config)
    yield _keys(config)
    yield _roots(config)
    yield from _time_stamps(config)


def _profiles(config: Config) -> Iterator[Check]:
    """The signing profiles of the installation and of each agency, where there are any."""
    from signing import profiles

    folder = config.profiles_folder
    agencies = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    own = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.toml")) if folder.is_dir() else []
    for agency in ("", *agencies):
        try:
            profiles(folder, agency)
        except HosoError as error:
            yield _wrong("profiles", str(folder / agency), error)
            return
    if own:
        yield Check("profiles", State.OK, ", ".join(own))


def _algorithms(config: Config) -> Iterator[Check]:
    """The installation's own dates of algorithms, where there are any."""
    from signing import Strength

    own = config.trust_folder / "algorithms.toml"
    if not own.is_file():
        return
    try:
        Strength.read(own)
    except HosoError as error:
        yield _wrong("algorithms", str(own), error)
        return
    yield Check("algorithms", State.OK, str(own))


def _public_address(config: Config) -> Check:
    from signing import require_public_address

    try:
        return Check("HOSO_PUBLIC_URL", State.OK, require_public_address(config.public_url))
    except HosoError as error:
        return _wrong("HOSO_PUBLIC_URL", config.public_url or "—", error)


def _keys(config: Config) -> Check:
    from workers import keyring

    known = keyring.signers(config.data)
    if known:
        return Check("keys", State.OK, ", ".join(known))
    return Check(
        "keys",
        State.MISSING,
        f"{keyring.folder(config.data)}: không có khóa / no keys",
        "Đặt khóa của từng người ký và dấu của cơ quan theo docs/signing.md.",
        "Put the keys of the people who sign and the agency's seal there, as docs/signing.md says.",
    )


def _roots(config: Config) -> Check:
    from signing import trust_store

    try:
        found = trust_store(config.trust_folder).roots
    except HosoError as error:
        return _wrong("trust", str(config.trust_folder), error)
    if found:
        return Check("trust", State.OK, ", ".join(root.name for root in found))
    return Check(
        "trust",
        State.MISSING,
        f"{config.trust_folder}: không có chứng thư gốc / no roots",
        "Chép chứng thư gốc của hai hệ thống PKI Việt Nam vào đó; không có thì không ký và không kiểm tra được chữ ký.",
        "Copy the root certificates of both Vietnamese PKIs there; without them nothing is signed or judged.",
    )


def _time_stamps(config: Config) -> Iterator[Check]:
    if not config.timestampers:
        yield Check(
            "HOSO_TSA",
            State.WARNING,
            "—",
            "Đặt địa chỉ dịch vụ dấu thời gian; không có thì chữ ký chỉ đạt mức B-B và chờ nâng cấp.",
            "Set a time stamp authority; without one signatures reach B-B only and wait for an upgrade.",
        )
    for url in config.timestampers:
        yield reached("HOSO_TSA", url, 443 if url.startswith("https") else 80)


def _wrong(name: str, found: str, error: HosoError) -> Check:
    told = error.as_dict()
    return Check(name, State.MISSING, f"{found}: {error.vi} [{error.code}]", told["next"], told["next_en"])
