"""However a job ends for good, nothing waits for it for ever: the result it was to sign can be signed again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

import storage
from accounts.models import User
from dossiers import services
from dossiers.models import Dossier, Result
from dossiers.states import Act, ResultState
from storage import VersionRole
from tests.workers.conftest import Office
from workers import Job, keys
from workers.errors import OutcomeUnknown
from workers.models import Job as Row

pytestmark = pytest.mark.s3


class Killed(BaseException):
    """What a kill looks like from inside: nobody catches it, and the job's row stays as it was."""


@dataclass
class Begun:
    """A result whose signature, or whose seal, somebody has asked for."""

    office: Office
    result: Result
    job: Job
    waits: ResultState
    before: ResultState

    def stands(self) -> ResultState:
        self.result.refresh_from_db()
        return ResultState(self.result.state)

    def run(self) -> Job:
        return self.office.do(self.job)

    def die(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An attempt that has put its signed file into the archive and dies before it says so."""

        def killed(*_: object, **__: object) -> None:
            raise Killed

        name = "mark_signed" if self.waits is ResultState.SIGNING else "mark_sealed"
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(services, name, killed)
            self.run()
        Row.objects.filter(pk=self.job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))

    def crash_for_good(self) -> Job:
        Row.objects.filter(pk=self.job.pk).update(
            state="running", crashes=4, lease_until=timezone.now() - timedelta(seconds=1)
        )
        return self.run()


def sign(office: Office, dossier: Dossier, result: Result) -> Job:
    services.start_signing(result.id, office.leader)
    return office.ask("sign-result", dossier, office.leader, result=str(result.id))


def seal(office: Office, dossier: Dossier, result: Result) -> Job:
    services.start_sealing(result.id, office.clerk)
    return office.ask("seal-result", dossier, office.clerk, result=str(result.id))


@pytest.fixture
def signing(office: Office, dossier: Dossier, drafted: Result) -> Begun:
    job = sign(office, dossier, drafted)
    return Begun(office, drafted, job, ResultState.SIGNING, ResultState.DRAFT)


@pytest.fixture
def sealing(office: Office, dossier: Dossier, drafted: Result) -> Begun:
    assert office.do(sign(office, dossier, drafted)).state == "done"
    job = seal(office, dossier, drafted)
    return Begun(office, drafted, job, ResultState.SEALING, ResultState.SIGNED)


@pytest.fixture(params=["signing", "sealing"])
def begun(request: pytest.FixtureRequest) -> Begun:
    found: Begun = request.getfixturevalue(request.param)
    return found


def crashes(begun: Begun, monkeypatch: pytest.MonkeyPatch) -> str:
    Row.objects.filter(pk=begun.job.pk).update(
        state="running", crashes=4, lease_until=timezone.now() - timedelta(seconds=1)
    )
    return "workers.crashed"


def nobody_foresaw_it(begun: Begun, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(keys, "services", failing(ValueError("?")))
    return "workers.internal"


def too_long_down(begun: Begun, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(keys, "services", failing(ConnectionRefusedError()))
    Row.objects.filter(pk=begun.job.pk).update(tried_since=timezone.now() - timedelta(days=2))
    return "workers.unavailable"


def the_person_has_left(begun: Begun, monkeypatch: pytest.MonkeyPatch) -> str:
    User.objects.filter(pk=begun.job.payload["actor"]).update(is_active=False)
    return "workers.vanished"


def failing(error: Exception) -> Callable[[], object]:
    def fail() -> object:
        raise error

    return fail


@pytest.mark.parametrize("ending", [crashes, nobody_foresaw_it, too_long_down, the_person_has_left])
def test_a_result_whose_signature_is_given_up_goes_back(
    begun: Begun, ending: Callable[[Begun, pytest.MonkeyPatch], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = ending(begun, monkeypatch)
    job = begun.run()
    assert (job.state, job.error_code) == ("failed", code)
    assert (begun.stands(), begun.result.failure) == (begun.before, code)


def test_whoever_may_sign_no_longer_gets_no_signature(begun: Begun, monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.filter(pk=begun.job.payload["actor"]).update(roles=["officer"])
    monkeypatch.setattr(keys, "services", failing(AssertionError("a key was about to sign")))
    job = begun.run()
    assert (job.state, job.error_code) == ("failed", "dossiers.not_allowed")
    assert begun.stands() is begun.before


def test_where_a_signature_may_exist_the_result_waits_for_a_person(
    begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "services", failing(OutcomeUnknown(service="CSC")))
    assert begun.run().state == "unknown"
    assert begun.stands() is begun.waits


def test_a_job_that_ends_late_takes_nothing_from_the_next_one(signing: Begun, dossier: Dossier) -> None:
    services.signing_failed(signing.result.id, signing.office.leader, failure="workers.test")
    second = sign(signing.office, dossier, signing.result)
    assert signing.crash_for_good().state == "failed"
    assert signing.stands() is ResultState.SIGNING
    assert signing.office.do(second).state == "done"


def test_a_signed_file_that_never_counted_is_said_to_be_void(signing: Begun, monkeypatch: pytest.MonkeyPatch) -> None:
    signing.die(monkeypatch)
    signing.job.refresh_from_db()
    document = UUID(signing.job.result["document"])
    assert storage.handle(document, signing.office.leader).status is storage.Status.ACTIVE
    signing.crash_for_good()
    assert signing.stands() is ResultState.DRAFT
    assert [job.state for job in signing.office.do_waiting("tell-archive")] == ["done"]
    assert storage.handle(document, signing.office.leader).status is storage.Status.REVOKED


def test_what_bears_the_seal_already_is_not_sealed_again(
    sealing: Begun, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealing.die(monkeypatch)
    sealing.crash_for_good()
    assert sealing.stands() is ResultState.SIGNED
    job = sealing.office.do(seal(sealing.office, dossier, sealing.result))
    assert (job.state, job.result["level"]) == ("done", "B-LTA"), job.error
    assert sealing.stands() is ResultState.ISSUED
    assert sealing.result.document is not None
    issued = [one.role for one in storage.versions(sealing.result.document, sealing.office.leader)]
    assert issued.count(VersionRole.ISSUED) == 2


def test_the_machine_says_that_it_gave_up(signing: Begun) -> None:
    signing.crash_for_good()
    step = signing.result.dossier.steps.get(act=Act.SIGNING_FAILED)
    assert step.details["failure"] == "workers.crashed"
