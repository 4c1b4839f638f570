"""`hoso sign` and `hoso verify` as people and programs call them: files, folders, exit codes, JSON, both languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from hoso.cli import main
from signing import Pkcs12Signer, sign
from signing.demo import Authority, home


@dataclass
class Said:
    code: int
    out: str
    err: str


class Hoso:
    """Runs the command line in this process on a throw-away HOSO_DATA."""

    def __init__(self, data: Path, patch: pytest.MonkeyPatch, screen: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._patch = patch
        self._screen = screen

    def __call__(self, *arguments: str | Path, **settings: str) -> Said:
        with self._patch.context() as patch:
            for name in [name for name in os.environ if name.startswith("HOSO_")]:
                patch.delenv(name)
            for name, value in {"HOSO_DATA": str(self.data), **settings}.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main([str(argument) for argument in arguments])
        out, err = self._screen.readouterr()
        code = ended.value.code
        return Said(code if isinstance(code, int) else 0, out, err)


@pytest.fixture
def hoso(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Hoso:
    return Hoso(tmp_path / "data", monkeypatch, capsys)


def test_the_command_itself(tmp_path: Path, letter: bytes) -> None:
    """Once as a process of its own: nothing but its arguments and settings."""
    (tmp_path / "in.pdf").write_bytes(letter)
    command = [sys.executable, "-m", "hoso", "sign", "in.pdf", "--profile", "thanh_phan", "--out", "out.pdf"]
    environment = os.environ | {"HOSO_DATA": str(tmp_path / "data")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.pdf").read_bytes().startswith(letter)
    assert done.stderr == b""


def test_sign_then_verify_then_tamper(hoso: Hoso, tmp_path: Path, letter: bytes) -> None:
    (tmp_path / "in.pdf").write_bytes(letter)
    signed = hoso("sign", tmp_path / "in.pdf", "--profile", "thanh_phan", "--out", tmp_path / "out.pdf")
    assert (signed.code, "B-LTA" in signed.out) == (0, True), signed.err
    verified = hoso("verify", tmp_path / "out.pdf", "--json")
    told = json.loads(verified.out)
    assert (verified.code, told["schema"], told["verdict"]) == (0, "hoso.verify/1", "valid")
    assert {"signer", "level", "status", "signed_at", "reasons"} <= set(told["signatures"][0])
    bad = bytearray((tmp_path / "out.pdf").read_bytes())
    bad[bad.index(b"stream") + 40] ^= 1
    (tmp_path / "bad.pdf").write_bytes(bytes(bad))
    refused = hoso("verify", tmp_path / "bad.pdf")
    assert (refused.code, refused.out.splitlines()[0]) == (1, "Toàn vẹn: KHÔNG — nội dung đã bị thay đổi sau khi ký.")
    bare = hoso("verify", "--lang", "en", tmp_path / "in.pdf")
    assert (bare.code, bare.out.strip()) == (2, "The file carries no digital signature.")
    worst = hoso("verify", tmp_path / "out.pdf", tmp_path / "bad.pdf", tmp_path / "in.pdf", "--json")
    assert worst.code == 1
    assert [json.loads(line)["verdict"] for line in worst.out.splitlines()] == ["valid", "invalid", "indeterminate"]


def test_the_trust_folder_of_the_installation_is_believed_in_its_time(
    hoso: Hoso, tmp_path: Path, letter: bytes, authority: Authority
) -> None:
    """Offline: what the file's own security store holds is enough."""
    signer = authority.issue("Người Ký Mẫu", "officer")
    (tmp_path / "a.pdf").write_bytes(sign(letter, profile="luu_tru", signer=signer, services=authority.services).pdf)
    (tmp_path / "trust").mkdir()
    (tmp_path / "trust" / "root.cer").write_bytes(authority.root)
    asked = ("verify", tmp_path / "a.pdf", "--json")
    production = {"HOSO_ENV": "production", "HOSO_TRUST": str(tmp_path / "trust")}
    assert hoso(*asked, **production).code == 0
    assert hoso(*asked, "--trust", tmp_path / "trust", HOSO_ENV="production").code == 0
    assert hoso(*asked, HOSO_ENV="production").code == 2
    (tmp_path / "trust" / "trust.toml").write_text('["root.cer"]\nuntil = 2020-01-01\n')
    ended = hoso(*asked, **production)
    assert (ended.code, json.loads(ended.out)["signatures"][0]["reasons"]) == (2, ["untrusted_at_time"])


