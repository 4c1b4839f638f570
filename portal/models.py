"""The portal's own rows: uploads that are underway."""

from portal.uploads.models import Upload

__all__ = ["Upload"]
