"""The field's own knowledge: codes, kinds of document, procedures, agencies, text folding and the root error."""

from catalogue.errors import ExitCode, HosoError

__all__ = ["ExitCode", "HosoError"]