def test_reports_in_xml_one_for_each_file(hoso: Hoso, tmp_path: Path, letter: bytes) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.pdf").write_bytes(letter)
    files = (tmp_path / "x" / "a.pdf", tmp_path / "y" / "a.pdf")
    assert hoso("verify", files[0], "--report", tmp_path / "out" / "one.xml").code == 2
    assert hoso("verify", *files, "--report", tmp_path / "out").code == 2
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a-2.xml", "a.xml", "one.xml"]
    assert b"urn:etsi:019102:mainindication:indeterminate" in (tmp_path / "out" / "one.xml").read_bytes()


def test_renewal_says_what_is_due_and_renews_nothing_else(hoso: Hoso, tmp_path: Path, letter: bytes) -> None:
    (tmp_path / "in.pdf").write_bytes(letter)
    assert hoso("sign", tmp_path / "in.pdf", "--profile", "luu_tru", "--out", tmp_path / "a.pdf").code == 0
    looked = hoso("signing", "renew", tmp_path / "a.pdf", "--dry-run", "--before", "9000", "--json")
    line = json.loads(looked.out)
    assert (looked.code, line["due"], line["why"], line["out"]) == (0, True, "certificate", None)
    early = hoso("signing", "renew", tmp_path / "a.pdf", "--out", tmp_path / "b.pdf", "--json")
    assert (early.code, json.loads(early.out)["due"]) == (0, False)
    # the DEMO authority has one certificate for time-stamps: a second one ends no later than the first
    vain = hoso("signing", "renew", tmp_path / "a.pdf", "--out", tmp_path / "b.pdf", "--before", "9000")
    assert vain.code == 6 and "[signing.renewal_no_gain]" in vain.err
    bare = hoso("signing", "renew", tmp_path / "in.pdf", "--out", tmp_path / "b.pdf", "--json")
    assert bare.code == 3 and json.loads(bare.out)["error"]["code"] == "signing.nothing_to_renew"
    assert not (tmp_path / "b.pdf").exists()
    assert hoso("signing", "renew", tmp_path / "a.pdf").code == 2


