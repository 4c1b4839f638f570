"""The scan folder: whole and stable files once each, never links; one bad file stops nobody."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

import storage
from accounts import Role
from dossiers.models import Dossier
from dossiers.services import purpose_of
from hoso.errors import FolderInProduct, WhoScans
from hoso.folder import DONE, Watch
from hoso.objectstore import ObjectStore
from tests.workers.conftest import Office, person
from workers import Job

pytestmark = pytest.mark.s3


@pytest.fixture
def office(transactional_db: None, store: ObjectStore) -> Office:
    return Office()


@pytest.fixture
def dossier(office: Office) -> Dossier:
    return office.receive()


class Desk:
    """A folder, who watches it, and what was said."""

    def __init__(self, folder: Path, office: Office, dossier: Dossier, quiet: float = 0.0) -> None:
        from accounts.models import User

        self.folder = folder
        self.said: list[str] = []
        officer = User.objects.get(pk=office.officer.id).username
        self.watch = Watch(folder, dossier.code, officer, quiet, self.said.append)

    def rounds(self, count: int = 2) -> int:
        return [self.watch.look() for _ in range(count)][-1]

    def jobs(self) -> int:
        return Job.objects.filter(kind="digitize").count()


@pytest.fixture
def desk(tmp_path: Path, office: Office, dossier: Dossier) -> Desk:
    return Desk(tmp_path, office, dossier)


def test_a_stable_file_is_taken_in_whole_and_moved_away(desk: Desk, dossier: Dossier, office: Office) -> None:
    (desk.folder / "quét 1.pdf").write_bytes(b"%PDF-1.7 whole")
    desk.rounds()
    job = Job.objects.get(kind="digitize")

    opened = storage.open_intake(
        UUID(job.payload["intake"]), office.officer, purpose_of(dossier.procedure, dossier.code)
    )
    assert opened.read() == b"%PDF-1.7 whole"
    assert not (desk.folder / "quét 1.pdf").exists()
    assert len(list((desk.folder / DONE).iterdir())) == 1


def test_a_file_that_still_grows_waits(tmp_path: Path, office: Office, dossier: Dossier) -> None:
    desk = Desk(tmp_path, office, dossier, quiet=1.0)
    path = tmp_path / "a.pdf"
    for part in range(3):
        with path.open("ab") as file:
            file.write(b"page %d" % part)
        assert desk.rounds(1) == 1
    assert desk.rounds(1) == 1, "unchanged, but not for long enough"
    assert desk.jobs() == 0
    threading.Event().wait(1.1)
    desk.rounds(1)
    assert desk.jobs() == 1


def test_the_same_file_again_is_known(desk: Desk) -> None:
    for _ in range(2):
        (desk.folder / "a.pdf").write_bytes(b"%PDF-1.7 same")
        desk.rounds()
    assert desk.jobs() == 1
    assert "known already" in desk.said[-1]


def test_links_folders_devices_and_hidden_files_are_left_alone(desk: Desk, tmp_path: Path) -> None:
    secret = settings.HOSO.data / "secret.pdf"
    secret.write_bytes(b"%PDF-1.7 secret")
    (desk.folder / "link.pdf").symlink_to(secret)
    (desk.folder / "folder.pdf").mkdir()
    os.mkfifo(desk.folder / "pipe.pdf")
    (desk.folder / ".hidden.pdf").write_bytes(b"x")
    (desk.folder / "notes.txt").write_bytes(b"x")
    (desk.folder / "empty.pdf").touch()
    assert desk.rounds(3) == 0
    assert (desk.jobs(), desk.said) == (0, [])
    assert sorted(path.name for path in desk.folder.iterdir())[:2] == [".hidden.pdf", "empty.pdf"]


def test_a_file_that_cannot_be_taken_is_told_of_once_and_stops_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (desk.folder / "a-bad.pdf").write_bytes(b"%PDF-1.7 bad")
    (desk.folder / "b-good.pdf").write_bytes(b"%PDF-1.7 good")
    refused = desk.folder / "a-bad.pdf"
    refused.chmod(0)
    real = os.open

    def guarded(path: object, *rest: int) -> int:
        if Path(str(path)) == refused:
            raise PermissionError(13, "denied")
        return real(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", guarded)  # the tests run as root, whom no mode stops
    desk.rounds(4)
    assert desk.jobs() == 1
    assert [line for line in desk.said if "a-bad" in line] == ["a-bad.pdf: Permission denied [EACCES]"]


def test_it_watches_until_it_is_stopped(desk: Desk) -> None:
    stop = threading.Event()

    def later() -> None:
        (desk.folder / "a.pdf").write_bytes(b"%PDF-1.7 later")

    timers = [threading.Timer(0.3, later), threading.Timer(3.0, stop.set)]
    for timer in timers:
        timer.start()
    desk.watch.run(stop)
    for timer in timers:
        timer.join()
    assert desk.jobs() == 1


def test_scans_are_somebodys_and_not_the_products_own_folder(desk: Desk, office: Office, dossier: Dossier) -> None:
    with pytest.raises(WhoScans):
        Watch(desk.folder, dossier.code, "nobody", 0, desk.said.append)
    from accounts.models import User

    officer = User.objects.get(pk=person(Role.OFFICER, "Khác").id).username
    with pytest.raises(FolderInProduct):
        Watch(settings.HOSO.data / "run", dossier.code, officer, 0, desk.said.append)
