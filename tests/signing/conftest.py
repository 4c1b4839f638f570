"""A DEMO authority of the session, pages to sign, and a transport whose services can be taken down."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import pytest
import typst
from cryptography.hazmat.primitives import serialization

from catalogue.fonts import FONT_DIR
from signing import Pkcs12Signer, Services, Transport, Trust, Unreachable
from signing.demo import Authority

LETTER = """
#set page(paper: "a4", margin: (left: 30mm, right: 15mm, top: 20mm, bottom: 20mm))
#set text(font: "Tinos", size: 13pt, lang: "vi")
#grid(columns: (1fr, 1.4fr), align(center)[ỦY BAN NHÂN DÂN \\ *XÃ MẪU*],
  align(center)[*CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM* \\ *Độc lập - Tự do - Hạnh phúc*])
#v(1cm)
#align(center)[*GIẤY XÁC NHẬN*]
#lorem(150)
#v(1cm)
#grid(columns: (1fr, 1fr), [], align(center)[*CHỦ TỊCH* \\ #v(2.6cm) *Trần Thị Ví Dụ*])
"""


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def letter() -> bytes:
    """An official letter as PDF/A-2b, with a gap for a signature above "Trần Thị Ví Dụ"."""
    made = typst.compile(LETTER.encode(), font_paths=[str(FONT_DIR)], pdf_standards=["a-2b"])  # type: ignore[misc]
    assert isinstance(made, bytes)
    return made


@pytest.fixture(scope="session")
def turned(letter: bytes) -> Callable[[int, bool], bytes]:
    """The letter turned, and with a page box that does not begin at 0, 0."""

    def make(turn: int, shifted: bool) -> bytes:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(letter)) as document:
            page = document.pages[0]
            page.Rotate = turn
            if shifted:
                x0, y0, x1, y1 = (float(edge) for edge in page.mediabox)
                page.MediaBox = [x0 - 50, y0 - 70, x1 + 30, y1 + 20]
                page.CropBox = [x0 - 20, y0 - 30, x1, y1]
            document.save(out)
        return out.getvalue()

    return make


@dataclass
class Switch:
    """The DEMO authority's transport with services that can be down."""

    inner: Transport
    down: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    async def post(self, url: str, body: bytes, content_type: str) -> bytes:
        self._ask(url)
        return await self.inner.post(url, body, content_type)

    async def get(self, url: str) -> bytes:
        self._ask(url)
        return await self.inner.get(url)

    def _ask(self, url: str) -> None:
        self.asked.append(url)
        if any(f"/{name}/" in url for name in self.down):
            raise Unreachable(url)


@pytest.fixture
def switch(authority: Authority) -> Switch:
    return Switch(authority.transport)


@pytest.fixture
def services(authority: Authority, switch: Switch) -> Services:
    """The authority's services through the switch."""
    whole = authority.services
    trust = Trust(whole.trust.roots, transport=switch, others=whole.trust.others)
    return Services(trust, whole.timestampers, switch, demo=True)


@pytest.fixture(scope="session")
def offline(authority: Authority) -> Trust:
    """Believes the authority and asks nobody."""
    return Trust(authority.trust.roots, others=authority.trust.others)


@pytest.fixture(scope="session")
def signed_files(authority: Authority, letter: bytes, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The letter signed with every profile at its own level; the seal over the person's signature."""
    from signing import Mark, profiles, sign

    folder = tmp_path_factory.mktemp("signed")
    agency = "Ủy ban nhân dân xã Mẫu"
    files: dict[str, Path] = {}
    for name, profile in profiles().items():
        if name == "ket_qua_dau":
            continue
        signer = (
            authority.issue(agency, "agency", organisation=agency)
            if profile.signer == "agency"
            else authority.issue("Trần Thị Ví Dụ", "leader")
        )
        made = sign(letter, profile=profile, signer=signer, services=authority.services, mark=Mark(agency=agency))
        files[name] = folder / f"{name}.pdf"
        files[name].write_bytes(made.pdf)
    seal = authority.issue(agency, "agency", organisation=agency)
    person = files["ket_qua_nguoi_ky"].read_bytes()
    made = sign(person, profile="ket_qua_dau", signer=seal, services=authority.services, mark=Mark(agency=agency))
    files["ket_qua_dau"] = folder / "ket_qua_dau.pdf"
    files["ket_qua_dau"].write_bytes(made.pdf)
    return files


@dataclass
class Tokens:
    """SoftHSM2 with tokens in a folder of the session; a token is pulled out by taking its folder away."""

    folder: Path
    module: str
    pin: str = "246810"

    def new(self, label: str) -> Path:
        """An empty token; its folder."""
        before = set((self.folder / "tokens").iterdir())
        self._util("--init-token", "--free", "--label", label, "--so-pin", "13579111", "--pin", self.pin)
        self.look_again()
        return (set((self.folder / "tokens").iterdir()) - before).pop()

    def look_again(self) -> None:
        """SoftHSM2 looks for tokens when it is loaded; hardware is seen when it is plugged in."""
        import pkcs11

        pkcs11.lib(self.module).reinitialize()

    def put(self, token: str, label: str, number: str, signer: Pkcs12Signer) -> None:
        """A key, its certificate and its chain."""
        self.put_key(token, label, number, signer.key)
        for der in (signer.certificate, *signer.chain):
            self.put_certificate(token, label, number if der == signer.certificate else "", der)

    def put_key(self, token: str, label: str, number: str, key: object) -> None:
        file = self.folder / "key.pem"
        file.write_bytes(
            key.private_bytes(  # type: ignore[attr-defined]
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self._util("--import", str(file), "--token", token, "--label", label, "--id", number, "--pin", self.pin)
        file.unlink()

    def put_certificate(self, token: str, label: str, number: str, der: bytes) -> None:
        import pkcs11
        from pkcs11.util.x509 import decode_x509_certificate

        attributes = decode_x509_certificate(der)
        attributes |= {pkcs11.Attribute.LABEL: label, pkcs11.Attribute.ID: bytes.fromhex(number)}
        attributes |= {pkcs11.Attribute.TOKEN: True}
        held = pkcs11.lib(self.module).get_token(token_label=token)
        with held.open(rw=True, user_pin=self.pin) as session:
            session.create_object(attributes)

    def _util(self, *arguments: str) -> None:
        done = subprocess.run(["softhsm2-util", *arguments], capture_output=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def tokens(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    """A token "hoso" with an RSA key and an EC key, as an authority hands them out. Skips where SoftHSM2 is missing."""
    module = "/usr/lib/softhsm/libsofthsm2.so"
    if not Path(module).exists():
        pytest.skip("softhsm2 is not installed")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    # the module reads it once, when it is first loaded into this process
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    made = Tokens(folder, module)
    made.new("hoso")
    made.put("hoso", "rsa", "01", authority.issue("Khóa RSA trên thẻ", "officer", algorithm="rsa"))
    made.put("hoso", "ec", "02", authority.issue("Khóa EC trên thẻ", "officer"))
    return made