def test_a_folder_in_a_folder_out(hoso: Hoso, tmp_path: Path, letter: bytes) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (tmp_path / "in" / f"{name}.pdf").write_bytes(letter)
    (tmp_path / "in" / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    arguments = ("--profile", "luu_tru", "--level", "B-T", "--out", tmp_path / "o", "--json")
    done = hoso("sign", tmp_path / "in", *arguments)
    assert done.code == 3
    told = {Path(line["file"]).name: line for line in map(json.loads, done.out.splitlines())}
    assert told["a.pdf"]["level"] == told["b.pdf"]["level"] == "B-T"
    assert told["broken.pdf"]["error"]["code"] == "signing.unreadable"
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == ["a.pdf", "b.pdf"]


def test_two_files_of_one_name_do_not_meet(hoso: Hoso, tmp_path: Path, letter: bytes) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.pdf").write_bytes(letter)
    files = (tmp_path / "x" / "a.pdf", tmp_path / "y" / "a.pdf")
    done = hoso("sign", *files, "--profile", "luu_tru", "--level", "B-B", "--out", tmp_path / "o")
    assert done.code == 0
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == ["a-2.pdf", "a.pdf"]


def test_unknown_profile_and_missing_file(hoso: Hoso, tmp_path: Path, letter: bytes) -> None:
    (tmp_path / "in.pdf").write_bytes(letter)
    unknown = hoso("sign", tmp_path / "in.pdf", "--profile", "la_lam", "--out", tmp_path / "o")
    assert unknown.code == 2 and "[signing.unknown_profile]" in unknown.err and "thanh_phan" in unknown.err
    missing = hoso("verify", tmp_path / "none.pdf")
    assert missing.code == 4 and "[signing.no_file]" in missing.err


def test_production_refuses_the_demo_authority(hoso: Hoso, tmp_path: Path, letter: bytes) -> None:
    (tmp_path / "in.pdf").write_bytes(letter)
    arguments = ("sign", tmp_path / "in.pdf", "--profile", "luu_tru", "--out", tmp_path / "o.pdf")
    refused = hoso(*arguments, HOSO_ENV="production")
    assert refused.code == 6 and "[signing.demo_refused]" in refused.err
    assert hoso(*arguments).code == 0
    # and believes no DEMO signature
    believed = hoso("verify", tmp_path / "o.pdf", "--json", HOSO_ENV="production")
    assert believed.code == 2
    assert "untrusted" in json.loads(believed.out)["signatures"][0]["reasons"]


def test_a_key_of_ones_own_needs_a_public_address(
    hoso: Hoso, tmp_path: Path, letter: bytes, authority: Authority
) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    signer: Pkcs12Signer = authority.issue("Khóa riêng", "officer")
    chain = [x509.load_der_x509_certificate(one) for one in signer.chain]
    own = x509.load_der_x509_certificate(signer.certificate)
    packed = pkcs12.serialize_key_and_certificates(b"k", signer.key, own, chain, BestAvailableEncryption(b"123456"))
    (tmp_path / "key.p12").write_bytes(packed)
    (tmp_path / "pin").write_text("123456\n")
    (tmp_path / "root.cer").write_bytes(authority.root)
    (tmp_path / "in.pdf").write_bytes(letter)
    key = ("--p12", tmp_path / "key.p12", "--passphrase-file", tmp_path / "pin", "--trust", tmp_path / "root.cer")
    out = tmp_path / "o.pdf"
    arguments = ("sign", tmp_path / "in.pdf", "--profile", "luu_tru", "--level", "B-B", "--out", out, *key)
    refused = hoso(*arguments)
    assert refused.code == 6 and "[signing.no_public_address]" in refused.err
    done = hoso(*arguments, HOSO_PUBLIC_URL="https://motcua.example.vn")
    assert done.code == 0, done.err
    # no DEMO authority was made for it
    assert not home(hoso.data).exists()


def test_help_names_the_profiles(hoso: Hoso) -> None:
    said = hoso("sign", "--help")
    assert said.code == 0
    for name in ("thanh_phan", "sao_y", "ket_qua_nguoi_ky", "ket_qua_dau", "luu_tru"):
        assert name in " ".join(said.out.split())


def test_profiles_of_ones_own(hoso: Hoso, tmp_path: Path, letter: bytes) -> None:
    """From `--profiles`, or from the installation's folder; a wrong one stops before anything is signed."""
    (tmp_path / "in.pdf").write_bytes(letter)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "luu_tru.toml").write_text('level = "B-B"', encoding="utf-8")
    asked = ("sign", tmp_path / "in.pdf", "--profile", "luu_tru", "--out", tmp_path / "out.pdf", "--json")
    assert json.loads(hoso(*asked, "--profiles", tmp_path / "own").out)["level"] == "B-B"
    assert json.loads(hoso(*asked, HOSO_PROFILES=str(tmp_path / "own")).out)["level"] == "B-B"
    (tmp_path / "own" / "luu_tru.toml").write_text('level = "B-X"', encoding="utf-8")
    (tmp_path / "out.pdf").unlink()
    said = hoso(*asked, "--profiles", tmp_path / "own")
    assert said.code != 0 and "signing.bad_profile" in said.out + said.err
    assert not (tmp_path / "out.pdf").exists()
