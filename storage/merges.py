"""Which owner ids are the same person or organisation: merges are records that move nothing, so readers ask here."""

from __future__ import annotations

from uuid import UUID

from storage.models import Owner


def resolve(owner: UUID) -> UUID:
    """The owner that this one is merged into, or itself."""
    seen = {owner}
    while (into := Owner.objects.values_list("merged_into", flat=True).filter(id=owner).first()) and into not in seen:
        owner = into
        seen.add(owner)
    return owner


def same_owners(owner: UUID) -> set[UUID]:
    """All ids of the person or organisation: the one others are merged into, and those."""
    found, fresh = set[UUID](), {resolve(owner)}
    while fresh:
        found |= fresh
        fresh = set(Owner.objects.filter(merged_into__in=fresh).values_list("id", flat=True)) - found
    return found
