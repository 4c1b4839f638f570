"""People are found by any number they ever had; merges move nothing and can be undone."""

from __future__ import annotations

import pytest

import storage
from accounts import Actor, Purpose, Role
from catalogue import Identifier
from storage.models import Event, OwnerIndex
from tests.storage.conftest import OFFICER, PURPOSE, Archive

pytestmark = pytest.mark.s3


def test_an_old_number_leads_to_the_same_person(archive: Archive) -> None:
    identifier, card, tax = (
        archive.identifier(),
        Identifier("id_card", "012345670"),
        Identifier("tax_code", "0100233488"),
    )
    owner = storage.owner_for(identifier, OFFICER, name="Nguyễn Văn Mẫu", born="1990-06-15")
    storage.add_alias(owner, card, OFFICER, "CMND cũ")
    storage.add_alias(owner, card, OFFICER, "một lần nữa")
    storage.add_alias(owner, tax, OFFICER, "mã số thuế cũ")
    assert storage.find_owner(card) == storage.find_owner(tax) == storage.owner_for(card, OFFICER) == owner
    assert OwnerIndex.objects.filter(owner=owner).count() == 3
    profile = storage.owner_profile(owner, OFFICER, PURPOSE)
    assert (profile.names, profile.born) == (("Nguyễn Văn Mẫu",), "1990-06-15")
    assert profile.identifiers == (identifier, card, tax)
    with pytest.raises(storage.KeyReused):
        storage.add_alias(archive.person(), card, OFFICER, "của người khác")


def test_a_merge_joins_what_both_have_and_can_be_undone(archive: Archive) -> None:
    kept_id, other_id = archive.identifier(), archive.identifier()
    kept, other = storage.owner_for(kept_id, OFFICER), storage.owner_for(other_id, OFFICER)
    mine, theirs = archive.original(kept), archive.original(other)
    storage.merge_owners(kept, other, OFFICER, "cùng một người")
    assert storage.find_owner(other_id) == kept
    for owner in (kept, other):
        found = storage.search(storage.Query(owner=owner), OFFICER, PURPOSE)
        assert {handle.id for handle in found.handles} == {mine.document, theirs.document}
    assert storage.owner_profile(kept, OFFICER, PURPOSE).merged == (other,)
    storage.open(theirs.document, OFFICER, PURPOSE).close()
    told = [storage.events_for_owner(owner) for owner in (kept, other)]
    assert told[0] == told[1], "who read what is one list, under whichever id they signed in with"
    assert {event.document for event in told[0]} >= {mine.document, theirs.document}
    assert len({event.seq for event in told[0]}) == len(told[0]), "an event that names both ids is told once"

    storage.undo_merge(kept, other, OFFICER, "nhầm")
    assert storage.find_owner(other_id) == other
    found = storage.search(storage.Query(owner=kept), OFFICER, PURPOSE)
    assert [handle.id for handle in found.handles] == [mine.document]
    assert theirs.document not in {event.document for event in storage.events_for_owner(kept)}
    acts = list(Event.objects.filter(action__startswith="owner.").values_list("action", flat=True))
    assert acts.count("owner.merge") == acts.count("owner.unmerge") == 1
    with pytest.raises(storage.NotFound):
        storage.undo_merge(kept, other, OFFICER, "lần nữa")


def test_who_somebody_is_is_told_for_a_purpose_only_and_recorded(archive: Archive) -> None:
    owner = archive.person()
    with pytest.raises(storage.PurposeMissing):
        storage.owner_profile(owner, OFFICER, None)
    auditor = Actor("auditor", roles=frozenset({Role.AUDITOR}))
    with pytest.raises(storage.NotAllowed):
        storage.owner_profile(owner, auditor, PURPOSE)
    themselves = Actor("citizen", roles=frozenset({Role.CITIZEN}), owner=str(owner))
    assert storage.owner_profile(owner, themselves, Purpose("OWNER")).names == ("Nguyễn Văn Mẫu",)
    read = Event.objects.filter(action="owner.read")
    assert list(read.values_list("result", flat=True)) == ["storage.purpose_missing", "storage.not_allowed", "ok"]
    assert "Nguyễn Văn Mẫu" not in str(list(read.values("details", "fields")))
