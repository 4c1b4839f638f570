"""`hoso paper-copy`: of a file that is what it was when it was signed, and of no other."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner

import storage
from hoso.commands.paper_copy import NotConverted, archive_says, paper_copy
from hoso.objectstore import ObjectStore
from signing import Level, sign
from signing.demo import Authority, home
from storage.running import make_buckets
from tests.portal.people import World

CODE = "k3J9xQ7mT2vR8wZ5bN4c"


def page() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(595, 842))
        made.save(out)
    return out.getvalue()


def test_only_what_is_signed_and_unchanged_goes_to_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSO_DATA", str(tmp_path / "data"))
    authority = Authority(home(tmp_path / "data"))
    signed = sign(
        page(),
        profile="luu_tru",
        signer=authority.issue("Cơ quan Mẫu", "agency"),
        services=authority.services,
        level=Level.B_B,
    ).pdf
    (tmp_path / "signed.pdf").write_bytes(signed)
    (tmp_path / "changed.pdf").write_bytes(signed.replace(b"595", b"594", 1))
    (tmp_path / "plain.pdf").write_bytes(page())
    stranger = Authority(tmp_path / "elsewhere")
    forged = sign(
        page(),
        profile="luu_tru",
        signer=stranger.issue("Cơ quan Mẫu", "agency"),
        services=stranger.services,
        level=Level.B_B,
    ).pdf
    (tmp_path / "forged.pdf").write_bytes(forged)
    out = tmp_path / "copy.pdf"

    def ask(name: str) -> object:
        return CliRunner().invoke(paper_copy, [str(tmp_path / name), "--code", CODE, "--out", str(out)]).exception

    for name in ("changed.pdf", "plain.pdf", "forged.pdf"):
        refused = ask(name)
        assert isinstance(refused, NotConverted) and name in refused.vi and name in refused.en
        assert not out.exists()
    assert ask("signed.pdf") is None
    with pikepdf.open(out) as copy:
        assert len(copy.pages) == 1


@pytest.mark.s3
@pytest.mark.django_db
def test_an_installation_says_whether_its_archive_has_the_file(store: ObjectStore) -> None:
    """And keeps a code off the pages of another document, to which it would lead whoever holds the paper."""
    make_buckets()
    world = World.make()
    results = []
    for content in (b"%PDF-1.7 one", b"%PDF-1.7 two"):
        dossier = world.receive()
        world.settle(dossier)
        results.append(world.issue(dossier, content, content + b" sealed"))
    one, two = results
    assert one.document is not None
    assert archive_says(b"%PDF-1.7 one sealed", one.verify_token, "a.pdf") == (
        "Tệp đúng là bản đã ký trong kho này: Còn hiệu lực.",
        "The file is a signed version in this archive: In force.",
    )
    storage.revoke(one.document, world.leader, "cấp nhầm")
    assert "Đã bị thu hồi" in archive_says(b"%PDF-1.7 one sealed", CODE, "a.pdf")[0]
    assert archive_says(b"%PDF-1.7 other", CODE, "a.pdf")[1] == "This file is not in this archive."
    for content in (b"%PDF-1.7 one sealed", b"%PDF-1.7 other"):
        with pytest.raises(NotConverted) as refused:
            archive_says(content, two.verify_token, "a.pdf")
        assert "văn bản khác" in refused.value.vi
